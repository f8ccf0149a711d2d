"""Twins: the same POST from several senders at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.test import override_settings

from monitors.field_reports.models import Report
from services.alerts.models import Alert, AlertChange
from tests.api.kit import Caller, alerts, source
from tests.shape.world import build

INTAKE = "/api/intake/field_reports/portal/"
ITEM = {"external_id": "one", "description": "Hỏng.", "lon": 110.05, "lat": 10.1}
KEY = {"Idempotency-Key": "k1"}


@pytest.mark.django_db(transaction=True)
@override_settings(IOC_PROVINCE="sample")
def test_simultaneous_twins_act_once():
    """Eight senders at once with one key: one acts, the others wait for it and answer the same."""
    world = build()
    alerts(1)
    path = f"/api/alerts/{Alert.objects.order_by('-pk')[0].public_id}/acknowledge/"
    together = Barrier(8)

    def send(number: int):
        try:
            together.wait(10)
            if number % 2:
                return source(world).post(INTAKE, [ITEM], **KEY)
            return Caller(world.client("operator")).post(path, {}, **KEY)
        finally:
            connection.close()

    changes = AlertChange.objects.filter(kind="acknowledged").count()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, range(8)))
    assert [answer.status_code for answer in answers] == [200, 202] * 4
    for twins in (answers[::2], answers[1::2]):
        assert all(answer.json() == twins[0].json() for answer in twins)
        assert sum("Idempotency-Replayed" in answer.headers for answer in twins) == 3
    assert AlertChange.objects.filter(kind="acknowledged").count() == changes + 1
    assert Report.objects.filter(external_id="one").count() == 1
