"""The body of the table as HTML: thousands of cells, which a template engine would write a second long."""

from collections.abc import Iterator

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from services.indicators.explore.table import Row, Table, Value
from services.indicators.explore.words import NO_BREAK

EXPLAINED = 1_500
"""Values of a table up to which each can be pressed for its history; in a larger one those with a mark can."""


def body_of(table: Table) -> SafeString:
    """Return the rows. A value is a button of the form ``view``: pressing it asks for its history."""
    every = len(table.rows) * len(table.heads) <= EXPLAINED
    return mark_safe("".join(_row(row, every=every) for row in table.rows))  # noqa: S308 - every text is escaped below


def _row(row: Row, *, every: bool) -> str:
    heads = "".join(_heads(row))
    return f"<tr>{heads}{''.join(_cell(value, every=every) for value in row.values)}</tr>"


def _heads(row: Row) -> Iterator[str]:
    for n, head in enumerate(row.heads):
        yield f'<th scope="row">{escape(head)}</th>' if n == 0 else f'<td class="t">{escape(head)}</td>'


def _cell(value: Value, *, every: bool) -> str:
    marks = f"<sup>{NO_BREAK}{escape(value.marks)}</sup>" if value.marks else ""
    text = f"{escape(value.text)}{marks}"
    if value.key and (every or value.marks):
        text = f'<button type="submit" form="view" name="cell" value="{escape(value.key)}">{text}</button>'
    return f'<td class="k-{value.kind}">{text}</td>'
