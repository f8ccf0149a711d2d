"""Warning slips per agency and day, and online dossiers that nobody received."""

from datetime import datetime, timedelta

import pytest

from monitors.public_services import rules
from monitors.public_services.models import Dossier
from services.alerts.models import Alert
from services.contract import Moment
from services.intake.evaluation import ensure_runs, sweep_due
from services.kernel import clock
from services.kernel.clock import LOCAL
from services.tickets import following
from services.tickets.models import Ticket
from tests.monitors.kit import clears, detected, findings, judge, send, swept
from tests.monitors.public_services.test_feeds import dossier

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("province")]


def at(day, hour=9, minute=0):
    return datetime(2025, 3, 3 + day, hour, minute, tzinfo=LOCAL)


def moment(day, hour=9, minute=0, realm="live"):
    return Moment(realm, at(day, hour, minute))


def sent(*items, **options):
    receipt = send("public_services", *items, **options)
    assert receipt.rejected == []
    return [receipt.records[n] for n in range(len(items))]


def due(number, day, hour=17, **more):
    return dossier(number, appointment_at=at(day, hour).isoformat(), as_of=at(0, 9).isoformat(), **more)


def processed(number, day, hour, *, told=None, appointment=10, **more):
    return due(number, appointment, **{"status": 9, "finished_at": at(day, hour).isoformat(), "version": 9, **more}) | {
        "as_of": (told or at(day, hour)).isoformat()
    }


def key(day, agency="so-xay-dung"):
    return f"{rules.OVERDUE}:{agency}:{at(day).date().isoformat()}"


# --- slips -----------------------------------------------------------------------------------------------------------


def test_a_dossier_becomes_overdue_by_time_alone():
    (record,) = sent(due(1, 10))
    assert not findings(swept(rules.OVERDUE, moment(10, 17, 0)))
    (slip,) = findings(swept(rules.OVERDUE, moment(10, 17, 1))).values()
    assert slip.fingerprint == key(10)
    assert (slip.department, slip.evidence, slip.count) == ("so-xay-dung", [record], 1)
    assert slip.title["params"]["count"] == 1


def test_one_slip_per_agency_and_day():
    sent(due(1, 10), due(2, 10, 11), due(3, 11), due(4, 10, agency="so-y-te"), due(5, 10, agency="99001"))
    found = findings(swept(rules.OVERDUE, moment(15)))
    assert {fingerprint: slip.count for fingerprint, slip in found.items()} == {
        key(10): 2,
        key(11): 1,
        key(10, "so-y-te"): 1,
        key(10, "99001"): 1,
    }
    assert found[key(10, "99001")].unit == "99001"


def test_many_dossiers_make_a_slip_high():
    sent(*(due(n, 10) for n in range(rules.MANY - 1)))
    assert findings(swept(rules.OVERDUE, moment(11)))[key(10)].severity == "medium"
    sent(due(99, 10))
    assert findings(swept(rules.OVERDUE, moment(11)))[key(10)].severity == "high"


def test_a_slip_is_over_when_all_its_dossiers_are_processed_and_not_before():
    now = clock.now()
    sent(due(1, 10), due(2, 10))
    (first,) = sent(processed(1, 11, 9))
    assert not clears(detected(rules.OVERDUE, [first], Moment("live", now)))
    (second,) = sent(processed(2, 11, 10))
    assert clears(detected(rules.OVERDUE, [second], Moment("live", now))) == {key(10)}
    assert key(10) in clears(swept(rules.OVERDUE, Moment("live", now)))


def test_news_of_an_end_in_time_that_comes_late_clears_the_slip_too():
    sent(due(1, 10))
    assert findings(swept(rules.OVERDUE, moment(10, 18)))
    (record,) = sent(processed(1, 10, 16, told=at(10, 19)))
    assert Dossier.objects.get().on_time is True
    assert clears(detected(rules.OVERDUE, [record], Moment("live", clock.now()))) == {key(10)}


def test_a_corrected_appointment_moves_a_dossier_from_one_slip_to_another():
    sent(due(1, 10))
    (record,) = sent({**due(1, 12), "as_of": at(11).isoformat(), "version": 2})
    now = Moment("live", clock.now())
    assert clears(detected(rules.OVERDUE, [record], now)) == {key(10)}
    assert set(findings(swept(rules.OVERDUE, now))) == {key(12)}
    assert key(10) in clears(swept(rules.OVERDUE, now))


def test_a_dossier_handed_to_another_agency_leaves_the_first_ones_slip():
    sent(due(1, 10))
    (record,) = sent({**due(1, 10, agency="so-y-te"), "as_of": at(11).isoformat(), "version": 2})
    assert clears(detected(rules.OVERDUE, [record], Moment("live", clock.now()))) == {key(10)}


def test_waiting_for_the_citizen_is_not_overdue():
    sent(due(1, 10, status=5, supplements=[{"requested_at": at(4).isoformat(), "answered_at": None}]))
    assert not findings(swept(rules.OVERDUE, moment(20)))


def test_what_was_filled_in_later_is_as_old_as_it_is():
    now = Moment("live", clock.now())
    sent(due(1, 10), historical=True)
    sent(due(2, 11))
    found = findings(swept(rules.OVERDUE, now))
    assert found[key(10)].seen == at(10, 17)
    assert found[key(11)].seen == now.as_of


def test_from_the_dossier_to_the_slip_to_its_end(province):
    send("public_services", due(1, 10), due(2, 10), realm="demo")
    run_sweeps()
    ticket = Ticket.objects.get(rule=rules.OVERDUE)
    assert ticket.department is not None
    assert ticket.department.slug == "so-xay-dung"
    send("public_services", processed(1, 11, 9), realm="demo")
    settle()
    ticket.refresh_from_db()
    assert ticket.state == "new"
    send("public_services", processed(2, 11, 9), realm="demo")
    settle()
    ticket.refresh_from_db()
    assert ticket.state == "closed"
    assert Alert.objects.get(rule=rules.OVERDUE).state == "cleared"


def run_sweeps():
    ensure_runs()
    while sweep_due():
        pass
    settle()


def settle():
    judge()
    while following.follow_alerts():
        pass


# --- not received ----------------------------------------------------------------------------------------------------


def online(number, **more):
    values = {"status": 1, "channel": 2, "accepted_at": None, "appointment_at": None, "as_of": at(0, 8).isoformat()}
    return dossier(number, **{**values, **more})


def test_eight_working_hours_after_it_was_sent_an_online_dossier_is_not_received():
    sent(online(1))  # Monday 08:00 + 8 working hours = Tuesday 08:30
    assert not findings(swept(rules.NOT_RECEIVED, moment(1, 8, 30)))
    (found,) = findings(swept(rules.NOT_RECEIVED, moment(1, 8, 31))).values()
    assert (found.severity, found.department, found.count) == ("low", "so-xay-dung", 1)


def test_over_the_counter_nothing_has_to_be_received():
    sent(online(1, channel=1))
    assert not findings(swept(rules.NOT_RECEIVED, moment(9)))


def test_one_finding_per_agency_cleared_when_all_are_received():
    sent(online(1), online(2), online(3, agency="99001"))
    found = findings(swept(rules.NOT_RECEIVED, moment(2)))
    assert sorted(f.count for f in found.values()) == [1, 2]
    received = {"status": 2, "accepted_at": at(2, 10).isoformat(), "as_of": at(2, 10).isoformat(), "version": 2}
    sent(online(1, **received), online(2, **received))
    results = swept(rules.NOT_RECEIVED, Moment("live", clock.now()))
    assert clears(results) == {f"{rules.NOT_RECEIVED}:so-xay-dung"}
    assert set(findings(results)) == {f"{rules.NOT_RECEIVED}:99001"}


def test_sweeps_cost_the_same_statements_however_many_dossiers(django_assert_max_num_queries):
    """Slips: open ones 1, departments 1, units 1, news 1. Not received: waiting 1, names 2, received 1."""
    for items in ([due(1, 10), online(2)], [one for n in range(100, 200) for one in (due(n, 10), online(n + 500))]):
        sent(*items)
        at_last = Moment("live", clock.now() + timedelta(days=1))
        for rule in (rules.OVERDUE, rules.NOT_RECEIVED):
            with django_assert_max_num_queries(4):
                swept(rule, at_last)
