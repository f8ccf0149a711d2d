"""Instants come out of the database as they went in, in UTC, and are read quickly."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from django.db import DataError, connection
from psycopg import adapters
from psycopg.pq import Format

from services.kernel.instants import InstantLoader

pytestmark = pytest.mark.django_db

HANOI = timezone(timedelta(hours=7))


def asked(statement: str, *params: Any) -> object:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return cursor.fetchone()[0]


@pytest.mark.parametrize(
    "instant",
    [
        datetime(2026, 11, 22, 8, 30, tzinfo=UTC),
        datetime(2026, 11, 22, 8, 30, 1, 20, tzinfo=UTC),
        datetime(1899, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
        datetime(2026, 1, 1, 6, 59, tzinfo=HANOI),
    ],
)
def test_an_instant_comes_back_as_it_went_in(instant: datetime) -> None:
    found = asked("SELECT %s::timestamptz", instant)
    assert found == instant
    assert isinstance(found, datetime)
    assert found.tzinfo is UTC


def test_it_is_utc_whatever_the_session_speaks() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL TIME ZONE 'Asia/Ho_Chi_Minh'")
        cursor.execute("SELECT '2026-11-22 08:30:00+00'::timestamptz")
        (found,) = cursor.fetchone()
    assert found == datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
    assert found.tzinfo is UTC


def test_what_is_no_instant_of_the_calendar_is_refused() -> None:
    with pytest.raises(DataError):
        asked("SELECT 'infinity'::timestamptz")


def test_connections_read_instants_with_the_quick_loader() -> None:
    connection.ensure_connection()
    found = connection.connection.adapters.get_loader(adapters.types["timestamptz"].oid, Format.TEXT)
    assert found is InstantLoader
