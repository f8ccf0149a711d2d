"""Two deliveries at once: neither misses what the other changed."""

from threading import Thread

import pytest
from django.db import connection, connections, transaction

from tests.harness.waiting import wait_for
from tests.services.indicators.kit import AN, BINH, PROVINCE, give, value


def waits_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_locks WHERE NOT granted")
        return cursor.fetchone() is not None


@pytest.mark.django_db(transaction=True)
def test_two_communes_delivered_at_once_are_both_in_the_province(land):
    failed: list[Exception] = []

    def deliver() -> None:
        try:
            give(("firms", BINH, "2026-01", 4))
        except Exception as error:
            failed.append(error)
        finally:
            connections.close_all()

    other = Thread(target=deliver)
    with transaction.atomic():
        give(("firms", AN, "2026-01", 3))
        other.start()
        wait_for(waits_for_a_lock, seconds=20, what="the other delivery to wait")
    other.join(timeout=20)
    assert failed == []
    assert value("firms", PROVINCE, "2026-01") == 7
