"""Many rows in one statement with one parameter: the rows go as JSON and PostgreSQL takes them apart.

A ``VALUES`` list of a thousand rows costs more in the client, which binds every value, than the store itself: measured
here, one row through JSON is 0.15 ms dearer than through VALUES, five are quicker already, a thousand five times as
quick. ``COPY`` into a temporary table is quicker still from some 500 rows on, but by a third of what is left, and it
costs a table in the catalogue for each transaction and counts as no statement; so JSON serves every size.
"""

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any, ClassVar

import msgspec
import psycopg
from django.contrib.gis.geos import GEOSGeometry
from django.db import connection, models
from django.db.backends.utils import CursorWrapper

Getter = Callable[[models.Model], Any]


def insert(rows: Sequence[models.Model], *, conflict: str = "DO NOTHING", returning: str = "") -> list[tuple[Any, ...]]:
    """Insert rows of one model in the order given; return what ``returning`` (SQL, the table is ``t``) says of each.

    ``conflict`` is what follows ON CONFLICT, empty where a row that is there already is an error. A value that the
    database refuses is a DataError or a ValueError.
    """
    if not rows:
        return []
    table = _Table.of(type(rows[0]))
    return table.insert(table.taken(rows), conflict, returning)


def insert_values(
    model: type[models.Model], rows: Sequence[Mapping[str, Any]], *, conflict: str = "DO NOTHING", returning: str = ""
) -> list[tuple[Any, ...]]:
    """Insert rows given by their columns, as ``insert`` does; what they leave out has the model's default.

    For hundreds of rows at once, of which the instances would cost more than the rows. All name the same columns: a
    ValueError otherwise.
    """
    return _Table.of(model).filled(rows, conflict, returning) if rows else []


def update(model: type[models.Model], rows: Sequence[Any], columns: Sequence[str]) -> None:
    """Write these columns of rows, found by ``id``, in one statement; a row is whatever has them as attributes.

    The caller holds the locks that keep two writers of the same rows apart: the statement locks in no certain order.
    """
    if not rows:
        return
    given = [{name: getattr(row, name) for name in ("id", *columns)} for row in rows]
    with cursor() as asking:
        asking.execute(_Table.of(model).change(columns), [text(given)])


@contextmanager
def cursor() -> Iterator[CursorWrapper]:
    """Give a cursor whose parameters travel beside the statement, for such texts.

    Django's own writes them into it: quoted here and read character by character there, before they are read as JSON.
    """
    connection.ensure_connection()
    usual, connection.connection.cursor_factory = connection.connection.cursor_factory, psycopg.Cursor
    try:
        made = connection.cursor()
    finally:
        connection.connection.cursor_factory = usual
    with made:
        yield made


def text(rows: Sequence[Any] | Mapping[str, Any]) -> str:
    """Return rows as the one JSON parameter that ``jsonb_to_recordset`` takes apart."""
    try:
        return msgspec.json.encode(rows, enc_hook=_plain).decode()
    except OverflowError:  # an integer beyond 64 bits: only the standard library writes it
        return json.dumps(rows, default=_plain, ensure_ascii=False)


class _Table:
    """What is known of a model's table, looked up once."""

    built: ClassVar[dict[type[models.Model], "_Table"]] = {}

    def __init__(self, model: type[models.Model]) -> None:
        fields = [f for f in model._meta.local_concrete_fields if not f.primary_key]
        self.name = model._meta.db_table
        self.type_of = {str(f.column): f.db_type(connection) for f in fields}
        made = [f for f in fields if f.has_default() and callable(f.default)]
        self.makers = {str(f.column): f.default for f in made}
        self.defaults = {str(f.column): f.get_default() for f in fields if f not in made}
        self.getters: list[tuple[str, Getter]] = [(str(f.column), _getter(f)) for f in fields]

    @classmethod
    def of(cls, model: type[models.Model]) -> "_Table":
        if model not in cls.built:
            cls.built[model] = cls(model)
        return cls.built[model]

    def statement(self, own: Collection[str], shared: Collection[str], conflict: str, returning: str) -> str:
        columns = ", ".join(f'"{name}"' for name in (*own, *shared))
        same = f", jsonb_to_record(%s::jsonb) AS same({self.typed(shared)})" if shared else ""
        text = (
            f'INSERT INTO "{self.name}" AS t ({columns}) SELECT {columns} '  # noqa: S608 - names from the model
            f"FROM jsonb_to_recordset(%s::jsonb) AS given({self.typed(own)}){same}"
        )
        text += f" ON CONFLICT {conflict}" if conflict else ""
        return f"{text} RETURNING {returning}" if returning else text

    def typed(self, columns: Iterable[str]) -> str:
        return ", ".join(f'"{name}" {self.type_of[name]}' for name in columns)

    def insert(
        self,
        rows: Sequence[Mapping[str, Any]],
        conflict: str,
        returning: str,
        shared: Mapping[str, Any] = MappingProxyType({}),
    ) -> list[tuple[Any, ...]]:
        given = [text(rows), text(shared)] if shared else [text(rows)]
        with cursor() as asking:
            asking.execute(self.statement(rows[0], shared, conflict, returning), given)
            return asking.fetchall() if returning else []

    def filled(self, rows: Sequence[Mapping[str, Any]], conflict: str, returning: str) -> list[tuple[Any, ...]]:
        """What all rows have by default is sent once: taking it apart for each cost a fifth of an insert."""
        named = rows[0].keys()
        if any(row.keys() != named for row in rows):
            message = f"rows of {self.name} do not name the same columns"
            raise ValueError(message)
        shared = {column: value for column, value in self.defaults.items() if column not in named}
        makers = [(column, make) for column, make in self.makers.items() if column not in named]
        whole = [{**row, **{column: make() for column, make in makers}} for row in rows] if makers else rows
        return self.insert(whole, conflict, returning, shared)

    def change(self, columns: Sequence[str]) -> str:
        values = ", ".join(f'"{name}" = given."{name}"' for name in columns)
        return (
            f'UPDATE "{self.name}" AS t SET {values} '  # noqa: S608 - names from the model
            f"FROM jsonb_to_recordset(%s::jsonb) AS given(id bigint, {self.typed(columns)}) WHERE t.id = given.id"
        )

    def taken(self, rows: Sequence[models.Model]) -> list[dict[str, Any]]:
        return [{column: get(row) for column, get in self.getters} for row in rows]


def _getter(field: Any) -> Getter:
    """Return how a field's value is taken from a row: in the form in which JSON carries it to the column's type."""
    name = field.attname
    if isinstance(field, models.BinaryField):
        return lambda row: _hex(getattr(row, name))
    if (
        isinstance(field, models.FileField)
        or getattr(field, "auto_now", False)
        or getattr(field, "auto_now_add", False)
    ):
        return lambda row: field.pre_save(row, add=True)
    return lambda row: getattr(row, name)


def _hex(value: Any) -> str | None:
    return None if value is None else f"\\x{bytes(value).hex()}"


def _plain(value: Any) -> Any:
    """Return an unusual value as text that PostgreSQL reads."""
    if isinstance(value, GEOSGeometry):
        return value.hexewkb.decode()
    if isinstance(value, str):  # a class of its own, such as a file's name
        return str.__str__(value)
    return str(value)
