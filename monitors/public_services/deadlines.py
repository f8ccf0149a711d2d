"""When a dossier is due and whether it was on time: pure functions over one dossier's course; no clock, no database.

The rules come from Decree 61/2018/NĐ-CP art. 19, kept in Decree 118/2025/NĐ-CP, and from Decree
309/2026/NĐ-CP arts. 8-9. They are dated: a dossier is judged by the rules of the day it was submitted. Values marked
"configuration" have no legal source that was read; change them in ``RULE_SETS``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from services.kernel.clock import LOCAL
from services.worktime.calendar import WorkCalendar, add_days, add_minutes, next_opening, time_between

ONLINE = 2
REGISTERED = 1
_ZERO = timedelta(0)

Light = Literal["green", "yellow", "red"]


@dataclass(frozen=True, slots=True)
class RuleSet:
    """The rules from ``effective_from`` until the next set begins."""

    effective_from: date
    basis: str
    receive_minutes: int = 8 * 60
    """An online dossier is to be received within these working minutes (configuration)."""
    passed_on_after: time = time(15, 0)
    """What is accepted later than this is passed on at the start of the next working day."""
    return_days: int = 3
    """Working days within which an inadequate dossier goes back; the clock then starts again with the answer."""
    apology_notice: timedelta = timedelta(days=1)
    """An apology with a new date goes out at least this long before expiry, once only."""
    yellow_share: float = 0.2
    """The light turns yellow when at most this share of the time is left (configuration) …"""
    yellow_minutes: int = 450
    """… or at most this much working time: one day (configuration)."""


RULE_SETS = (
    RuleSet(effective_from=date(2018, 6, 21), basis="Decree 61/2018/NĐ-CP art. 19"),
    RuleSet(effective_from=date(2025, 7, 1), basis="Decree 118/2025/NĐ-CP; Decree 309/2026/NĐ-CP arts. 8-9"),
)


def rules_on(day: date) -> RuleSet:
    """Return the rules in force on ``day``; before the first set the first one."""
    return next((rules for rules in reversed(RULE_SETS) if rules.effective_from <= day), RULE_SETS[0])


@dataclass(frozen=True, slots=True)
class Supplement:
    """The citizen was asked for more papers, and gave them or not yet."""

    asked: datetime
    answered: datetime | None = None


@dataclass(frozen=True, slots=True)
class Course:
    """What happened to a dossier so far; every instant is aware."""

    channel: int
    status: int
    submitted: datetime
    accepted: datetime | None = None
    appointment: datetime | None = None
    statutory_days: int | None = None
    apology: tuple[datetime, datetime] | None = None
    supplements: Sequence[Supplement] = ()
    finished: datetime | None = None
    returned: datetime | None = None
    stopped: datetime | None = None

    @property
    def rules(self) -> RuleSet:
        """The rules of the day the dossier was submitted."""
        return rules_on(self.submitted.astimezone(LOCAL).date())


def clock_start(course: Course, calendar: WorkCalendar) -> datetime | None:
    """Return when the clock starts: the dossier is complete and accepted and in the hands of who decides.

    None while it is not accepted. Accepted after 15:00 it starts at the opening of the next working day. Papers asked
    for within three working days of acceptance meant an inadequate dossier: its clock starts again with the answer.
    """
    if course.accepted is None:
        return None
    restarted = _restarted(course, calendar)
    if restarted is not None:
        return next_opening(calendar, restarted)
    local = course.accepted.astimezone(LOCAL)
    if local.time() > course.rules.passed_on_after:
        tomorrow = datetime.combine(local.date() + timedelta(days=1), time.min, LOCAL)
        return next_opening(calendar, tomorrow)
    return next_opening(calendar, course.accepted)


def _restarted(course: Course, calendar: WorkCalendar) -> datetime | None:
    """Return when the papers of a dossier that was inadequate from the start were complete, None for the others."""
    if course.accepted is None or len(course.supplements) != 1:
        return None
    only = course.supplements[0]
    inadequate = only.asked <= add_days(calendar, course.accepted, course.rules.return_days)
    return only.answered if inadequate else None


def supplement_time(course: Course) -> timedelta:
    """Return how long the citizen took to complete the dossier: not the office's time."""
    return sum((s.answered - s.asked for s in course.supplements if s.answered), _ZERO)


def appointment(course: Course) -> datetime | None:
    """Return the day that counts: an apology's new one if it was sent in time, else the first."""
    if course.appointment is None or course.apology is None:
        return course.appointment
    sent, until = course.apology
    in_time = sent <= course.appointment - course.rules.apology_notice
    return max(until, course.appointment) if in_time else course.appointment


def due(course: Course, calendar: WorkCalendar) -> datetime | None:
    """Return by when the dossier must be finished, the citizen's time added; None when nobody promised a day.

    With an appointment ``end ≤ appointment``; without one ``end − start − supplement ≤`` the most that the law gives.
    """
    promised = appointment(course)
    if promised is not None:
        return promised + supplement_time(course)
    start = clock_start(course, calendar)
    if start is None or course.statutory_days is None:
        return None
    given = supplement_time(course) if _restarted(course, calendar) is None else _ZERO
    return add_days(calendar, start, course.statutory_days) + given


def end(course: Course) -> datetime | None:
    """Return when the office was done: finished, else returned, else stopped, refused or withdrawn; None while open.

    A first request for papers that was never answered counts as the end: it is the citizen's turn.
    """
    done = course.finished or course.returned or course.stopped
    if done is None and len(course.supplements) == 1 and course.supplements[0].answered is None:
        return course.supplements[0].asked
    return done


def overdue_at(course: Course, calendar: WorkCalendar) -> datetime | None:
    """Return the instant after which the dossier is overdue unless it has ended; None when it can't be.

    A second request for papers makes it overdue at once.
    """
    limits = [due(course, calendar)]
    if len(course.supplements) > 1:
        limits.append(course.supplements[1].asked)
    return min((limit for limit in limits if limit is not None), default=None)


def on_time(course: Course, calendar: WorkCalendar) -> bool | None:
    """Return whether the dossier ended in time; None while it is open or when no deadline is known."""
    ended, limit = end(course), overdue_at(course, calendar)
    if ended is None or limit is None:
        return None
    return ended <= limit and len(course.supplements) < 2


def receive_by(course: Course, calendar: WorkCalendar) -> datetime | None:
    """Return by when an online dossier is to be received: 8 working hours; None for the other channels."""
    if course.channel != ONLINE:
        return None
    return add_minutes(calendar, course.submitted, course.rules.receive_minutes)


def light(start: datetime, limit: datetime, now: datetime, calendar: WorkCalendar, rules: RuleSet) -> Light:
    """Return the traffic light of an open dossier: green above 20 % of its working time, red when it has run out."""
    if now > limit:
        return "red"
    left = time_between(calendar, now, limit)
    whole = time_between(calendar, start, limit)
    scarce = left <= timedelta(minutes=rules.yellow_minutes) or left <= whole * rules.yellow_share
    return "yellow" if scarce else "green"
