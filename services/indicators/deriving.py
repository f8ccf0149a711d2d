"""What stands on changed values is derived again: only the indicators, years and units that can have changed."""

from collections.abc import Mapping, Sequence

from services.indicators import sheets
from services.indicators.catalogue import Catalogue
from services.indicators.models import Definition, OverArea, OverTime
from services.indicators.rollup import Basis, Lane, Values, Year, derive
from services.indicators.territory import Territory

Touched = dict[tuple[str, int], set[str]]
"""(Code, year) → units with changed values."""
Read = dict[str, Values]
"""Unit → part → values."""


def derive_touched(realm: str, touched: Mapping[tuple[str, int], set[str]], known: Catalogue, land: Territory) -> None:
    """Derive in the order in which indicators stand on each other; store what became other than it was."""
    years = sorted({year for _code, year in touched})
    for year in years:
        units: dict[str, set[str]] = {code: set(found) for (code, at), found in touched.items() if at == year}
        work = YearWork(realm, year, known, land)
        for code in known.touched_by(units):
            of_needed = (units.get(need, set()) for need in known.needs[code])
            units[code] = units.get(code, set()).union(*of_needed)
            if units[code]:
                work.derive(known[code], units[code])


class YearWork:
    """One year's derivation, straight on the table."""

    def __init__(self, realm: str, year: int, known: Catalogue, land: Territory) -> None:
        self.realm, self.year, self.catalogue, self.territory = realm, year, known, land

    def derive(self, definition: Definition, units: set[str]) -> None:
        """Derive the changed units' year, then the province's."""
        province = self.territory.province
        wanted = units | {province}
        lanes = self.lanes(definition, wanted)
        formula = self.catalogue.formula(definition.code)
        inputs = {code: self.values(code, wanted) for code in sorted(formula.codes)} if formula else {}
        timed = self.values(definition.weight_time, wanted) if definition.over_time == OverTime.WEIGHTED else {}
        for unit in sorted(units - {province}):
            of_unit = {code: values.get(unit, {}) for code, values in inputs.items()}
            torn = self.territory.torn(unit, self.year)
            basis = Basis(weights=timed.get(unit, {}), formula=formula, inputs=of_unit, torn=torn)
            derive(definition, lanes.setdefault(unit, {}), basis)
        children, weights = None, {}
        if definition.over_area != OverArea.NONE and formula is None:
            children = self._children(definition, lanes)
            if definition.over_area == OverArea.WEIGHTED:
                weights = self.values(definition.weight_area, None)
        of_province = {code: values.get(province, {}) for code, values in inputs.items()}
        basis = Basis(children, weights, timed.get(province, {}), formula, of_province)
        derive(definition, lanes.setdefault(province, {}), basis)
        self.keep(definition, lanes)

    def lanes(self, definition: Definition, units: set[str]) -> dict[str, Year]:
        """Return whole sheets of units."""
        return sheets.load_lanes(self.realm, definition.pk, self.year, units)

    def values(self, code: str, units: set[str] | None) -> Read:
        """Return an indicator's values in the year, of some units or all."""
        found = sheets.load_values(self.realm, [self.catalogue[code].pk], [self.year], units)
        return {unit: values for (_pk, _year, unit), values in found.items()}

    def keep(self, definition: Definition, lanes: Mapping[str, Year]) -> None:
        """Store what became other than it was."""
        sheets.save(self.realm, changed_lanes(definition, self.year, lanes))

    def _children(self, definition: Definition, lanes: Mapping[str, Year]) -> Read:
        """Return every commune's values: as stored, and as just derived where they were touched."""
        found = self.values(definition.code, None)
        fresh = {unit: {part: lane.values for part, lane in year.items()} for unit, year in lanes.items()}
        return {unit: values for unit, values in {**found, **fresh}.items() if unit in self.territory.communes}


def changed_lanes(
    definition: Definition, year: int, lanes: Mapping[str, Year]
) -> Sequence[tuple[sheets.Key, int, Lane]]:
    """Return the lanes to be stored: those that differ, but no new ones without a value."""
    return [
        ((definition.pk, year, unit), part, lane)
        for unit, parts in lanes.items()
        for part, lane in parts.items()
        if lane.changed and (lane.pk is not None or any(value is not None for value in lane.values))
    ]
