"""What was known when: values as they stood at an earlier instant, with all that had followed from them then."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime

from services.indicators import periods, sheets
from services.indicators.catalogue import Catalogue, catalogue
from services.indicators.deriving import Read, YearWork
from services.indicators.models import Definition, Revision, Sheet
from services.indicators.rollup import Lane, Values, Year
from services.indicators.territory import Territory, territory


def values_known(realm: str, code: str, years: Collection[int], at: datetime) -> dict[sheets.Key, Values]:
    """Return an indicator's values of all units as they were known at an instant: (id, year, unit) → part → values.

    Today's definitions and formulas are used: it is the data that is set back, not the method.
    """
    known, land = catalogue(), territory()
    pk = known[code].pk
    found: dict[sheets.Key, Values] = {}
    for year in sorted(years):
        work = _PastYear(realm, year, known, land, at)
        for one in with_needs(known, code):
            work.derive(known[one], work.units_of(one))
        for unit, lanes in work.read[code].items():
            found[pk, year, unit] = {part: lane.values for part, lane in lanes.items()}
    return found


def with_needs(known: Catalogue, code: str) -> list[str]:
    """Return a code and all that it stands on, each after what it needs."""
    found, waiting = {code}, [code]
    while waiting:
        more = known.needs[waiting.pop()] - found
        found |= more
        waiting += more
    return [one for one in known.order if one in found]


class _PastYear(YearWork):
    """A year's derivation in memory, from given values set back to an instant."""

    def __init__(self, realm: str, year: int, known: Catalogue, land: Territory, at: datetime) -> None:
        super().__init__(realm, year, known, land)
        self.at = at
        self.read: dict[str, dict[str, Year]] = {}

    def units_of(self, code: str) -> set[str]:
        """Return the units that have, or by what an indicator stands on may have, values."""
        needs = [unit for need in self.catalogue.needs[code] for unit in self.read[need]]
        return {*self._set_back(code), *needs}

    def lanes(self, definition: Definition, units: set[str]) -> dict[str, Year]:
        """Return the sheets that were set back."""
        del units
        return self._set_back(definition.code)

    def values(self, code: str, units: set[str] | None) -> Read:
        """Return the values that were set back and derived."""
        found = self._set_back(code)
        return {
            unit: {part: lane.values for part, lane in lanes.items()}
            for unit, lanes in found.items()
            if units is None or unit in units
        }

    def keep(self, definition: Definition, lanes: Mapping[str, Year]) -> None:
        """Store nothing: the past is only looked at."""

    def _set_back(self, code: str) -> dict[str, Year]:
        if code not in self.read:
            pk = self.catalogue[code].pk
            self.read[code] = given_at(self.realm, pk, self.year, self.at)
        return self.read[code]


def given_at(realm: str, indicator: int, year: int, at: datetime) -> dict[str, Year]:
    """Return the given values of a year as they were known at an instant; nothing derived."""
    rows = Sheet.objects.filter(realm=realm, indicator_id=indicator, year=year)
    found: dict[str, Year] = defaultdict(dict)
    for unit, part, values, known in rows.values_list("unit", "part", "values", "known"):
        lane = Lane.empty(part)
        for slot, (value, since) in enumerate(zip(values, known, strict=True)):
            if since is not None and since <= at:
                lane.give(slot, value, since, None)
        found[unit][part] = lane
    earlier = Revision.objects.filter(
        realm=realm, indicator_id=indicator, period__startswith=f"{year:04d}", known_from__lte=at, known_to__gt=at
    )
    for unit, text, value, since in earlier.values_list("unit", "period", "value", "known_from"):
        period = periods.parse(text)
        lane = found[unit].setdefault(period.part, Lane.empty(period.part))
        lane.give(period.slot, value, since, None)
    return dict(found)
