"""``manage.py wipe_realm NAME``: remove demo data or a drill without trace. Refuses ``live``."""

import shutil
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction

from services.kernel.models import DEMO, LIVE, Realm


class Command(BaseCommand):
    """Delete every row of a realm, in every table that has one, its mail and its media."""

    help = "Remove all data of a realm (not live)"

    def add_arguments(self, parser: CommandParser) -> None:
        """Name the realm."""
        parser.add_argument("realm", help="demo or drill-N")

    def handle(self, *args: Any, **options: Any) -> None:
        """Wipe and say how many rows went; CommandError for live and for a realm that does not exist."""
        del args
        realm = options["realm"]
        if realm == LIVE:
            message = "live is never wiped"
            raise CommandError(message)
        if not Realm.objects.filter(name=realm).exists():
            message = f"there is no realm {realm!r}"
            raise CommandError(message)
        self.stdout.write(f"{wipe(realm)} rows removed")


@transaction.atomic
def wipe(realm: str) -> int:
    """Delete every row whose ``realm`` is this one, and what hangs on those rows; return how many."""
    tables = [
        model._meta.db_table
        for model in apps.get_models()
        if any(field.name == "realm" for field in model._meta.fields)
    ]
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        removed = sum(_delete(cursor, table, realm) for table in tables)
    if realm == DEMO:
        (Path(settings.VAR) / "simulated.json").unlink(missing_ok=True)
        Realm.objects.filter(name=realm).update(clock_offset="0")
    else:
        Realm.objects.filter(name=realm).delete()
    for folder in (Path(settings.IOC_MAIL_DIR), Path(settings.MEDIA_ROOT)):
        shutil.rmtree(folder / realm, ignore_errors=True)
    return removed


def _delete(cursor: Any, table: str, realm: str) -> int:
    _delete_hanging(cursor, table, "realm = %s", realm)
    cursor.execute(f'DELETE FROM "{table}" WHERE realm = %s', [realm])  # noqa: S608 - names from the models
    return int(cursor.rowcount)


def _delete_hanging(cursor: Any, table: str, condition: str, realm: str) -> None:
    """Delete, deepest first, the rows of tables without a realm that hang on ``table``'s rows of the condition."""
    for child, column, referenced in _children(cursor, table):
        theirs = f'"{column}" IN (SELECT "{referenced}" FROM "{table}" WHERE {condition})'  # noqa: S608 - see below
        _delete_hanging(cursor, child, theirs, realm)
        cursor.execute(f'DELETE FROM "{child}" WHERE {theirs}', [realm])  # noqa: S608 - names from the catalogue


def _children(cursor: Any, table: str) -> list[tuple[str, str, str]]:
    """Return (table, column, referenced column) of every table without a realm that hangs on this one."""
    cursor.execute(
        """
        SELECT child.relname, ca.attname, pa.attname
          FROM pg_constraint c
          JOIN pg_class child ON child.oid = c.conrelid
          JOIN pg_class parent ON parent.oid = c.confrelid
          JOIN pg_attribute ca ON ca.attrelid = child.oid AND ca.attnum = c.conkey[1]
          JOIN pg_attribute pa ON pa.attrelid = parent.oid AND pa.attnum = c.confkey[1]
         WHERE c.contype = 'f' AND parent.relname = %s
           AND NOT EXISTS (SELECT 1 FROM pg_attribute r WHERE r.attrelid = child.oid AND r.attname = 'realm')
        """,
        [table],
    )
    return list(cursor.fetchall())
