"""Reading indicators and projects: what rules and panels ask, and what staff see."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.contrib.postgres.aggregates import BitOr
from django.db.models import Count, Max, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_noop

from monitors.socioeconomy.feeds import told_in
from monitors.socioeconomy.models import Project, ProjectVersion
from monitors.socioeconomy.science import disbursement
from services.contract import Fact, Scope
from services.directory.access import Reader
from services.directory.codes import limit_by_code
from services.indicators import periods, watch
from services.indicators.catalogue import catalogue
from services.indicators.comparing import Comparison, to_date
from services.indicators.figures import unit_of
from services.indicators.findings import elapsed
from services.indicators.models import Definition, Sheet, Target
from services.indicators.periods import Period
from services.indicators.selectors import PLAN
from services.indicators.watch import Verdict
from services.kernel.clock import LOCAL
from services.kernel.models import LIVE

FACTS_OF = 20
BACK = 1
"""Years before the present one in which an indicator's newest value is looked for; one more is what it grew from."""


# --- indicators ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Standing:
    """An indicator's newest value beside last year's and the plan; ``known`` is when it became known."""

    definition: Definition
    found: Comparison
    known: datetime | None

    @property
    def growth(self) -> float | None:
        """Growth of the year so far against last year's same months, in per cent; None for what is a percentage."""
        change = None if self.definition.measure == "%" else self.found.to_date_change
        return None if change is None else round(100 * change, 2)

    @property
    def of_plan(self) -> float | None:
        """How much of the year's plan is done, in per cent."""
        return None if self.found.of_plan is None else round(100 * self.found.of_plan, 2)

    @property
    def verdict(self) -> Verdict | None:
        """How far the year so far lags behind its plan, None while it is on its way or nothing is planned."""
        if self.found.plan is None or self.found.to_date is None:
            return None
        return watch.off_plan(
            self.found.to_date, self.found.plan, elapsed(self.found.period), self.definition.direction
        )


@dataclass(frozen=True, slots=True)
class _Year:
    """One year of an indicator: months, quarters and the year, and since when each value is known."""

    values: Sequence[float | None]
    known: Sequence[datetime | None]


Years = Mapping[tuple[int, int], _Year]


def defined(codes: Iterable[str]) -> tuple[str, ...]:
    """Return those codes that the centre has definitions of; none before its indicators were loaded. 1 statement."""
    known = catalogue().by_code
    return tuple(code for code in codes if code in known)


def standings(scope: Scope, codes: Sequence[str]) -> list[Standing]:
    """Return how indicators stand in a scope, those with a value in the order of ``codes``: 3 statements."""
    known = catalogue().by_code
    today = scope.now.astimezone(LOCAL).date()
    wanted = [known[code] for code in codes if code in known]
    found = _years(scope, wanted, range(today.year - BACK - 1, today.year + 1))
    plans = _plans(scope, wanted, [str(today.year - back) for back in range(BACK + 1)])
    standing = []
    for definition in wanted:
        period = _newest(definition, found, today)
        if period is not None:
            comparison = _compared(definition, found, period, plans.get((definition.pk, str(period.year))))
            standing.append(Standing(definition, comparison, found[definition.pk, period.year].known[period.slot]))
    return standing


def monthly_amounts(scope: Scope, code: str, count: int) -> list[tuple[Period, float | None]]:
    """Return what each of the last ``count`` months brought, of an amount counted from the year's start: 2 statements.

    The first month with a value after one without has none: what it brought alone is not known.
    """
    definition = catalogue().by_code.get(code)
    if definition is None:
        return []
    today = scope.now.astimezone(LOCAL).date()
    found = _years(scope, [definition], range(today.year - BACK - 1, today.year + 1))
    last = _newest(definition, found, today)
    if last is None:
        return []
    return [(period, _amount(definition, found, period)) for period in periods.span(last.before(count - 1), last)]


def _amount(definition: Definition, found: Years, period: Period) -> float | None:
    value = _at(definition, found, period)
    if value is None or not definition.cumulative or period.month == 1:
        return value
    before = _at(definition, found, period.before())
    return None if before is None else value - before


def _years(scope: Scope, definitions: Sequence[Definition], years: Iterable[int]) -> dict[tuple[int, int], _Year]:
    ids = [definition.pk for definition in definitions]
    rows = Sheet.objects.filter(
        realm=scope.realm, indicator_id__in=ids, year__in=list(years), unit=unit_of(scope), part=0
    )
    return {
        (pk, year): _Year(values, known)
        for pk, year, values, known in rows.values_list("indicator_id", "year", "values", "known")
    }


def _plans(scope: Scope, definitions: Sequence[Definition], years: Sequence[str]) -> dict[tuple[int, str], float]:
    """Return the years' plans: the realm's own come after those of realm live and take their place."""
    rows = Target.objects.filter(
        realm__in={scope.realm, LIVE},
        indicator_id__in=[definition.pk for definition in definitions],
        unit=unit_of(scope),
        period__in=years,
        kind=PLAN,
    ).values_list("realm", "indicator_id", "period", "value")
    ordered = sorted(rows, key=lambda row: row[0] != LIVE)
    return {(pk, period): value for _realm, pk, period, value in ordered}


def _newest(definition: Definition, found: Years, today: date) -> Period | None:
    grain = definition.frequency
    at = periods.containing(today, grain)  # type: ignore[arg-type]  # its choices are the grains
    first = periods.containing(date(today.year - BACK, 1, 1), grain)  # type: ignore[arg-type]
    while at >= first:
        if _at(definition, found, at) is not None:
            return at
        at = at.before()
    return None


def _at(definition: Definition, found: Years, period: Period) -> float | None:
    year = found.get((definition.pk, period.year))
    return year.values[period.slot] if year else None


def _compared(definition: Definition, found: Years, period: Period, plan: float | None) -> Comparison:
    def so_far(at: Period) -> float | None:
        year = found.get((definition.pk, at.year))
        return to_date(definition, {0: year.values}, {}, at) if year else None

    before = period.last_year()
    return Comparison(
        period, _at(definition, found, period), _at(definition, found, before), so_far(period), so_far(before), plan
    )


# --- projects --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Ledger:
    """An investor's projects of a budget year, and their sums."""

    investor: str
    projects: Sequence[Project]
    total: disbursement.Total

    @property
    def month(self) -> date:
        """The newest month that any of them was reported for."""
        return max(project.month for project in self.projects)


def total_of(projects: Iterable[Project]) -> disbursement.Total:
    """Return the sums over projects."""
    return disbursement.total((one.plan, one.disbursed, one.progress) for one in projects)


def ledgers(projects: Iterable[Project]) -> list[Ledger]:
    """Return projects by their investors, in the order of these."""
    found: dict[str, list[Project]] = defaultdict(list)
    for project in projects:
        found[project.investor].append(project)
    return [Ledger(investor, rows, total_of(rows)) for investor, rows in sorted(found.items())]


def months_of(projects: Collection[Project]) -> dict[int, dict[date, float]]:
    """Return what was paid out by the end of each month reported, in billion VND, by project: 1 statement.

    Of several reports of a month the newest counts.
    """
    versions = ProjectVersion.objects.filter(record_id__in=[project.pk for project in projects])
    found: dict[int, dict[date, float]] = {project.pk: {} for project in projects}
    for pk, raw in versions.order_by("as_of", "version", "pk").values_list("record_id", "raw"):
        month, paid = told_in(raw)
        found[pk][month] = paid
    return found


@dataclass(frozen=True, slots=True)
class Sums:
    """Sums over the projects of a year; ``shares``: what part of all capital was paid out by each month's end, in %.

    A project that said nothing of a month stands where it stood; a month that none of them told is not there.
    """

    total: disbursement.Total
    month: date | None
    received_at: datetime | None
    year: int
    shares: Sequence[float]


_MONTHS = range(disbursement.LAST_MONTH)


def sums_of(rows: QuerySet[Project]) -> Sums:
    """Return the sums over projects of one year, counted by the database: 1 statement."""
    found = rows.order_by().aggregate(
        plan=Coalesce(Sum("plan"), 0.0), disbursed=Coalesce(Sum("disbursed"), 0.0), n=Count("*"),
        lagging=Count("progress", filter=Q(progress__in=disbursement.LAGGING)), month=Max("month"),
        at=Max("received_at"), year=Coalesce(Max("year"), 0), told=BitOr("told"),
        **{f"m{n}": Sum(f"paid__{n}") for n in _MONTHS},
    )  # fmt: skip
    plan, told = found["plan"], found["told"] or 0
    shares = [round(100 * (found[f"m{n}"] or 0.0) / plan, 2) if plan else 0.0 for n in _MONTHS if told >> n & 1]
    total = disbursement.Total(plan, found["disbursed"], found["n"], found["lagging"])
    return Sums(total, found["month"], found["at"], found["year"], shares)


# --- staff -----------------------------------------------------------------------------------------------------------


def visible_projects(user: Reader) -> QuerySet[Project]:
    """Return the projects of the realm on show that the reader reaches: built there, its own, or all for the owner."""
    rows = Project.objects.filter(realm=settings.IOC_REALM).defer("raw", "digest")
    own = limit_by_code(rows, user, "records.read", unit="investor_unit", department="investor_department")
    return limit_by_code(rows, user, "records.read") | own


def project_facts(ids: Sequence[int]) -> list[Fact]:
    """Return what the projects behind a ticket were planned and paid, those that lag most first."""
    rows = Project.objects.filter(pk__in=list(ids)).defer("raw", "digest")
    return [Fact(gettext_noop("Project"), _project_told(row)) for row in sorted(rows, key=_gap)[:FACTS_OF]]


def _gap(project: Project) -> float:
    return (project.share or 0.0) - project.expected


def _project_told(row: Project) -> dict[str, str]:
    money = f"{row.disbursed:g}/{row.plan:g}"
    month, share = f"{row.month:%m/%Y}", f"{row.share or 0:g} %"
    return {
        "vi": f"{row.name} ({row.code}) · {money} tỷ đồng ({share}) đến hết tháng {month}",
        "en": f"{row.label['en']} ({row.code}) · {money} billion VND ({share}) by the end of {month}",
    }


def sheet_facts(ids: Sequence[int]) -> list[Fact]:
    """Return the newest values of the indicators behind a ticket."""
    rows = Sheet.objects.filter(pk__in=list(ids)).select_related("indicator").order_by("indicator__code")[:FACTS_OF]
    return [Fact(gettext_noop("Indicator"), _sheet_told(row)) for row in rows]


def _sheet_told(row: Sheet) -> dict[str, str]:
    one, slot = row.indicator, row.latest_slot
    value = "–" if slot is None else f"{row.values[slot]:g}"
    measures = one.measure_label
    return {lang: f"{one.label[lang]} · {row.latest_period} · {value} {measures[lang]}" for lang in ("vi", "en")}
