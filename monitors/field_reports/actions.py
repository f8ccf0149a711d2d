"""What changes a report after it was stored: its ticket's course, told by ``Monitor.follow``."""

from datetime import datetime

from monitors.field_reports.models import FINISHED, Report, Status, StatusEvent
from monitors.field_reports.rules import NEW_REPORT
from services.contract import Change

_STATUS_OF_STATE = {
    "new": Status.ROUTED,
    "accepted": Status.ROUTED,
    "in_progress": Status.IN_PROGRESS,
    "waiting": Status.IN_PROGRESS,
    "resolved": Status.IN_PROGRESS,  # the public hears of a result when it is approved
    "returned": Status.RECEIVED,
    "cancelled": Status.CLOSED,
    "merged": Status.CLOSED,
}
_STATUS_OF_OUTCOME = {"fixed": Status.DONE, "not_fixed": Status.NOT_FIXED}
_UNASSIGNED = ("new", "returned")


def follow(change: Change) -> None:
    """Bring the report to where its ticket is; news older than what was heard already is ignored.

    Called in a savepoint and retried after a failure, so it may see the same change twice.
    """
    if change.rule != NEW_REPORT:
        return
    reports = Report.objects.filter(realm=change.realm, pk__in=list(change.evidence))
    for report in reports.order_by("pk").select_for_update(of=("self",)):
        if report.followed_at is None or report.followed_at <= change.at:
            _apply(report, change)


def _apply(report: Report, change: Change) -> None:
    status = _status(change)
    result = change.public_text if status in FINISHED else ""  # a result is public when it is approved, not before
    text = change.note or (result if result != report.public_text else "")
    told = status != report.status or bool(text)
    report.followed_at, report.ticket = change.at, change.ticket
    report.unit, report.unit_suggested = change.unit or report.unit, report.unit_suggested and not change.unit
    report.department = change.department or report.department
    report.due_at, report.outcome, report.public_text = change.due_at, change.outcome, result
    report.assigned_at = _assigned(report, change)
    report.closed_at = (report.closed_at or change.at) if status in FINISHED else None
    if status != report.status:
        report.status, report.status_at = status, change.at
    report.save()
    if told:
        add_step(report, at=change.at, text=text)


def _status(change: Change) -> Status:
    if change.state == "closed":
        return _STATUS_OF_OUTCOME.get(change.outcome, Status.CLOSED)
    status = _STATUS_OF_STATE.get(change.state, Status.IN_PROGRESS)
    nowhere = not (change.unit or change.department)
    return Status.RECEIVED if status == Status.ROUTED and nowhere else status


def _assigned(report: Report, change: Change) -> datetime | None:
    """Return since when an office has it: handed back or passed on, nobody has."""
    return None if change.state in _UNASSIGNED else report.assigned_at or change.at


def add_step(report: Report, *, at: datetime, text: str = "") -> None:
    """Append a step to what the follow page tells."""
    step = StatusEvent(
        realm=report.realm,
        report=report,
        at=at,
        status=report.status,
        unit=report.unit,
        department=report.department,
        text=text,
    )
    StatusEvent.objects.bulk_create([step], ignore_conflicts=True)
