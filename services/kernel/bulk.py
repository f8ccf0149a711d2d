"""Many rows in one statement with one parameter: the rows go as JSON and PostgreSQL takes them apart.

A ``VALUES`` list of a thousand rows costs more in the client, which binds every value, than the store itself: measured
here, one row through JSON is 0.15 ms dearer than through VALUES, five are quicker already, a thousand five times as
quick. ``COPY`` into a temporary table is quicker still from some 500 rows on, but by a third of what is left, and it
costs a table in the catalogue for each transaction and counts as no statement; so JSON serves every size.
"""

import json
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

import msgspec
from django.contrib.gis.geos import GEOSGeometry
from django.db import connection, models

Getter = Callable[[models.Model], Any]


def insert(rows: Sequence[models.Model], *, conflict: str = "DO NOTHING", returning: str = "") -> list[tuple[Any, ...]]:
    """Insert rows of one model in the order given; return what ``returning`` (SQL, the table is ``t``) says of each.

    ``conflict`` is what follows ON CONFLICT. A value that the database refuses is a DataError or a ValueError.
    """
    if not rows:
        return []
    table = _Table.of(type(rows[0]))
    with connection.cursor() as cursor:
        cursor.execute(table.statement(conflict, returning), [text(table.taken(rows))])
        return cursor.fetchall() if returning else []


def update(rows: Sequence[models.Model], fields: Sequence[str]) -> None:
    """Write these fields of rows of one model, found by primary key (a number), in one statement.

    The caller holds the locks that keep two writers of the same rows apart: the statement locks in no certain order.
    """
    if not rows:
        return
    table = _Table.of(type(rows[0]))
    with connection.cursor() as cursor:
        cursor.execute(table.change(tuple(fields)), [text(table.changed(rows, fields))])


def text(rows: Sequence[Any]) -> str:
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
        self.key: Any = model._meta.pk
        self.fields: dict[str, Any] = {f.name: f for f in fields}
        self.columns = ", ".join(f'"{f.column}"' for f in fields)
        self.types = ", ".join(f'"{f.column}" {f.db_type(connection)}' for f in fields)
        self.getters: list[tuple[str, Getter]] = [(str(f.column), _getter(f)) for f in fields]

    @classmethod
    def of(cls, model: type[models.Model]) -> "_Table":
        if model not in cls.built:
            cls.built[model] = cls(model)
        return cls.built[model]

    def statement(self, conflict: str, returning: str) -> str:
        text = (
            f'INSERT INTO "{self.name}" AS t ({self.columns}) SELECT {self.columns} '  # noqa: S608 - names from the model
            f"FROM jsonb_to_recordset(%s::jsonb) AS given({self.types}) ON CONFLICT {conflict}"
        )
        return f"{text} RETURNING {returning}" if returning else text

    def change(self, fields: tuple[str, ...]) -> str:
        columns = [self.fields[name] for name in fields]
        types = ", ".join(f'"{f.column}" {f.db_type(connection)}' for f in columns)
        key = f'"{self.key.column}"'
        values = ", ".join(f'"{f.column}" = given."{f.column}"' for f in columns)
        return (
            f'UPDATE "{self.name}" AS t SET {values} '  # noqa: S608 - names from the model
            f"FROM jsonb_to_recordset(%s::jsonb) AS given({key} bigint, {types}) WHERE t.{key} = given.{key}"
        )

    def changed(self, rows: Sequence[models.Model], fields: Sequence[str]) -> list[dict[str, Any]]:
        getters = [(str(self.fields[name].column), _getter(self.fields[name])) for name in fields]
        return [{str(self.key.column): row.pk, **{column: get(row) for column, get in getters}} for row in rows]

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
