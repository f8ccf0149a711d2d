"""A view becomes a question: indicators, units and periods that are there and within the reader's reach."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import connection
from django.utils.translation import gettext as _

from services.directory.access import Reader
from services.directory.models import Unit
from services.indicators import periods
from services.indicators.access import Reach, reach_of
from services.indicators.catalogue import Catalogue, catalogue
from services.indicators.explore.state import COMMUNES, MOST_PERIODS, PROVINCE, Parsed, State
from services.indicators.models import Definition, Sheet
from services.indicators.past import with_needs
from services.indicators.periods import GRAINS, Grain, Period
from services.indicators.territory import Territory, territory
from services.kernel import clock
from services.kernel.clock import LOCAL

MOST_VALUES = 12_000
"""Values of one view."""
DEFAULT_PERIODS = {"day": 31, "month": 12, "quarter": 8, "year": 5}
_BACK = 5
"""Years before the present one in which the newest value is looked for."""


@dataclass(frozen=True, slots=True)
class Place:
    """A unit as it is written: its code and full name."""

    code: str
    name: str


@dataclass
class Question:
    """What is shown. ``state`` has all that the page decided filled in; ``as_of`` is the instant of what is known.

    ``known_at`` is None while nothing changed since ``as_of``: then what is stored can be read as it is.
    """

    state: State
    realm: str
    now: datetime
    as_of: datetime
    known_at: datetime | None
    reach: Reach
    land: Territory
    known: Catalogue
    definitions: Sequence[Definition] = ()
    places: Sequence[Place] = ()
    periods: Sequence[Period] = ()
    problems: dict[str, str] = field(default_factory=dict)

    @property
    def today(self) -> date:
        """The day of ``as_of`` in the province."""
        return self.as_of.astimezone(LOCAL).date()


def ask(parsed: Parsed, user: Reader, realm: str) -> Question:
    """Return the question; Http404 for an indicator of a unit that is out of the reader's reach.

    Eight statements at most, however many indicators, units and periods there are.
    """
    state, now = parsed.state, clock.now(realm)
    problems = dict(parsed.problems)
    if state.known_at and state.known_at > now:
        problems["known_at"] = _("That instant is still to come: what is known now is shown.")
        state = state.but(known_at=None)
    question = Question(
        state, realm, now, as_of=state.known_at or now, known_at=None, reach=reach_of(user), land=territory(),
        known=catalogue(), problems=problems,
    )  # fmt: skip
    question.definitions = _definitions(question)
    question.places = _places(question)
    question.periods = _periods(question)
    years = {one.year for period in question.periods for one in (period, period.last_year())}
    codes = [one.code for one in question.definitions]
    if state.known_at and _changed_since(realm, question.known, codes, years, state.known_at):
        question.known_at = state.known_at
    question.state = _spelled_out(question)
    return question


def _definitions(question: Question) -> list[Definition]:
    known = question.known
    found = [known.by_code[code] for code in question.state.codes if code in known.by_code]
    strays = [code for code in question.state.codes if code not in known.by_code]
    if strays:
        question.problems["code"] = _("There is no indicator “{code}”.").format(code=strays[0])
    return found or _first_with_values(question)


def _first_with_values(question: Question) -> list[Definition]:
    """Return one indicator to begin with: of those within reach that have values the first by its declared rank."""
    reach, year = question.reach, question.today.year
    mine = [one for one in question.known.by_code.values() if _within(reach, one, question.land)]
    mine.sort(key=lambda one: (one.rank, one.topic, one.code))
    recent = Sheet.objects.filter(realm=question.realm, year__in=(year - 1, year))
    wide = reach.everything or bool(reach.departments)
    recent = recent.filter(unit__in=[question.land.province] if wide else reach.units)
    rows = recent.values_list("indicator_id", "values")
    filled = {pk for pk, values in rows if any(value is not None for value in values)}
    return ([one for one in mine if one.pk in filled] or mine)[:1]


def _within(reach: Reach, definition: Definition, land: Territory) -> bool:
    return bool(reach.units) or reach.covers(definition, land.province)


def choices(question: Question) -> list[Definition]:
    """Return every indicator that the reader may ask for, by topic and code: what is ranked comes first of all."""
    found = [one for one in question.known.by_code.values() if _within(question.reach, one, question.land)]
    best: dict[str, int] = {}
    for one in found:
        best[one.topic] = min(best.get(one.topic, one.rank), one.rank)
    return sorted(found, key=lambda one: (best[one.topic], one.topic, one.rank, one.code))


def communes(question: Question) -> list[str]:
    """Return the codes of today's communes whose values of the chosen indicators may be read."""
    reach, definitions = question.reach, question.definitions
    return [
        code
        for code in question.land.communes_on(question.now.astimezone(LOCAL).date())
        if all(reach.covers(one, code) for one in definitions)
    ]


def names_of(codes: Sequence[str]) -> dict[str, str]:
    """Return code → full name, of the newest unit that has or had the code: one statement."""
    return {unit.code: unit.full_name for unit in Unit.objects.filter(code__in=codes).order_by("valid_from")}


def _places(question: Question) -> list[Place]:
    land, reach, asked = question.land, question.reach, list(question.state.units)
    if strays := [code for code in asked if code not in {PROVINCE, COMMUNES, *land.versions}]:
        question.problems["unit"] = _("There is no commune or ward of code {code}.").format(code=strays[0])
        asked = [code for code in asked if code not in strays]
    if not asked:
        whole = all(reach.covers(one, land.province) for one in question.definitions)
        asked = [PROVINCE if whole else COMMUNES]
        question.state = question.state.but(units=tuple(asked))
    found: dict[str, None] = {}
    for code in asked:
        more = communes(question) if code == COMMUNES else [land.province if code == PROVINCE else code]
        found.update(dict.fromkeys(more))
    for definition in question.definitions:
        reach.check(definition, list(found))
    names = names_of(list(found))
    return [Place(code, names.get(code, code)) for code in found]


def _periods(question: Question) -> list[Period]:
    state = question.state
    if not question.definitions:
        return []
    grain = state.grain or _grain_of(question.definitions)
    last = state.last or (state.first.before(1 - DEFAULT_PERIODS[grain]) if state.first else _newest(question, grain))
    first = state.first or last.before(DEFAULT_PERIODS[grain] - 1)
    most = min(MOST_PERIODS, MOST_VALUES // max(1, len(question.definitions) * len(question.places)))
    found: list[Period] = []
    while last >= first and len(found) <= most:
        found.append(last)
        last = last.before()
    if len(found) > most:
        text = _("That is too much for one page: the last {count} periods are shown.")
        question.problems["first"] = text.format(count=most)
    return found[:most][::-1]


def _grain_of(definitions: Sequence[Definition]) -> Grain:
    """Return the finest kind of period that all of them have; months of what comes every day."""
    coarsest = max(GRAINS.index(one.frequency) for one in definitions)
    return GRAINS[max(coarsest, GRAINS.index("month"))]


def _newest(question: Question, grain: Grain) -> Period:
    """Return the newest period of a grain with a value of the first indicator, else the present one: 1 statement."""
    end, year = periods.containing(question.today, grain), question.today.year
    rows = Sheet.objects.filter(
        realm=question.realm, indicator=question.definitions[0], year__in=range(year - _BACK, year + 1),
        unit__in=[one.code for one in question.places[:20]],
    )  # fmt: skip
    filled = [
        period
        for row_year, part, values in rows.values_list("year", "part", "values")
        for slot, value in enumerate(values)
        if value is not None and (period := periods.of_slot(row_year, part, slot)).grain == grain and period <= end
    ]
    return max(filled, default=end)


def _changed_since(realm: str, known: Catalogue, codes: Sequence[str], years: set[int], at: datetime) -> bool:
    """Tell whether anything that these indicators stand on became known, or was withdrawn, after an instant."""
    ids = [known[one].pk for one in {need for code in codes for need in with_needs(known, code)}]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM indicators_sheet, unnest(known) AS since WHERE realm = %s "
            "AND indicator_id = ANY(%s) AND year = ANY(%s) AND since > %s) OR EXISTS (SELECT 1 FROM "
            "indicators_revision WHERE realm = %s AND indicator_id = ANY(%s) AND known_to > %s)",
            [realm, ids, sorted(years), at, realm, ids, at],
        )
        found: bool = cursor.fetchone()[0]
    return found


def _spelled_out(question: Question) -> State:
    """Return the view with all that the page decided written down, so that its link shows the same tomorrow."""
    if not question.definitions:
        return question.state
    grain, columns = question.periods[0].grain, question.periods
    map_at = question.state.map_at
    return question.state.but(
        codes=tuple(one.code for one in question.definitions),
        units=tuple(
            code for code in question.state.units if code in {PROVINCE, COMMUNES} or code in question.land.versions
        ),
        grain=grain,
        first=columns[0],
        last=columns[-1],
        map_at=map_at.at(grain) if map_at else None,
    )
