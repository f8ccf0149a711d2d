"""What sets a dossier's deadlines: when it is stored, and again when the calendar of working days has changed."""

from datetime import datetime

from monitors.public_services import deadlines
from monitors.public_services.models import Dossier
from services.kernel.clock import LOCAL
from services.worktime.calendar import WorkCalendar

AT_ONCE = 2000
_DERIVED = ["ended_at", "due_at", "overdue_at", "overdue_on", "receive_by", "on_time", "calendar", "left_slips"]
SLIPS_KEPT = 5
"""Slips a dossier left by corrections that its row remembers."""


def course_of(dossier: Dossier) -> deadlines.Course:
    """Return what happened to a dossier, as the rules of ``deadlines.py`` want it."""
    apology = (
        (dossier.apology_at, dossier.apology_until)
        if dossier.apology_at is not None and dossier.apology_until is not None
        else None
    )
    return deadlines.Course(
        channel=dossier.channel,
        status=dossier.status,
        submitted=dossier.submitted_at,
        accepted=dossier.accepted_at,
        appointment=dossier.appointment_at,
        statutory_days=dossier.statutory_days,
        apology=apology,
        supplements=[deadlines.Supplement(*map(_instant, pair)) for pair in dossier.supplements],  # type: ignore[arg-type]
        finished=dossier.finished_at,
        returned=dossier.returned_at,
        stopped=dossier.stopped_at,
    )


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def set_deadlines(dossier: Dossier, calendar: WorkCalendar) -> None:
    """Set the columns that follow from the others; saves nothing."""
    course = course_of(dossier)
    overdue = deadlines.overdue_at(course, calendar)
    dossier.ended_at = deadlines.end(course)
    dossier.due_at = deadlines.due(course, calendar)
    dossier.overdue_at = overdue
    dossier.overdue_on = overdue.astimezone(LOCAL).date() if overdue else None
    dossier.receive_by = deadlines.receive_by(course, calendar)
    dossier.on_time = deadlines.on_time(course, calendar)
    dossier.calendar = calendar.version


def leave_slip(dossier: Dossier, before: tuple[str, str, str]) -> None:
    """Remember the slip (department, unit, ISO day) a dossier was on when it is no longer on it."""
    day = dossier.overdue_on.isoformat() if dossier.overdue_on else ""
    if before[2] and before != (dossier.department, dossier.unit, day):
        dossier.left_slips = [*dossier.left_slips, list(before)][-SLIPS_KEPT:]


def refresh_deadlines(*, realm: str, calendar: WorkCalendar, limit: int = AT_ONCE) -> int:
    """Compute the deadlines of open dossiers again that come from an older calendar; return how many.

    In the caller's transaction; dossiers that somebody else holds are left for the next time.
    """
    stale = Dossier.objects.filter(realm=realm, ended_at=None).exclude(calendar=calendar.version)
    dossiers = list(stale.order_by("pk").select_for_update(of=("self",), skip_locked=True)[:limit])
    for dossier in dossiers:
        day = dossier.overdue_on.isoformat() if dossier.overdue_on else ""
        set_deadlines(dossier, calendar)
        leave_slip(dossier, (dossier.department, dossier.unit, day))
    Dossier.objects.bulk_update(dossiers, _DERIVED, batch_size=500)
    return len(dossiers)
