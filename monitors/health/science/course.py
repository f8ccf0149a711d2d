"""The course of one disease in one commune, and what the rules make of it. Pure.

Three kinds of day: with cases, with a report that says there were none, and unknown. Silence is never an all-clear: an
outbreak is over when the disease's quiet period was **reported** free of cases.
"""

from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date, timedelta

from monitors.health.science import circular15, ears
from monitors.health.science.circular15 import Level, Verdict
from monitors.health.science.deadlines import monday

DAY = timedelta(days=1)
COVERED = 0.8
"""Share of days that must have been reported before a span counts as known (configuration)."""
REACH = 120
"""Days back over which an episode is followed (configuration)."""


@dataclass(frozen=True, slots=True)
class Day:
    """What was reported of a day. ``exact`` False: it lies in a week's report, whose count stands on the last day."""

    cases: int
    confirmed: int = 0
    exact: bool = True


@dataclass(frozen=True, slots=True)
class Sum:
    """Cases of a week or month, and how many of its days were reported."""

    cases: int
    days: int


@dataclass(frozen=True, slots=True)
class Linked:
    """Cases of a day that belong to one cluster."""

    cluster: str
    day: date
    cases: int


@dataclass(slots=True)
class Course:
    """What is known of a disease in a commune.

    ``free`` are days on which the commune said that nothing notifiable happened; ``months`` by first day, ``weeks`` by
    Monday; ``free_months`` and ``free_weeks`` count the days of such general reports.
    """

    days: dict[date, Day] = field(default_factory=dict)
    free: set[date] = field(default_factory=set)
    months: dict[date, Sum] = field(default_factory=dict)
    weeks: dict[date, Sum] = field(default_factory=dict)
    free_months: dict[date, int] = field(default_factory=dict)
    free_weeks: dict[date, int] = field(default_factory=dict)
    linked: list[Linked] = field(default_factory=list)

    @property
    def last(self) -> date | None:
        """The newest day of which something is known."""
        return max((*self.days, *self.free), default=None)

    def count(self, day: date) -> int | None:
        """Return the cases of a day, 0 when it was reported without, None when nobody reported."""
        found = self.days.get(day)
        return found.cases if found else 0 if day in self.free else None

    def exact_count(self, day: date) -> int | None:
        """Return the cases of just that day; None also where only a week's count is known."""
        found = self.days.get(day)
        if found is not None:
            return found.cases if found.exact else None
        return 0 if day in self.free else None

    def month(self, first: date) -> int | None:
        """Return a whole month's cases, None when too few of its days were reported."""
        return _known(self.months.get(first), self.free_months.get(first, 0), monthrange(first.year, first.month)[1])

    def week(self, first: date) -> int | None:
        """Return a whole week's cases, None when too few of its days were reported."""
        return _known(self.weeks.get(first), self.free_weeks.get(first, 0), 7)


def _known(found: Sum | None, free: int, length: int) -> int | None:
    if max(found.days if found else 0, free) < COVERED * length:
        return None
    return found.cases if found else 0


@dataclass(frozen=True, slots=True)
class Nature:
    """What the rules must know of a disease here: its group, whether it is endemic, and how long it must be quiet.

    ``outbreak_years`` are left out of what is usual.
    """

    group: str
    endemic: bool
    quiet: int
    outbreak_years: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Episode:
    """A run of cases no two of which are further apart than the quiet period. ``over``: reported free since."""

    first: date
    latest: date
    over: bool


def episode(course: Course, nature: Nature) -> Episode | None:
    """Return the latest episode as of the newest known day, None when there was no case within reach."""
    today = course.last
    if today is None:
        return None
    struck = sorted((d for d, one in course.days.items() if one.cases and today - d <= REACH * DAY), reverse=True)
    if not struck:
        return None
    first = struck[0]
    for day in struck[1:]:
        if (first - day).days > nature.quiet:
            break
        first = day
    return Episode(first, struck[0], quiet_since(course, struck[0], today, nature.quiet))


def quiet_since(course: Course, latest: date, today: date, quiet: int) -> bool:
    """Tell whether the quiet period up to ``today`` was reported, and reported free of cases."""
    if (today - latest).days < quiet:
        return False
    said = sum(course.count(today - n * DAY) is not None for n in range(quiet))
    return said >= COVERED * quiet


# --- judgements ------------------------------------------------------------------------------------------------------


def outbreak(course: Course, nature: Nature) -> Verdict:
    """Return OUTBREAK while one lasts: from the month or cluster that made it one until the quiet period is over."""
    now = episode(course, nature)
    if now is None or now.over:
        return Verdict(Level.NONE)
    if nature.endemic and nature.group != "A":
        verdicts = [monthly(course, nature, first) for first in _months(now)]
        order = (Level.OUTBREAK, Level.NONE, Level.UNKNOWN)
        return min(verdicts, key=lambda one: order.index(one.level))
    verdict = circular15.not_endemic(_clusters(course, now))
    return verdict if verdict.level == Level.OUTBREAK else Verdict(Level.NONE, verdict.count, verdict.limit)


def monthly(course: Course, nature: Nature, first: date) -> Verdict:
    """Return what a month to date is against the same month of the years before."""
    found = course.months.get(first)
    years = [y for y in range(first.year - circular15.YEARS, first.year) if y not in nature.outbreak_years]
    usual = circular15.baseline(course.month(first.replace(year=year)) for year in years)
    return circular15.endemic_month(found.cases if found else 0, usual)


def weekly(course: Course, nature: Nature, first: date) -> Verdict:
    """Return what a week to date is against the same ISO week of the years before."""
    found = course.weeks.get(first)
    usual = circular15.baseline(
        course.week(week) for week in same_weeks(first) if week.year not in nature.outbreak_years
    )
    return circular15.endemic_week(found.cases if found else 0, usual)


def warning(course: Course, nature: Nature) -> Verdict:
    """Return WARNING where an outbreak may begin; NONE once it is one, and when the quiet period is over."""
    now = episode(course, nature)
    today = course.last
    if now is None or today is None or now.over:
        return Verdict(Level.NONE)
    if outbreak(course, nature).level == Level.OUTBREAK:
        return Verdict(Level.NONE)
    if nature.group == "A":
        span = [one.confirmed for d, one in course.days.items() if now.first <= d <= now.latest]
        return circular15.group_a(sum(span))
    if nature.endemic:
        return weekly(course, nature, monday(today))
    return circular15.not_endemic(_clusters(course, now))


def unusual(course: Course) -> tuple[date, int, ears.Scores] | None:
    """Return the newest day with a count of its own, that count and its scores; None when nothing is known."""
    known = [d for d in (*course.days, *course.free) if course.exact_count(d) is not None]
    if not known:
        return None
    today = max(known)
    counts = [course.exact_count(today - back * DAY) for back in reversed(range(ears.NEEDED))]
    return today, counts[-1] or 0, ears.scores(counts)


def same_weeks(first: date) -> list[date]:
    """Return the Mondays of the same ISO week in the years before; week 53 has the last week of a shorter year."""
    year, week, _day = first.isocalendar()
    return [_week_of(year - back, week) for back in range(1, circular15.YEARS + 1)]


def _week_of(year: int, week: int) -> date:
    try:
        return date.fromisocalendar(year, week, 1)
    except ValueError:
        return date.fromisocalendar(year, week - 1, 1)


def _months(now: Episode) -> list[date]:
    """Return the first days of the months an episode touches, the latest first."""
    months, first = [], now.latest.replace(day=1)
    while first >= now.first.replace(day=1):
        months.append(first)
        first = (first - DAY).replace(day=1)
    return months


def _clusters(course: Course, now: Episode) -> list[int]:
    sums: dict[str, int] = {}
    for one in course.linked:
        if now.first <= one.day <= now.latest:
            sums[one.cluster] = sums.get(one.cluster, 0) + one.cases
    return list(sums.values())
