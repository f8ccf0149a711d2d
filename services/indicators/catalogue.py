"""All definitions in memory, in the order they must be computed; refuses circles and names that point at nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from services.indicators.formulas import Formula, FormulaError, parse
from services.indicators.models import Definition, Edition, OverArea, OverTime


class CatalogueError(ValueError):
    """Definitions that contradict each other; the message names the code."""


class UnknownCodeError(LookupError):
    """There is no indicator of that code."""


@dataclass(frozen=True)
class Catalogue:
    """Definitions by code and by id. ``order`` has every code after those it stands on."""

    by_code: Mapping[str, Definition]
    by_id: Mapping[int, Definition]
    order: tuple[str, ...]
    needs: Mapping[str, frozenset[str]]

    def __getitem__(self, code: str) -> Definition:
        try:
            return self.by_code[code]
        except KeyError:
            raise UnknownCodeError(code) from None

    @cached_property
    def users(self) -> Mapping[str, frozenset[str]]:
        """Code → the codes that stand on it directly."""
        found: dict[str, set[str]] = {code: set() for code in self.by_code}
        for code, needs in self.needs.items():
            for one in needs:
                found[one].add(code)
        return {code: frozenset(users) for code, users in found.items()}

    @cached_property
    def _rank(self) -> Mapping[str, int]:
        return {code: n for n, code in enumerate(self.order)}

    def touched_by(self, codes: Iterable[str]) -> list[str]:
        """Return the codes and all that stand on them, in the order they must be computed."""
        found, waiting = set(codes), list(codes)
        while waiting:
            for user in self.users[waiting.pop()] - found:
                found.add(user)
                waiting.append(user)
        return sorted(found, key=self._rank.__getitem__)

    def formula(self, code: str) -> Formula | None:
        """Return an indicator's formula, None when it is delivered."""
        text = self[code].formula
        return parse(text) if text else None


def build(definitions: Iterable[Definition]) -> Catalogue:
    """Return the catalogue; CatalogueError for a circle, a wrong formula, or a code that is not there."""
    by_code = {definition.code: definition for definition in definitions}
    needs = {code: _needs(definition) for code, definition in by_code.items()}
    for code, found in needs.items():
        if strays := sorted(found - by_code.keys()):
            message = f"{code}: there is no indicator {', '.join(strays)}"
            raise CatalogueError(message)
    by_id = {definition.pk: definition for definition in by_code.values()}
    return Catalogue(by_code, by_id, _ordered(needs), needs)


def _needs(definition: Definition) -> frozenset[str]:
    try:
        found = set(parse(definition.formula).codes) if definition.formula else set()
    except FormulaError as error:
        message = f"{definition.code}: the formula {error}"
        raise CatalogueError(message) from error
    weights = (
        (definition.over_time == OverTime.WEIGHTED, definition.weight_time),
        (definition.over_area == OverArea.WEIGHTED, definition.weight_area),
    )
    for weighted, weight in weights:
        if weighted and not weight:
            message = f"{definition.code}: a weighted mean needs the indicator that weighs"
            raise CatalogueError(message)
        if weighted:
            found.add(weight)
    return frozenset(found)


def _ordered(needs: Mapping[str, frozenset[str]]) -> tuple[str, ...]:
    """Return the codes so that each comes after what it needs; CatalogueError names those that run in a circle."""
    order: dict[str, None] = {}
    waiting = dict(needs)
    while waiting:
        ready = sorted(code for code, needed in waiting.items() if needed <= order.keys())
        if not ready:
            message = f"these indicators stand on each other in a circle: {', '.join(_circle(waiting))}"
            raise CatalogueError(message)
        for code in ready:
            order[code] = None
            del waiting[code]
    return tuple(order)


def _circle(waiting: Mapping[str, frozenset[str]]) -> list[str]:
    path: list[str] = []
    code = min(waiting)
    while code not in path:
        path.append(code)
        code = min(waiting[code] & waiting.keys())
    return path[path.index(code) :]


_kept: dict[UUID, Catalogue] = {}


def catalogue() -> Catalogue:
    """Return the definitions in force: one statement, another one in the first call after a change."""
    edition = Edition.objects.filter(pk=1).first()
    if edition is None:
        return build([])
    if edition.token not in _kept:
        found = build(Definition.objects.all())
        _kept.clear()
        _kept[edition.token] = found
    return _kept[edition.token]
