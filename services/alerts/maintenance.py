"""What people and timers do to maintenance windows: set ahead, edit, end early or late, cancel; all of it audited."""

from dataclasses import dataclass, fields, replace
from datetime import datetime
from uuid import UUID

from django.contrib.gis.geos import Point
from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from services import registry
from services.alerts import schedule, workflow
from services.alerts.announce import review
from services.alerts.models import Alert, MaintenanceWindow
from services.alerts.schedule import LONGEST_ONCE, Plan, ScheduleError, Span
from services.audit.actions import record
from services.directory.access import limit
from services.directory.models import Unit, User
from services.kernel import clock
from services.kernel.claim import claim_due
from services.kernel.problems import ConflictError, InvalidInputError

FARTHEST = 200_000
"""Metres around a place; a larger area is named by its units."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a window is to be: see ``MaintenanceWindow``. ``place`` is longitude and latitude."""

    title: str
    starts: datetime
    ends: datetime
    reason: str = ""
    rrule: str = ""
    monitor: str = ""
    rule: str = ""
    category: str = ""
    fingerprint_prefix: str = ""
    unit: Unit | None = None
    place: tuple[float, float] | None = None
    metres: int | None = None
    critical_too: bool = False

    @property
    def says_which(self) -> bool:
        """True when at least one criterion is given: a window that explains everything would silence the centre."""
        words = (self.monitor, self.rule, self.category, self.fingerprint_prefix)
        return any(words) or self.unit is not None or self.place is not None


@transaction.atomic
def set_ahead(*, realm: str, draft: Draft, acting_user: User) -> MaintenanceWindow:
    """Set a window ahead; InvalidInputError for one that says no time, everything, or a past."""
    now = clock.now(realm)
    draft, first = _settled(draft, now)
    window = MaintenanceWindow(realm=realm, created_at=now, created_by=acting_user)
    _take(window, draft, first)
    window.save(force_insert=True)
    _recorded(window, "set", acting_user)
    return window


@transaction.atomic
def edit(*, public_id: UUID | str, draft: Draft, version: int, acting_user: User) -> MaintenanceWindow:
    """Write a window anew that is not under way, a repeated one between its times too.

    ConflictError when ``version``, the one that was edited, is no longer the present one, or when the window is under
    way (end or extend it) or over; InvalidInputError as in ``set_ahead``. What changes nothing is not recorded.
    """
    window = _locked(public_id, acting_user)
    now = clock.now(window.realm)
    if window.version != version:
        raise ConflictError(_("Somebody else has changed this maintenance meanwhile. Look at it, then edit it again."))
    must_be_editable(window, now)
    before = draft_from(window)
    draft, first = _settled(draft, now)
    changes = [one.name for one in fields(Draft) if getattr(draft, one.name) != getattr(before, one.name)]
    if changes:
        _take(window, draft, first)
        window.version += 1
        window.save()
        was = {name: _plain(getattr(before, name)) for name in changes}
        _recorded(window, "edited", acting_user, fields=changes, was=was)
    return window


def must_be_editable(window: MaintenanceWindow, now: datetime) -> None:
    """Raise ConflictError for a window that is under way or over."""
    if window.active_from is None:
        raise ConflictError(_("This maintenance is over already."))
    if window.active_from <= now:
        raise ConflictError(_("This maintenance is under way: end it, or let it last longer."))


def draft_from(window: MaintenanceWindow) -> Draft:
    """Return what a window is, as it would be set ahead."""
    same = {one.name: getattr(window, one.name) for one in fields(Draft) if one.name != "place"}
    return Draft(**same, place=(window.place.x, window.place.y) if window.place else None)


@transaction.atomic
def end(*, public_id: UUID | str, acting_user: User) -> MaintenanceWindow:
    """End the time that is under way now, before its end; ConflictError when none is."""
    window = _locked(public_id, acting_user)
    now = clock.now(window.realm)
    _must_be_under_way(window, now)
    _over(window, now)
    _recorded(window, "ended", acting_user)
    return window


@transaction.atomic
def extend(*, public_id: UUID | str, until: datetime, acting_user: User) -> MaintenanceWindow:
    """Let the time that is under way end later; ConflictError when none is, InvalidInputError for no later instant."""
    window = _locked(public_id, acting_user)
    now = clock.now(window.realm)
    start, finish = _must_be_under_way(window, now)
    if not finish < until <= start + LONGEST_ONCE:
        raise InvalidInputError(
            {"until": [_("later than its present end, and not longer than announced work may last")]}
        )
    window.active_until = window.due_at = until
    window.version += 1
    window.save(update_fields=["active_until", "due_at", "version"])
    _recorded(window, "extended", acting_user)
    return window


@transaction.atomic
def cancel(*, public_id: UUID | str, acting_user: User) -> MaintenanceWindow:
    """Cancel a window with all its times to come; ConflictError for one that has none left."""
    window = _locked(public_id, acting_user)
    if window.active_from is None:
        raise ConflictError(_("This maintenance is over already."))
    now = clock.now(window.realm)
    window.cancelled_at, window.active_from, window.active_until, window.due_at = now, None, None, None
    window.version += 1
    window.save(update_fields=["cancelled_at", "active_from", "active_until", "due_at", "version"])
    _release(window, now)
    _recorded(window, "cancelled", acting_user)
    return window


def fire_timers(limit_: int = 20) -> int:
    """End the times that are over; what they hid and still holds comes out. Return how many were due."""
    with transaction.atomic():
        due = claim_due(MaintenanceWindow.objects.filter(due_at__isnull=False), limit=limit_)
        for window in due:
            _over(window, clock.now(window.realm))
    return len(due)


def plan_of(window: MaintenanceWindow) -> Plan:
    """Return when the window happens by its own words; a time that was ended or extended is not in them."""
    return Plan(window.starts, window.ends, window.rrule)


def _settled(draft: Draft, now: datetime) -> tuple[Draft, Span]:
    """Return a draft as it is stored, and its first time that is not over; InvalidInputError."""
    starts, ends = (at.replace(microsecond=0) for at in (draft.starts, draft.ends))  # a calendar counts whole seconds
    metres = draft.metres if draft.place else None
    title, reason = draft.title.strip(), draft.reason.strip()
    draft = replace(draft, title=title, reason=reason, starts=starts, ends=ends, metres=metres)
    plan = Plan(draft.starts, draft.ends, draft.rrule)
    errors = _errors(draft, plan)
    first = None if errors else schedule.at_or_after(plan, now)
    if first is None:
        raise InvalidInputError(errors or {"ends": [_("this time is over already")]})
    return draft, first


def _take(window: MaintenanceWindow, draft: Draft, first: Span) -> None:
    """Let a window say what the draft says, and come at its first time."""
    for one in fields(Draft):
        if one.name != "place":
            setattr(window, one.name, getattr(draft, one.name))
    window.place = Point(*draft.place, srid=4326) if draft.place else None
    window.active_from, window.active_until = first
    window.due_at = first[1]


def _plain(value: object) -> object:
    """Return a value as the audit keeps it."""
    if isinstance(value, datetime):
        return value.isoformat()
    return value.code if isinstance(value, Unit) else value


def _errors(draft: Draft, plan: Plan) -> dict[str, list[str]]:
    errors: dict[str, list[str]] = {}
    if not draft.title.strip():
        errors["title"] = [_("say what is done")]
    if not draft.says_which:
        errors["monitor"] = [_("say which alerts this explains: at least one criterion")]
    if draft.place and not 0 < (draft.metres or 0) <= FARTHEST:
        errors["metres"] = [_("how many metres around the place")]
    if draft.monitor and draft.monitor not in {one.slug for one in registry.monitors()}:
        errors["monitor"] = [_("there is no monitor of that name")]
    try:
        schedule.check(plan)
    except ScheduleError as error:
        errors[error.field] = [_(error.why)]
    return errors


def _locked(public_id: UUID | str, user: User) -> MaintenanceWindow:
    rows = MaintenanceWindow.objects.filter(public_id=public_id)
    found = limit(rows, user, "maintenance.manage", department=None).select_for_update(of=("self",)).first()
    if found is None:
        raise Http404
    return found


def _must_be_under_way(window: MaintenanceWindow, now: datetime) -> tuple[datetime, datetime]:
    start, finish = window.active_from, window.active_until
    if start is None or finish is None or not start <= now < finish:
        raise ConflictError(_("This maintenance is not under way."))
    return start, finish


def _over(window: MaintenanceWindow, now: datetime) -> None:
    """Go on to the next time, which begins after the one that is over; release what this one hid."""
    begun = window.active_from or now
    following = (span for span in schedule.upcoming(plan_of(window), now) if span[0] > begun)
    window.active_from, window.active_until = next(following, (None, None))
    window.due_at = window.active_until
    window.version += 1
    window.save(update_fields=["active_from", "active_until", "due_at", "version"])
    _release(window, now)


def _release(window: MaintenanceWindow, now: datetime) -> None:
    hidden = Alert.objects.filter(realm=window.realm, suppressed_by=window.mark, state__in=workflow.OPEN)
    review(window.realm, hidden.order_by("fingerprint"), now)


def _recorded(window: MaintenanceWindow, verb: str, acting_user: User, **more: object) -> None:
    span = {
        "from": window.active_from.isoformat() if window.active_from else None,
        "until": window.active_until.isoformat() if window.active_until else None,
    }
    target = f"maintenance:{window.public_id}"
    record(verb=f"maintenance.{verb}", target=target, realm=window.realm, acting_user=acting_user, detail=span | more)
