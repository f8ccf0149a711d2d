"""The list as a file: the same filters, the same order, the same columns, every page of it.

Cells that a spreadsheet would run as a formula are written as text. Rows are read and written in pieces: a CSV is sent
while it is read, an XLSX is written to a file that is sent and forgotten.
"""

import tempfile
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.db.models import F, QuerySet
from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext
from django.views.decorators.http import require_safe
from openpyxl import Workbook

from services.directory.access import access, user_of
from services.directory.readers import reader_of
from services.kernel import clock
from services.kernel.api import EXPORT_LIMIT, csv_response, safe_cell
from services.tickets import selectors
from services.tickets.models import Ticket
from services.tickets.page_filters import Filters
from services.tickets.page_rows import row_of, waiting, with_steps
from services.tickets.queue.columns import Column, chosen
from services.tickets.queue.order import Waiting, merged
from services.tickets.queue.pages import asked
from services.worktime.calendar import WorkCalendar
from services.worktime.selectors import current_calendar

_PIECE: Final = 500


@access("tickets.read")
@require_safe
def export(request: HttpRequest) -> HttpResponseBase:
    """Return what the list's filters show as ``format=csv`` (the default) or ``xlsx``; at most 100,000 rows."""
    now = clock.now(settings.IOC_REALM)
    user = user_of(request)
    reader = reader_of(user, now)
    filters, _view = asked(request, reader)
    narrowed = filters.narrow(selectors.visible(user), reader.person, now)
    columns = chosen(filters.cols if filters.view == "table" else "")
    heads = [column.title for column in columns]
    rows = _cells(narrowed, filters, columns, now, current_calendar())
    if request.GET.get("format") == "xlsx":
        return workbook("tickets", heads, rows)
    return csv_response("tickets", heads, rows)


def workbook(name: str, heads: Sequence[str], rows: Iterator[Sequence[Any]]) -> FileResponse:
    """Return rows as an XLSX download, written row by row."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(gettext("Tickets")[:31])
    sheet.append(list(heads))
    for row in rows:
        sheet.append([safe_cell(cell) for cell in row])
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    book.save(file)
    file.seek(0)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return FileResponse(file, as_attachment=True, filename=f"{name}.xlsx", content_type=kind)


def _cells(
    rows: QuerySet[Ticket], filters: Filters, columns: Sequence[Column], now: datetime, calendar: WorkCalendar
) -> Iterator[list[str]]:
    keys = _in_order(rows, filters, now, calendar)
    while piece := [pk for _n, pk in zip(range(_PIECE), keys, strict=False)]:
        tickets = {ticket.pk: ticket for ticket in with_steps(rows.filter(pk__in=piece))}
        for pk in piece:
            ticket = tickets.get(pk)
            if ticket is not None:
                row = row_of(ticket, now, calendar)
                yield [column.cell(row) for column in columns]


def _in_order(rows: QuerySet[Ticket], filters: Filters, now: datetime, calendar: WorkCalendar) -> Iterator[int]:
    """Return the keys of every ticket in the list's order."""
    if not filters.is_open:
        ended = rows.order_by(F("closed_at").desc(nulls_last=True), "-pk").select_related(None)
        return iter(ended.values_list("pk", flat=True)[:EXPORT_LIMIT])
    working, clocked = (
        [Waiting(*key) for key in waiting(rows, by_clock=by_clock, most=EXPORT_LIMIT)] for by_clock in (False, True)
    )
    in_order = merged(working, clocked, now, calendar)
    return (one.pk for _n, one in zip(range(EXPORT_LIMIT), in_order, strict=False))
