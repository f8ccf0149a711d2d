"""What a person should know about reports."""

from datetime import timedelta

import pytest

from monitors.field_reports import rules
from monitors.field_reports.models import Report
from monitors.field_reports.pages import facts
from services.contract import Moment
from services.kernel import clock
from tests.monitors.kit import clears, detected, findings, moment, send, swept

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("province")]


def report(number, **more):
    values = {"external_id": f"r{number}", "description": "Lời của dân", "category": "giao-thong", "unit": "99001"}
    return {**values, **more}


def sent(*items, historical=False):
    receipt = send("field_reports", *items, historical=historical)
    assert receipt.rejected == []
    return list(receipt.records.values())


def test_every_report_is_a_finding_for_its_office():
    ids = sent(report(1), report(2, category="chay-rung", unit=None, lon=110.15, lat=10.1))
    ordinary, urgent = findings(detected(rules.NEW_REPORT, ids)).values()
    assert (ordinary.severity, ordinary.unit, ordinary.department) == ("low", "99001", "so-xay-dung")
    assert (urgent.severity, urgent.unit, urgent.place) == ("high", "99002", (110.15, 10.1))
    assert ordinary.title["params"]["category"]["vi"] == "Giao thông"
    assert ordinary.title["params"]["unit"]["vi"] == "phường An"
    assert "Lời của dân" not in str([ordinary, urgent])


def test_a_report_promises_what_its_category_promises():
    ids = sent(report(1, category="an-toan-thuc-pham"), report(2, category="chay-rung"), report(3, category=None))
    found = {f.category: f.deadline for f in findings(detected(rules.NEW_REPORT, ids)).values()}
    assert found == {"an-toan-thuc-pham": {"working_days": 3}, "chay-rung": {"minutes": 1440}, "": None}


def test_a_report_without_place_or_category_still_has_a_title():
    ids = sent(report(1, unit=None, address="đâu đó", category=None))
    (found,) = findings(detected(rules.NEW_REPORT, ids)).values()
    assert found.title["params"]["category"]["msgid"] == "Report without a category"


# --- surge -----------------------------------------------------------------------------------------------------------


def test_five_of_a_kind_in_a_commune_within_an_hour_are_a_surge_and_four_are_not():
    ids = sent(*(report(n) for n in range(4)))
    assert not detected(rules.SURGE, ids)
    ids = sent(report(4))
    (found,) = findings(detected(rules.SURGE, ids)).values()
    assert (found.count, found.unit, found.category, len(found.evidence)) == (5, "99001", "giao-thong", 5)


def test_other_communes_categories_and_hours_do_not_add_up():
    earlier = (clock.now() - timedelta(minutes=61)).isoformat()
    ids = sent(
        *(report(n) for n in range(3)),
        report(3, unit="99002"),
        report(4, category="ha-tang-chieu-sang"),
        *(report(n, occurred_at=earlier) for n in range(5, 10)),
    )
    assert not detected(rules.SURGE, ids)


def test_a_surge_is_over_when_the_hour_has_fewer():
    sent(*(report(n) for n in range(5)))
    assert not swept(rules.SURGE)
    later = Moment("live", clock.now() + timedelta(minutes=61))
    assert clears(swept(rules.SURGE, later)) == {f"{rules.SURGE}:99001:giao-thong"}


# --- backlog ---------------------------------------------------------------------------------------------------------


def test_up_to_the_target_nothing_is_said_and_beyond_it_one_finding_for_the_province():
    kinds = ("giao-thong", "an-toan-thuc-pham")
    sent(*(report(n, category=kinds[n % 2]) for n in range(rules.PROVINCE_TARGET)))
    assert f"{rules.AWAITING_BACKLOG}:province" in clears(swept(rules.AWAITING_BACKLOG))
    sent(report(100))
    found = findings(swept(rules.AWAITING_BACKLOG))[f"{rules.AWAITING_BACKLOG}:province"]
    assert (found.count, found.severity) == (rules.PROVINCE_TARGET + 1, "medium")


def test_a_department_has_its_own_target():
    sent(*(report(n) for n in range(rules.DEPARTMENT_TARGET + 1)))
    found = findings(swept(rules.AWAITING_BACKLOG))
    assert set(found) == {f"{rules.AWAITING_BACKLOG}:so-xay-dung"}
    assert next(iter(found.values())).department == "so-xay-dung"


def test_twice_the_target_is_high():
    sent(*(report(n) for n in range(2 * rules.PROVINCE_TARGET + 1)))
    assert findings(swept(rules.AWAITING_BACKLOG))[f"{rules.AWAITING_BACKLOG}:province"].severity == "high"


def test_what_an_office_took_on_what_ended_and_what_was_filled_in_later_does_not_wait():
    ids = sent(*(report(n) for n in range(25)))
    Report.objects.filter(pk__in=ids[:3]).update(assigned_at=clock.now())
    Report.objects.filter(pk__in=ids[3:6]).update(closed_at=clock.now())
    sent(*(report(n) for n in range(100, 130)), historical=True)
    assert f"{rules.AWAITING_BACKLOG}:province" in clears(swept(rules.AWAITING_BACKLOG))


def test_another_realm_has_its_own_backlog():
    clock.ensure_realm("drill-1")
    send("field_reports", *(report(n) for n in range(30)), realm="drill-1")
    assert not findings(swept(rules.AWAITING_BACKLOG))
    assert findings(swept(rules.AWAITING_BACKLOG, moment("drill-1")))


def test_rules_cost_the_same_statements_for_one_report_and_for_many(django_assert_max_num_queries):
    """New reports: records 1, units 1. Surge: pairs 1, window 1, units 1."""
    few, many = sent(report(1)), sent(*(report(n) for n in range(2, 200)))
    for rule in (rules.NEW_REPORT, rules.SURGE):
        for ids in (few, many):
            at = moment()
            with django_assert_max_num_queries(3):
                detected(rule, ids, at)


# --- what the ticket tells of them -----------------------------------------------------------------------------------


def test_a_ticket_tells_one_report_in_full_and_of_several_each_in_one_line():
    (one,) = sent(report(1, address="Số 84 đường Ơn", lon=110.0, lat=10.0))
    told = [(fact.title, fact.value, fact.words) for fact in facts([one])]
    assert told[0] == ("What was reported", "Lời của dân", True)
    assert [title for title, _value, _words in told[1:]] == ["Kind", "Address", "Longitude, latitude"]
    (other,) = sent(report(2, address="chợ An", description="Nước ngập", category="chay-rung"))
    newest, oldest = facts([one, other])
    assert newest.value["vi"] == "Cháy rừng · chợ An: “Nước ngập”"
    assert oldest.value["en"].startswith("Traffic and roads · Số 84 đường Ơn · 110.00000, 10.00000: “")
