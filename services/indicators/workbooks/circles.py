"""Formulas of a sheet that refer to themselves, directly or by way of others: Excel shows 0 for them. Pure."""

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Final

from openpyxl.utils import column_index_from_string

Cell = tuple[int, int]
"""Column and row, from 1."""
MOST: Final = 200_000
"""References that are followed; a sheet with more is not a form that somebody filled in."""
_TEXTS = re.compile(r'"[^"]*"')
_REFERENCE = re.compile(r"(?<![\w!'.:$])\$?([A-Z]{1,3})\$?(\d{1,7})(?::\$?([A-Z]{1,3})\$?(\d{1,7}))?(?![\w(!.])")
_PLACE = re.compile(r"([A-Z]{1,3})(\d{1,7})")


def circular(formulas: Mapping[str, str]) -> list[str]:
    """Return the cells whose formulas go in a circle, in the order given: ``{"F2": "F3+1", "F3": "F2"}`` has two.

    References to other sheets are not followed.
    """
    cells = {place: _cell(place) for place in formulas}
    needs = _needs({cells[place]: formula for place, formula in formulas.items()})
    left = _without_ends(needs)
    return [place for place, cell in cells.items() if cell in left]


def _cell(place: str) -> Cell:
    found = _PLACE.fullmatch(place)
    assert found is not None  # noqa: S101 - places come from the sheet's own XML, by the same pattern
    return column_index_from_string(found[1]), int(found[2])


def _needs(formulas: Mapping[Cell, str]) -> dict[Cell, set[Cell]]:
    """Return for each formula the other formulas that it refers to."""
    columns: dict[int, list[int]] = defaultdict(list)
    for column, row in sorted(formulas):
        columns[column].append(row)
    needs: dict[Cell, set[Cell]] = {}
    followed = 0
    for cell, formula in formulas.items():
        needs[cell] = set()
        for one in _referred(formula, columns):
            needs[cell].add(one)
            followed += 1
            if followed > MOST:
                return {}
    return needs


def _referred(formula: str, columns: Mapping[int, list[int]]) -> Iterator[Cell]:
    for found in _REFERENCE.finditer(_TEXTS.sub("", formula)):
        first, top, last, bottom = found.groups()
        across = sorted((column_index_from_string(first), column_index_from_string(last or first)))
        down = sorted((int(top), int(bottom or top)))
        for column in columns.keys() & set(range(across[0], across[1] + 1)):
            rows = columns[column]
            yield from ((column, row) for row in rows[bisect_left(rows, down[0]) : bisect_right(rows, down[1])])


def _without_ends(needs: dict[Cell, set[Cell]]) -> set[Cell]:
    """Take away, again and again, what needs nothing that is left and what nothing left needs: circles remain."""
    users: dict[Cell, set[Cell]] = {cell: set() for cell in needs}
    for cell, ones in needs.items():
        for one in ones:
            users[one].add(cell)
    ends = [cell for cell in needs if not needs[cell] or not users[cell]]
    left = set(needs)
    while ends:
        cell = ends.pop()
        if cell not in left:
            continue
        left.discard(cell)
        for one in users[cell]:
            needs[one].discard(cell)
        for one in needs[cell]:
            users[one].discard(cell)
        ends += [one for one in users[cell] | needs[cell] if not needs[one] or not users[one]]
    return left
