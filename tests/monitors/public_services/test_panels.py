"""Figures of dossiers follow from the rows of their query, and from nothing else."""

from datetime import timedelta

import pytest

from monitors.public_services import panels
from monitors.public_services.models import Dossier
from monitors.public_services.selectors import dossier_by_code, facts
from services.contract import Scope
from services.kernel import clock
from tests.monitors.kit import send
from tests.monitors.public_services.test_feeds import dossier

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("province")]


def ago(**by):
    return (clock.now() - timedelta(**by)).isoformat()


def scope(**more):
    return Scope("live", clock.now(), **more)


def ended(number, *, days=2, late=False, **more):
    due_at = ago(days=days + 1) if late else ago(days=days - 1)
    values = {"submitted_at": ago(days=20), "accepted_at": ago(days=20), "appointment_at": due_at}
    return dossier(number, status=9, finished_at=ago(days=days), as_of=ago(days=days), **{**values, **more})


def overdue(number, **more):
    values = {"submitted_at": ago(days=20), "accepted_at": ago(days=20), "appointment_at": ago(days=1)}
    return dossier(number, as_of=ago(days=20), **{**values, **more})


def test_no_dossiers_are_no_rate():
    figure = panels.on_time_rate(scope())
    assert (figure.value, figure.severity, figure.trend, figure.as_of) == (None, None, [], None)


def test_the_rate_counts_what_ended_and_what_is_overdue():
    send("public_services", *(ended(n) for n in range(17)), ended(18, late=True), overdue(19), overdue(20))
    figure = panels.on_time_rate(scope())
    assert (figure.value, figure.target, figure.severity) == (85.0, 95.0, "medium")
    assert figure.query.rows(scope()).count() == 20
    assert panels.overdue_now(scope()).value == 2


def test_a_raw_record_that_changes_changes_the_figure():
    send("public_services", ended(1), overdue(2))
    assert panels.on_time_rate(scope()).value == 50.0
    send("public_services", overdue(2, status=9, finished_at=ago(days=2)) | {"as_of": ago(days=1), "version": 2})
    assert panels.on_time_rate(scope()).value == 100.0
    assert panels.overdue_now(scope()).value == 0


def test_what_ended_before_the_period_counts_no_more():
    send("public_services", ended(1), ended(2, days=40, late=True, submitted_at=ago(days=60), accepted_at=ago(days=60)))
    assert panels.on_time_rate(scope()).value == 100.0


def test_the_trend_is_a_rate_per_day():
    send("public_services", ended(1, days=3), ended(2, days=3, late=True), ended(3, days=1))
    assert panels.on_time_rate(scope()).trend == [50.0, 100.0]


def test_not_received_are_counted_while_nobody_receives_them():
    online = {"status": 1, "channel": 2, "accepted_at": None, "appointment_at": None}
    send("public_services", dossier(1, **online, submitted_at=ago(days=20), as_of=ago(days=20)))
    assert panels.not_received_now(scope()).value == 1
    Dossier.objects.update(status=2)
    assert panels.not_received_now(scope()).value == 0


def test_the_worst_agency_comes_first_and_a_scope_sees_its_own():
    send(
        "public_services",
        ended(1),
        overdue(2, agency="99001"),
        overdue(3, agency="99001"),
        overdue(4, agency="so-y-te"),
    )
    figure = panels.by_agency(scope())
    assert [(row["department"] or row["unit"], row["overdue"], row["rate"]) for row in figure.rows] == [
        ("99001", 2, 0.0),
        ("so-y-te", 1, 0.0),
        ("so-xay-dung", 0, 100.0),
    ]
    assert figure.rows[0]["agency"] == {"vi": "phường An", "en": "An ward"}
    assert panels.overdue_now(scope(unit="99001")).value == 2
    assert panels.overdue_now(scope(department="so-y-te")).value == 1


def test_a_citizen_finds_a_dossier_by_its_code_and_never_whose_it_is():
    send("public_services", dossier(1, applicant={"name": "Người Nộp"}), realm="demo")
    found = dossier_by_code(" 000.00.03.h99-250303-0001 ")
    assert found is not None
    assert (found.status, found.agency) == (4, {"vi": "Sở Xây dựng", "en": "Department of Construction"})
    assert "Người Nộp" not in str(found)
    assert dossier_by_code("000.00.03.H99-250303-9999") is None
    assert dossier_by_code("\x00") is None
    assert dossier_by_code("000.00.03.H99-250303-0001", realm="live") is None


def test_a_ticket_tells_the_dossiers_and_not_the_applicants():
    receipt = send("public_services", dossier(1, procedure_name="Cấp phép", applicant={"name": "Người Nộp"}))
    (fact,) = facts(list(receipt.records.values()))
    assert "000.00.03.H99-250303-0001 · Cấp phép" in str(fact.value)
    assert "Người Nộp" not in str(fact)


@pytest.mark.parametrize(
    "figure, statements",
    [(panels.on_time_rate, 4), (panels.overdue_now, 2), (panels.not_received_now, 2), (panels.by_agency, 5)],
)
def test_a_figure_costs_the_same_statements_however_many_dossiers(figure, statements, django_assert_num_queries):
    send("public_services", *(ended(n) for n in range(40)), *(overdue(n, agency="99001") for n in range(50, 90)))
    at = scope()
    with django_assert_num_queries(statements):
        figure(at)
