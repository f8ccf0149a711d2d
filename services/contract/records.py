"""What a monitor keeps, as others may read it: whose rows, which columns, and what one record tells."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from services.contract.words import Words

if TYPE_CHECKING:
    from django.db.models import QuerySet


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose figures: the whole province, one unit or one department, at ``now`` of the realm's clock."""

    realm: str
    now: datetime
    unit: str | None = None
    department: str | None = None

    @property
    def stream(self) -> str:
        """The name the wall uses: ``province``, ``unit:<code>`` or ``department:<slug>``."""
        if self.unit:
            return f"unit:{self.unit}"
        return f"department:{self.department}" if self.department else "province"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a list, export, table or chart: a dotted attribute path or a row's key, and its heading.

    The heading is an English message id. Of a figure's columns the first names the row: an instant (ISO text) along a
    chart's axis, or what a bar or a line of a table stands for; every other one is a series or a column of cells.
    """

    path: str
    title: str
    decimals: int | None = None
    """Of a figure's numbers; None = as many as they have."""
    goal: bool = False
    """A series that others are measured against (a plan, an alarm level): dashed, and never a bar."""
    words: Words | None = None
    """What a record's codes mean, for people; choices of a field, units and departments are known without it."""


@dataclass(frozen=True, slots=True)
class Query:
    """The one place a figure, its "Why?", its list and its CSV come from. ``rows`` must honour the scope."""

    slug: str
    title: str
    rows: "Callable[[Scope], QuerySet[Any]]"
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that a record tells whoever handles its ticket: a heading (an English message id) and a value.

    ``words`` marks a citizen's own words, shown as a quotation. Who reported it is never a fact.
    """

    title: str
    value: str | Mapping[str, str]
    words: bool = False
