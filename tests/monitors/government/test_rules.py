"""Which tasks are late, who misses the target, which figures have not come."""

from datetime import date, timedelta

import pytest

from services import registry
from services.contract import Scope
from services.indicators.loading import DutyRow
from services.kernel import clock
from tests.monitors.government.kit import AN, BUILDING, DAY, HEALTH, dossiers, month, row, task
from tests.monitors.kit import REALM, clears, detected, findings, moment, send, swept

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("province")]
LATE, LOW, OWED = "government.late_task", "government.low_on_time", "government.late"


def sweep(rule=LATE):
    return swept(rule, moment(REALM))


def key(number):
    return f"{LATE}:government/tasks:NV-{number}"


def test_a_task_past_its_day_is_found_and_one_with_time_left_is_not():
    send("government", task(1, due=-14), task(2, due=60), realm=REALM)
    found = findings(sweep())
    assert set(found) == {key(1)}
    assert (found[key(1)].department, found[key(1)].severity) == (BUILDING, "high")
    assert key(2) in clears(sweep())


def test_a_task_is_found_as_it_arrives():
    receipt = send("government", task(1, due=-30), realm=REALM)
    assert set(findings(detected(LATE, list(receipt.records.values()), moment(REALM)))) == {key(1)}


@pytest.mark.parametrize(
    "change", [{"state": "done"}, {"state": "cancelled"}, {"due_on": "later"}], ids=["done", "cancelled", "extended"]
)
def test_a_task_that_is_done_cancelled_or_extended_is_late_no_more(change):
    first = task(1, due=-14, version=1)
    send("government", first, realm=REALM)
    if change.get("state") == "done":
        change = {**change, "completed_on": (clock.now(REALM).date() - DAY).isoformat()}
    if "due_on" in change:
        change = {"due_on": task(due=60)["due_on"]}
    receipt = send("government", {**first, **change, "version": 2}, realm=REALM)
    assert findings(sweep()) == {}
    assert key(1) in clears(sweep())
    assert key(1) in clears(detected(LATE, list(receipt.records.values()), moment(REALM)))


def test_a_few_late_tasks_are_told_one_by_one_and_many_together():
    send("government", *(task(n, due=-10) for n in range(3)), realm=REALM)
    assert set(findings(sweep())) == {key(0), key(1), key(2)}
    send("government", task(3, due=-40), realm=REALM)
    found = findings(sweep())
    assert set(found) == {f"{LATE}:of:{BUILDING}"}
    assert (found[f"{LATE}:of:{BUILDING}"].count, found[f"{LATE}:of:{BUILDING}"].severity) == (4, "critical")
    assert {key(0), key(1), key(2)} <= clears(sweep())


def test_many_of_an_agency_whose_tasks_went_to_another_are_over():
    items = [task(n, due=-10, version=1) for n in range(4)]
    send("government", *items, realm=REALM)
    assert f"{LATE}:of:{BUILDING}" in findings(sweep())
    send("government", *({**one, "assigned_to": HEALTH, "version": 2} for one in items), realm=REALM)
    assert set(findings(sweep())) == {f"{LATE}:of:{HEALTH}"}
    assert f"{LATE}:of:{BUILDING}" in clears(sweep())


def test_what_is_due_within_two_working_days_is_a_mild_finding_of_its_agency():
    send("government", task(1, due=0), task(2, due=1, assigned_to=AN), task(3, due=30), realm=REALM)
    found = findings(sweep())
    assert set(found) == {f"{LATE}:soon:{BUILDING}", f"{LATE}:soon:{AN}"}
    assert {(one.severity, one.category, one.count) for one in found.values()} == {("low", "due_soon", 1)}
    clock.move(REALM, timedelta(days=14))
    assert set(findings(sweep())) == {key(1), key(2)}


def test_a_backfill_that_is_late_is_as_old_as_it_is():
    send("government", task(1, due=-30), realm=REALM, historical=True)
    assert findings(sweep())[key(1)].seen < clock.now(REALM) - 30 * DAY


# --- dossiers on time ------------------------------------------------------------------------------------------------


def deliver(*rows):
    receipt = send("government/workbook", *rows, realm=REALM)
    assert receipt.rejected == []
    return receipt


def test_an_agency_that_misses_the_target_is_found_with_its_sheets():
    receipt = deliver(
        *dossiers(HEALTH, month(), finished=90, on_time=80, overdue=10),
        *dossiers(BUILDING, month(), finished=98, on_time=97, overdue=2),
        *dossiers(AN, month(), finished=100, on_time=85),
    )
    found = findings(sweep(LOW))
    assert set(found) == {f"{LOW}:{HEALTH}", f"{LOW}:{AN}"}
    health = found[f"{LOW}:{HEALTH}"]
    assert (health.severity, health.department, health.unit, health.count) == ("medium", HEALTH, None, 20)
    assert health.title["params"]["rate"] == 80.0
    assert set(health.evidence) == set(receipt.records.values()) & set(health.evidence)
    assert found[f"{LOW}:{AN}"].unit == AN
    assert f"{LOW}:{BUILDING}" in clears(sweep(LOW))


def test_a_ticket_is_told_the_figures_or_the_tasks_behind_it():
    deliver(*dossiers(HEALTH, month(), finished=90, on_time=70, overdue=10))
    rule = registry.rule(LOW)[1]
    assert rule.facts is not None
    assert rule.records is not None
    evidence = findings(sweep(LOW))[f"{LOW}:{HEALTH}"].evidence
    values = [fact.value for fact in rule.facts(evidence)]
    assert [str(one["vi"]).rpartition(": ")[2] for one in values if isinstance(one, dict)] == [
        "90 hồ sơ",
        "70 hồ sơ",
        "10 hồ sơ",
    ]
    assert rule.records.rows(Scope(REALM, clock.now(REALM))).filter(pk__in=evidence).count() == 3
    receipt = send("government", task(1, due=-3, progress=40), realm=REALM)
    told = registry.monitor("government").facts
    assert told is not None
    (fact,) = told(list(receipt.records.values()))
    assert fact.value == f"1/UBND-TH · Việc số 1 · {date.fromisoformat(task(due=-3)['due_on']):%d/%m/%Y} · 40 %"


def test_a_months_first_dossiers_condemn_nobody_the_month_before_is_judged():
    deliver(
        *dossiers(HEALTH, month(back=1), finished=100, on_time=99),
        *dossiers(HEALTH, month(), finished=5, on_time=0),
    )
    assert f"{LOW}:{HEALTH}" in clears(sweep(LOW))


def test_it_is_over_when_the_rate_is_back():
    deliver(*dossiers(HEALTH, month(), finished=100, on_time=60))
    assert findings(sweep(LOW))[f"{LOW}:{HEALTH}"].severity == "high"
    deliver(*dossiers(HEALTH, month(), finished=100, on_time=99))
    assert f"{LOW}:{HEALTH}" in clears(sweep(LOW))


# --- deliveries ------------------------------------------------------------------------------------------------------


def test_a_department_that_has_not_delivered_is_found_until_all_has_come(monkeypatch):
    duty = DutyRow(slug="d", codes=("app_accounts", "portal_visits"), department=HEALTH, day=1, since=month(back=2))
    monkeypatch.setattr("services.indicators.duties._duties", lambda folder: (duty,))
    marks = {f"{OWED}:d:{month(back=1)}", f"{OWED}:d:{month(back=2)}"}
    deliver(row("portal_visits", 5, "99", month(back=5)))
    assert set(findings(sweep(OWED))) == marks
    given = [row(code, 5, "99", month(back=n)) for n in (1, 2) for code in duty.codes]
    deliver(*given[:-1])
    assert set(findings(sweep(OWED))) == {f"{OWED}:d:{month(back=2)}"}
    deliver(given[-1])
    assert clears(sweep(OWED)) >= marks
