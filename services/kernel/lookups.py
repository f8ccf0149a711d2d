"""``id__in=[…]`` with one parameter instead of one for each id: rules ask for thousands of ids at once."""

from collections.abc import Iterable
from typing import Any

from django.db.models import BigAutoField, CharField
from django.db.models.lookups import In

FEW = 8
"""Up to so many values stand in the statement one by one, as Django writes them."""


class InOneParameter(In):
    """The same question as Django's ``IN (%s, %s, …)``, as ``= ANY(%s)``: PostgreSQL plans both alike.

    The client takes a statement apart at every placeholder, which for two thousand of them takes as long as the answer.
    """

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        """Return the condition; a question to rows of another query, or for a few values, stays Django's own."""
        if not self.rhs_is_direct_value() or not isinstance(self.rhs, Iterable):
            return super().as_sql(compiler, connection)
        values = list({value for value in self.rhs if value is not None})
        if len(values) <= FEW or any(hasattr(value, "as_sql") for value in values):
            return super().as_sql(compiler, connection)
        column, params = self.process_lhs(compiler, connection)
        return f"{column} = ANY(%s)", [*params, values]


def register() -> None:
    """Have ids and texts asked for so."""
    for field in (BigAutoField, CharField):
        field.register_lookup(InOneParameter)
