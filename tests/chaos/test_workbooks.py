"""A worker is killed while it checks a long workbook, and again while it stores it: nothing is half there."""

import io
import signal
from datetime import timedelta

import openpyxl
import pytest

from tests.chaos.world import move_clock
from tests.flow.kit import Person
from tests.harness.processes import IocProcesses
from tests.harness.waiting import wait_for

pytestmark = [pytest.mark.chaos, pytest.mark.slow]
DAYS = 200
CLAIM = timedelta(minutes=3)
"""Longer than a worker's claim on a workbook."""


def long_workbook(units: list[str]) -> bytes:
    """Return a day's value for every unit and each of many days."""
    made = openpyxl.Workbook(write_only=True)
    page = made.create_sheet("Số liệu")
    page.append(["Mã chỉ tiêu", "Mã đơn vị", "Kỳ báo cáo", "Giá trị"])
    for unit in units:
        for number in range(DAYS):
            page.append(["pupils_present", unit, f"2026-{1 + number // 28:02d}-{1 + number % 28:02d}", 100 + number])
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def test_a_worker_killed_in_the_middle_leaves_nothing_and_another_one_does_it_all(centre: IocProcesses) -> None:
    units = [code for (code,) in centre.query(
        "SELECT code FROM directory_unit WHERE level = 'commune' AND valid_to IS NULL ORDER BY code"
    )]  # fmt: skip
    there = Person(centre, "operator").send_file("/api/indicators/workbooks/", "dai.xlsx", long_workbook(units))

    def state() -> tuple[str, int]:
        ((name, position),) = centre.query("SELECT state, position FROM indicators_workbook WHERE name = 'dai.xlsx'")
        return name, position

    def stored() -> int:
        """Return how many values the workbook's delivery has brought."""
        ((count,),) = centre.query(
            "SELECT count(*) FROM indicators_sheet s, unnest(s.batches) b JOIN indicators_delivery d ON d.id = b "
            "WHERE d.source LIKE 'workbook:%' AND d.realm = 'demo'"
        )
        return int(count)

    for step in ("checking", "storing"):
        wait_for(lambda step=step: state()[0] == step and state()[1] > 0, what=step, seconds=60, every=0.005)  # type: ignore[misc]
        centre.kill("worker", signal.SIGKILL)
        assert state()[0] == step
        assert stored() == 0, "nothing is half stored"
        move_clock(centre, CLAIM)
        centre.start("worker")
    wait_for(lambda: state()[0] == "stored", what="the workbook's end", seconds=90)
    assert there.json()["state"] == "waiting"
    (told,) = centre.query(
        "SELECT accepted, unchanged, (SELECT count(*) FROM indicators_workbookpart) FROM indicators_workbook "
        "WHERE name = 'dai.xlsx'"
    )
    assert told == (len(units) * DAYS, 0, 0)
    assert stored() == len(units) * DAYS
