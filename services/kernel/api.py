"""Bases of every API view: cursor paging, CSV of exactly what the filter shows, one place for verbs."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework import generics
from rest_framework.pagination import CursorPagination
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer, Serializer

EXPORT_LIMIT = 100_000
"""Rows of one export; a longer list is asked for by a narrower filter."""


class NewestFirst(CursorPagination):
    """Pages by the primary key, newest first: stable while rows arrive, and never a COUNT."""

    ordering = "-pk"
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 500


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


def safe_cell(value: Any) -> Any:
    """Return a cell that a spreadsheet takes as text: a leading ``= + - @`` would be run as a formula."""
    if isinstance(value, str) and value[:1] in "=+-@\t\r" and value[:1]:
        return f"'{value}"
    return value


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
        rows = self.filter_queryset(self.get_queryset()).order_by("-pk")[:EXPORT_LIMIT]
        header = list(cast("Serializer[Any]", self.get_serializer()).fields)
        return csv_response(self.export_name, header, self._cells(rows, header))

    def _cells(self, rows: QuerySet[Any], header: Sequence[str]) -> Iterator[Sequence[Any]]:
        for row in rows.iterator(chunk_size=500):
            serializer: BaseSerializer[Any] = self.get_serializer(row)
            yield [serializer.data[name] for name in header]
