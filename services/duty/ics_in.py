"""A calendar file as overrides: read, told event by event what would change, and then written or not.

Repeated events are taken one by one up to the horizon. Who has the duty is the attendee with a known address, else the
name in the event's title. What would repeat within a day is refused, since a few letters could mean millions of events.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

import recurring_ical_events
from django.db import transaction
from django.utils.translation import gettext as _
from icalendar import Calendar

from services.audit.actions import record
from services.directory.models import DutyRoster, Person, User
from services.directory.text import fold
from services.duty import planning, selectors
from services.duty.actions.overrides import LONGEST
from services.duty.models import Override
from services.kernel import clock
from services.kernel.problems import InvalidInputError

MOST_BYTES: Final = 512 * 1024
MOST_EVENTS: Final = 500
NEW, CHANGED, SAME = "new", "changed", "same"
_WITHIN_A_DAY: Final = ("BYHOUR", "BYMINUTE", "BYSECOND")


@dataclass(frozen=True, slots=True)
class Row:
    """One event: who and when, what it would change, or what is wrong with it."""

    uid: str
    title: str
    starts: datetime | None = None
    ends: datetime | None = None
    person: Person | None = None
    change: str = ""
    instead_of: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class Preview:
    """What a file would do to a roster."""

    rows: Sequence[Row] = field(default_factory=tuple)

    @property
    def good(self) -> list[Row]:
        """The events that would be written."""
        return [row for row in self.rows if not row.error and row.change != SAME]

    @property
    def bad(self) -> list[Row]:
        """The events with an error."""
        return [row for row in self.rows if row.error]


def preview(*, text: str, roster: DutyRoster, realm: str) -> Preview:
    """Read a file and compare it with the roster; InvalidInputError when it is no calendar, or too large a one."""
    now = clock.now(realm)
    events = _events(text, now, now + planning.HORIZON)
    people = _People(selectors.candidates(roster, realm, now))
    rows = [_row(event, people, now) for event in events]
    rows.sort(key=lambda row: (row.starts or now, row.uid))
    return Preview(tuple(_compared(_apart(rows), roster, realm, now)))


@transaction.atomic
def apply(*, text: str, roster: DutyRoster, realm: str, acting_user: User | None) -> Preview:
    """Write the events without an error as overrides; the same file again changes nothing. Return what was read."""
    seen = preview(text=text, roster=roster, realm=realm)
    now = clock.now(realm)
    known = Override.objects.filter(realm=realm, roster=roster, withdrawn_at=None, ends__gt=now)
    kept = {(row.uid, row.starts) for row in seen.rows if row.change == SAME}
    moved = known.filter(uid__in=[row.uid for row in seen.good if row.change == CHANGED])
    stale = [one.pk for one in moved if (one.uid, one.starts) not in kept]
    Override.objects.filter(pk__in=stale).update(withdrawn_at=now)
    made = Override.objects.bulk_create(
        Override(
            realm=realm, roster=roster, person=row.person, starts=row.starts, ends=row.ends, uid=row.uid,
            kind=Override.Kind.IMPORT, reason=row.title[:300], made_by=acting_user, made_at=now,
        )
        for row in seen.good
        if row.person and row.starts and row.ends
    )  # fmt: skip
    detail = {"roster": roster.slug, "events": len(made), "refused": len(seen.bad)}
    record(verb="import_calendar", target=roster, realm=realm, acting_user=acting_user, detail=detail)
    planning.replan(roster, realm)
    return seen


# --- the file --------------------------------------------------------------------------------------------------------


def _events(text: str, since: datetime, until: datetime) -> list[Any]:
    if len(text.encode()) > MOST_BYTES:
        raise InvalidInputError({"ics": _("The file is larger than {size} KB.").format(size=MOST_BYTES // 1024)})
    try:
        parsed = Calendar.from_ical(text)
        events = list(parsed.walk("VEVENT"))
    except (ValueError, IndexError, KeyError, AttributeError, TypeError) as error:
        raise InvalidInputError({"ics": _("This is no calendar file (.ics).")}) from error
    if not events:
        raise InvalidInputError({"ics": _("There is no event in the file.")})
    if len(events) > MOST_EVENTS:
        raise InvalidInputError({"ics": _("More than {number} events.").format(number=MOST_EVENTS)})
    for event in events:
        _refuse_dense(event)
    return _expanded(parsed, events, since, until)


def _refuse_dense(event: Any) -> None:
    rules = event.get("RRULE", [])
    for rule in rules if isinstance(rules, list) else [rules]:
        frequency = str((rule.get("FREQ") or [""])[0]).upper()
        if frequency not in {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"} or any(name in rule for name in _WITHIN_A_DAY):
            title = str(event.get("SUMMARY", ""))[:80]
            message = _("“{title}” repeats within a day: give it by days, weeks, months or years.")
            raise InvalidInputError({"ics": message.format(title=title)})


def _expanded(parsed: Any, events: Sequence[Any], since: datetime, until: datetime) -> list[Any]:
    """Return single events as they are (past ones too, so that they are told) and repeated ones one by one."""
    repeated = {str(event.get("UID", "")) for event in events if "RRULE" in event or "RDATE" in event}
    single = [event for event in events if str(event.get("UID", "")) not in repeated]
    if not repeated:
        return single
    try:
        found = recurring_ical_events.of(parsed, skip_bad_series=True).between(since, until)
    except (ValueError, TypeError, AttributeError, KeyError, OverflowError) as error:
        raise InvalidInputError({"ics": _("A repeated event cannot be read.")}) from error
    several = [event for event in found if str(event.get("UID", "")) in repeated]
    if len(several) > MOST_EVENTS:
        raise InvalidInputError({"ics": _("More than {number} events.").format(number=MOST_EVENTS)})
    return [*single, *several]


# --- one event -------------------------------------------------------------------------------------------------------


class _People:
    """Who may be meant: by address, and by the name as it is written, accents or not."""

    def __init__(self, people: Iterable[Person]) -> None:
        self.by_address: dict[str, list[Person]] = {}
        self.by_name: dict[str, list[Person]] = {}
        for person in people:
            if person.email:
                self.by_address.setdefault(person.email.lower(), []).append(person)
            self.by_name.setdefault(person.search_name, []).append(person)

    def find(self, event: Any) -> tuple[Person | None, str]:
        """Return the person, or why there is none."""
        given = event.get("ATTENDEE", [])
        addresses = [
            str(one).lower().removeprefix("mailto:") for one in (given if isinstance(given, list) else [given])
        ]
        found = [person for address in addresses for person in self.by_address.get(address, [])]
        title = fold(str(event.get("SUMMARY", "")))
        found = found or self.by_name.get(title, []) or self._inside(title)
        if not found:
            return None, _("Nobody of this roster has this name or address.")
        if len({person.pk for person in found}) > 1:
            return None, _("Several people of this roster could be meant.")
        return found[0], ""

    def _inside(self, title: str) -> list[Person]:
        padded = f" {title} "
        return [one for name, people in self.by_name.items() if f" {name} " in padded for one in people]


def _row(event: Any, people: _People, now: datetime) -> Row:
    row = Row(uid=str(event.get("UID", ""))[:240], title=str(event.get("SUMMARY", ""))[:200])
    try:
        starts, ends = _times(event)
    except (ValueError, TypeError, AttributeError, KeyError, OverflowError):
        return replace(row, error=_("It has no beginning or end that can be read."))
    person, error = people.find(event)
    row = replace(row, starts=starts, ends=ends, person=person)
    if not row.uid:
        return replace(row, error=_("It has no UID."))
    if ends <= starts:
        error = _("The end lies before the beginning.")
    elif ends <= now:
        error = _("It is over already: what has been is not changed.")
    elif ends - starts > LONGEST:
        error = _("At most {number} days.").format(number=LONGEST.days)
    return replace(row, error=error)


def _times(event: Any) -> tuple[datetime, datetime]:
    first = event["DTSTART"].dt
    starts = _instant(first)
    if "DTEND" in event:
        return starts, _instant(event["DTEND"].dt)
    if "DURATION" in event:
        return starts, starts + event["DURATION"].dt
    return starts, starts if isinstance(first, datetime) else starts + timedelta(days=1)


def _instant(value: date) -> datetime:
    """A day begins at local midnight, a time without zone is local."""
    if not isinstance(value, datetime):
        value = datetime.combine(value, time(0), clock.LOCAL)
    return (value if value.tzinfo else value.replace(tzinfo=clock.LOCAL)).astimezone(UTC)


# --- compared --------------------------------------------------------------------------------------------------------


def _apart(rows: Iterable[Row]) -> list[Row]:
    """Two good events of one file never overlap: the later one is refused."""
    found: list[Row] = []
    until: datetime | None = None
    for row in rows:
        if row.error or row.starts is None or row.ends is None:
            found.append(row)
        elif until is not None and row.starts < until:
            found.append(replace(row, error=_("It overlaps with another event of the file.")))
        else:
            until = row.ends
            found.append(row)
    return found


def _compared(rows: Iterable[Row], roster: DutyRoster, realm: str, now: datetime) -> list[Row]:
    known: Mapping[tuple[str, datetime], Override] = {
        (one.uid, one.starts): one
        for one in Override.objects.filter(realm=realm, roster=roster, withdrawn_at=None).exclude(uid="")
    }
    shifts = list(selectors.shifts(realm, now, now + planning.HORIZON, roster=roster))
    uids = {uid for uid, _starts in known}
    return [_judged(row, known, uids, shifts) for row in rows]


def _judged(row: Row, known: Mapping[tuple[str, datetime], Override], uids: set[str], shifts: Sequence[Any]) -> Row:
    if row.error or row.starts is None or row.ends is None or row.person is None:
        return row
    same = known.get((row.uid, row.starts))
    if same and same.ends == row.ends and same.person_id == row.person.pk:
        return replace(row, change=SAME)
    before = {one.person.full_name for one in shifts if one.starts < row.ends and one.ends > row.starts}
    names = ", ".join(sorted(before - {row.person.full_name}))
    return replace(row, change=CHANGED if same or row.uid in uids else NEW, instead_of=names)
