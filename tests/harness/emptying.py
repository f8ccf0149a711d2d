"""Leaves the database of tests that commit as migrations leave it, by what they wrote and not table by table."""

from functools import cache

from django.apps import apps
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction

from services.kernel import clock
from services.kernel.models import DEMO, LIVE

_LAID = {ContentType._meta.db_table, Permission._meta.db_table}
"""Rows that migrations lay and that no test changes."""


def empty() -> None:
    """Delete every row but those that migrations lay.

    Django's own way truncates all tables, each with its indexes in new files, and lays permissions anew: a second for
    each test.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_which_have_rows())
        for (table,) in cursor.fetchall():
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")
    for realm in (LIVE, DEMO):
        clock.ensure_realm(realm)


@cache
def _which_have_rows() -> str:
    """Return the statement that names them, in any order: foreign keys are asked at the transaction's end."""
    tables = {model._meta.db_table for model in apps.get_models(include_auto_created=True) if model._meta.managed}
    return " UNION ALL ".join(
        f"SELECT '{table}' WHERE EXISTS (SELECT FROM {connection.ops.quote_name(table)})"
        for table in sorted(tables - _LAID)
    )
