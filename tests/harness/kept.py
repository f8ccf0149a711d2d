"""Rows that a preparation leaves in an empty database: written once, kept in memory, put back in a moment.

Loading a province takes a hundred statements and much arithmetic; two thousand tests start from one.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from django.apps import apps
from django.db import connection, transaction
from django.db.models import FileField

_TOUCHED = """
    SELECT relid::regclass::text FROM pg_stat_xact_user_tables
     WHERE n_tup_ins > 0 OR n_tup_upd > 0 OR n_tup_del > 0 ORDER BY 1"""


@dataclass(frozen=True)
class Kept:
    """The rows of some tables, in PostgreSQL's binary form, with the keys that they were given, and their files."""

    rows: Mapping[str, bytes]
    files: Mapping[Path, bytes]

    def put_back(self) -> None:
        """Write the rows into the database in use, in one transaction, at whose end foreign keys are asked.

        Files that a test has deleted come back: its rows were rolled back, its files were not.
        Sequences stand behind the keys for as long as the database lives in which they were made.
        """
        with transaction.atomic(), connection.cursor() as cursor:
            for table, content in self.rows.items():
                with cursor.copy(f"COPY {table} FROM STDIN (FORMAT BINARY)") as copy:
                    copy.write(content)
        for path, content in self.files.items():
            if not path.exists():
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)


def keep(load: Callable[[], object]) -> Kept:
    """Return what ``load`` writes, and leave the database without it; outside of any test's transaction.

    ValueError when it changes a table that had rows before: those could not be put back beside them.
    """
    with transaction.atomic():
        load()
        with connection.cursor() as cursor:
            cursor.execute(_TOUCHED)
            written = {table: _copied(table) for (table,) in cursor.fetchall()}
        files = _files(set(written))
        transaction.set_rollback(True)
    # The statistics know of earlier transactions too, for a second: what stands there all the same was not written.
    rows = {table: content for table, content in written.items() if content != _copied(table)}
    if strays := [table for table in rows if _has_rows(table)]:
        message = f"rows were there before in {', '.join(strays)}"
        raise ValueError(message)
    return Kept(rows, files)


def _files(tables: set[str]) -> dict[Path, bytes]:
    """Return the files that rows of these tables name."""
    fields = [
        field
        for model in apps.get_models()
        if model._meta.db_table in tables
        for field in model._meta.get_fields()
        if isinstance(field, FileField)
    ]
    named = [
        (field.storage, name)
        for field in fields
        for name in field.model._default_manager.exclude(**{field.name: ""}).values_list(field.name, flat=True)
    ]
    return {Path(storage.path(name)): Path(storage.path(name)).read_bytes() for storage, name in named if name}


def _copied(table: str) -> bytes:
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} TO STDOUT (FORMAT BINARY)") as copy:
        return b"".join(bytes(block) for block in copy)


def _has_rows(table: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT EXISTS (SELECT FROM {table})")
        return bool(cursor.fetchone()[0])
