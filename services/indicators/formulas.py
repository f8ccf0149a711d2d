"""Formulas of indicators over others: + − × ÷, parentheses, numbers and codes; nothing else is understood.

Read with Python's own grammar and walked by hand, so that no formula can call, index or name anything but an indicator.
"""

import ast
import math
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

_SIGNS: Final = str.maketrans({"×": "*", "·": "*", "÷": "/", "−": "-", "–": "-", ":": "/", ",": "."})
_BINARY: Final[Mapping[type[ast.operator], Callable[[float, float], float]]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
LONGEST = 500
DEEPEST = 30


class FormulaError(ValueError):
    """A formula that is not one; the message says what is wrong in it."""


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula ready to be computed; ``codes`` are the indicators it stands on."""

    text: str
    codes: frozenset[str]
    tree: ast.expr

    def value(self, values: Mapping[str, float | None]) -> float | None:
        """Return the result for values by code; None when one is missing, on division by 0 and beyond all numbers."""
        try:
            found = _compute(self.tree, values)
        except (_Missing, ZeroDivisionError, OverflowError):
            return None
        return found if math.isfinite(found) else None


class _Missing(Exception):  # noqa: N818 - no error: it ends a computation early
    pass


@cache
def parse(text: str) -> Formula:
    """Return the formula a text writes; FormulaError for anything but + − × ÷, parentheses, numbers, codes."""
    if len(text) > LONGEST:
        message = f"longer than {LONGEST} characters"
        raise FormulaError(message)
    try:
        tree = ast.parse(text.translate(_SIGNS).strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        message = f"cannot be read: {text}"
        raise FormulaError(message) from error
    codes: set[str] = set()
    _check(tree, codes, DEEPEST)
    return Formula(text, frozenset(codes), tree)


def _check(node: ast.expr, codes: set[str], depth: int) -> None:
    if not depth:
        message = f"nested more than {DEEPEST} levels deep"
        raise FormulaError(message)
    if isinstance(node, ast.BinOp) and type(node.op) in _BINARY:
        _check(node.left, codes, depth - 1)
        _check(node.right, codes, depth - 1)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        _check(node.operand, codes, depth - 1)
    elif isinstance(node, ast.Name):
        codes.add(node.id)
    elif not (isinstance(node, ast.Constant) and type(node.value) in {int, float}):
        message = f"only + − × ÷, parentheses, numbers and codes may stand in a formula, not {ast.unparse(node)}"
        raise FormulaError(message)


def _compute(node: ast.expr, values: Mapping[str, float | None]) -> float:
    if isinstance(node, ast.BinOp):
        return _BINARY[type(node.op)](_compute(node.left, values), _compute(node.right, values))
    if isinstance(node, ast.UnaryOp):
        return -_compute(node.operand, values)
    if isinstance(node, ast.Name):
        found = values.get(node.id)
        if found is None:
            raise _Missing
        return found
    assert isinstance(node, ast.Constant)  # noqa: S101 - ``_check`` has seen to it
    return float(node.value)  # type: ignore[arg-type]  # and to this
