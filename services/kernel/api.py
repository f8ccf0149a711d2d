"""Bases of every API view: cursor paging, CSV of exactly what the filter shows, one place for verbs."""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from django.conf import settings
from django.core.exceptions import ValidationError as DjangoValidationError
from django.db import DataError
from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from django.utils.translation import gettext as _
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework import generics
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.pagination import CursorPagination
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer, Serializer

from services.kernel.filters import check_realm

EXPORT_LIMIT = 100_000
"""Rows of one export; a longer list is asked for by a narrower filter."""


class NewestFirst(CursorPagination):
    """Pages by the primary key, newest first: stable while rows arrive, and never a COUNT."""

    ordering = "-pk"
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 500

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any] | None:
        """Return the page; 404 for a cursor that was not made here, whatever is in it."""
        try:
            return super().paginate_queryset(queryset, request, view)
        except (ValueError, LookupError, DjangoValidationError, DataError) as error:
            if self.cursor_query_param not in request.query_params:
                raise
            raise NotFound(self.invalid_cursor_message) from error

    def get_page_size(self, request: Request) -> int | None:
        """Return how many rows were asked for, at most ``max_page_size``; 400 for what is no such number."""
        asked = request.query_params.get(self.page_size_query_param)
        if asked is None:
            return self.page_size
        if not (asked.isascii() and asked.isdecimal() and len(asked) < 10 and int(asked)):
            raise ValidationError({self.page_size_query_param: [_("a whole number from 1")]})
        return min(int(asked), self.max_page_size)

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """Describe both parameters, with the bounds of the page's size."""
        parameters = super().get_schema_operation_parameters(view)
        for parameter in parameters:
            if parameter["name"] == self.page_size_query_param:
                parameter["schema"] |= {"minimum": 1, "maximum": 999_999_999}
        return parameters


class CsvRenderer(BaseRenderer):
    """Marks ``Accept: text/csv``; the rows are streamed by ``ListView``."""

    media_type = "text/csv"
    format = "csv"
    charset = "utf-8"

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        """Render what is no list (an error) as one line of text."""
        del accepted_media_type, renderer_context
        text = data.get("detail", "") if isinstance(data, Mapping) else str(data)
        return f"{text}\r\n".encode()


_RUN = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
"""A cell that begins with one of these may be run as a formula; the wide ones by editions made for East Asia."""
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""What XML, and with it a workbook, cannot hold."""


def safe_cell(value: Any) -> Any:
    """Return a cell that a spreadsheet takes as text and can hold: a leading ``=`` would be run as a formula."""
    if not isinstance(value, str):
        return value
    text = _UNWRITABLE.sub("\ufffd", value)
    return f"'{text}" if text.startswith(_RUN) else text


class _Echo:
    def write(self, line: str) -> str:
        return line


def csv_lines(header: Sequence[str], rows: Iterator[Sequence[Any]]) -> Iterator[str]:
    """Yield a CSV file line by line (UTF-8 with a mark, so that Excel reads Vietnamese)."""
    writer = csv.writer(_Echo())
    yield "\ufeff"
    yield writer.writerow(header)
    for row in rows:
        yield writer.writerow([safe_cell(cell) for cell in row])


def csv_response(name: str, header: Sequence[str], rows: Iterator[Sequence[Any]]) -> StreamingHttpResponse:
    """Return rows as a CSV download."""
    response = StreamingHttpResponse(csv_lines(header, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def asked_realm(request: Request) -> str:
    """Return the realm that ``?realm=`` names, by default the one this centre shows; 400 for one that is not there."""
    name = request.query_params.get("realm", settings.IOC_REALM)
    if name != settings.IOC_REALM:
        try:
            check_realm(name)
        except DjangoValidationError as error:
            raise ValidationError({"realm": error.messages}) from error
    return str(name)


class ListView(generics.ListAPIView[Any]):
    """A list: filtered by query parameters, paged by cursor, as CSV on ``Accept: text/csv``."""

    pagination_class = NewestFirst
    filter_backends = (DjangoFilterBackend,)
    renderer_classes = (JSONRenderer, CsvRenderer)
    export_name = "export"

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response | StreamingHttpResponse:  # type: ignore[override]
        """Return a page, or the whole filtered list as CSV."""
        if getattr(request.accepted_renderer, "format", "") != "csv":
            return super().list(request, *args, **kwargs)
        rows = self.filter_queryset(self.get_queryset())
        rows = rows.order_by(*self._order(request, rows))[:EXPORT_LIMIT]
        header = list(cast("Serializer[Any]", self.get_serializer()).fields)
        return csv_response(self.export_name, header, self._cells(rows, header))

    def _order(self, request: Request, rows: QuerySet[Any]) -> Sequence[str]:
        paginator = cast("NewestFirst", self.paginator)
        return paginator.get_ordering(request, rows, self)

    def _cells(self, rows: QuerySet[Any], header: Sequence[str]) -> Iterator[Sequence[Any]]:
        for row in rows.iterator(chunk_size=500):
            serializer: BaseSerializer[Any] = self.get_serializer(row)
            yield [serializer.data[name] for name in header]
