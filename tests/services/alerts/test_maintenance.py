"""Maintenance set ahead: what it explains is recorded and comes out when it ends, early, late or in time."""

from datetime import timedelta

import pytest
from django.test import Client

from services.alerts import actions, maintenance
from services.alerts.maintenance import Draft
from services.alerts.models import AlertChange, MaintenanceWindow
from services.audit.models import AuditEntry
from services.kernel import clock
from services.kernel.problems import ConflictError, InvalidInputError
from services.tickets.following import follow_alerts
from services.tickets.models import Ticket
from tests.services.alerts.kit import finding, gone, kinds, later, one, raise_, tile

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(province):
    return province.user("boss", "supervisor")


@pytest.fixture
def window(boss):
    """Set maintenance from ``start`` minutes from now for ``minutes``."""

    def set_ahead(start=0.0, minutes=60.0, **more):
        begin = clock.now("demo") + timedelta(minutes=start) - timedelta(seconds=1)
        given = {"title": "Thay trạm", "monitor": "field_reports", **more}
        draft = Draft(starts=begin, ends=begin + timedelta(minutes=minutes), **given)
        return maintenance.set_ahead(realm="demo", draft=draft, acting_user=boss)

    return set_ahead


def follow():
    while follow_alerts():
        pass


def test_what_is_raised_inside_is_recorded_and_opens_no_ticket(window):
    mark = window().mark
    (alert,) = raise_(finding(severity="high"))
    follow()
    alert.refresh_from_db()
    assert (alert.suppressed_by, alert.state) == (mark, "active")
    assert kinds() == ["raised", "suppressed"]
    assert tile(alert)["suppressed"] is True
    assert not Ticket.objects.exists()
    assert AuditEntry.objects.get(verb="alert.suppressed").detail["cause"] == mark


def test_when_it_ends_and_the_condition_holds_the_alert_comes_out_at_once_and_has_its_ticket(window):
    window(minutes=30)
    raise_(finding(severity="high"))
    later(minutes=31)
    assert maintenance.fire_timers() == 1
    follow()
    assert one().suppressed_by == ""
    assert kinds() == ["raised", "suppressed", "released"]
    assert tile(one())["suppressed"] is False
    assert Ticket.objects.get().alert == one()


def test_what_went_away_meanwhile_was_told_to_nobody(window):
    window(minutes=30)
    raise_(finding(severity="high", ago=1))
    raise_(gone())
    later(minutes=31)
    maintenance.fire_timers()
    follow()
    assert (one().state, Ticket.objects.count()) == ("cleared", 0)
    assert "released" not in kinds()


def test_what_came_back_after_it_is_seen(window):
    window(minutes=30)
    raise_(finding(ago=1))
    raise_(gone())
    later(minutes=31)
    maintenance.fire_timers()
    raise_(finding())
    assert (one().state, one().suppressed_by) == ("active", "")


def test_what_was_there_before_stays_with_those_who_have_it(window):
    raise_(finding())
    window()
    raise_(finding())
    assert one().suppressed_by == ""


def test_critical_passes_unless_the_window_says_so(window):
    window()
    raise_(finding("a", "critical"), finding("b", "medium"))
    assert (one("a").suppressed_by, bool(one("b").suppressed_by)) == ("", True)
    raise_(finding("b", "critical"))
    assert one("b").suppressed_by == "", "it became critical"
    mark = window(critical_too=True).mark
    raise_(finding("c", "critical"))
    assert one("c").suppressed_by == mark


@pytest.mark.parametrize(
    "criteria, hidden",
    [
        ({"monitor": "environment"}, False),
        ({"monitor": "", "rule": "probe.level"}, True),
        ({"monitor": "", "category": "giao-thong"}, False),
        ({"monitor": "", "fingerprint_prefix": "river:"}, True),
        ({"monitor": "", "fingerprint_prefix": "lake:"}, False),
        ({"monitor": "", "place": (110.0, 10.0), "metres": 2000}, True),
        ({"monitor": "", "place": (110.0, 10.0), "metres": 1000}, False),
    ],
)
def test_every_criterion_given_must_fit(window, criteria, hidden):
    window(**criteria)
    raise_(finding(place=(110.01, 10.01)))
    assert bool(one().suppressed_by) is hidden


def test_a_unit_is_meant_whatever_it_is_called_by_then(window, province):
    window(monitor="", unit=province.units["99001"])
    raise_(finding("here", unit="99001"), finding("there", unit="99002"))
    assert (bool(one("here").suppressed_by), bool(one("there").suppressed_by)) == (True, False)


def test_it_ends_early_by_hand_and_is_audited(window, boss):
    made = window(minutes=600)
    raise_(finding())
    maintenance.end(public_id=made.public_id, acting_user=boss)
    assert one().suppressed_by == ""
    deeds = AuditEntry.objects.filter(verb__startswith="maintenance.").order_by("pk")
    assert list(deeds.values_list("verb", flat=True)) == ["maintenance.set", "maintenance.ended"]
    with pytest.raises(ConflictError):
        maintenance.end(public_id=made.public_id, acting_user=boss)


def test_it_may_last_longer(window, boss):
    made = window(minutes=30)
    raise_(finding())
    maintenance.extend(public_id=made.public_id, until=clock.now("demo") + timedelta(hours=2), acting_user=boss)
    later(minutes=31)
    assert maintenance.fire_timers() == 0
    assert one().suppressed_by == made.mark
    later(hours=2)
    maintenance.fire_timers()
    assert one().suppressed_by == ""


def test_a_late_timer_hides_nothing_that_came_after_the_end(window):
    window(minutes=30)
    later(minutes=31)
    raise_(finding())
    assert one().suppressed_by == ""


def test_one_of_every_week_comes_again_and_ending_today_leaves_the_next(window, boss):
    made = window(minutes=60, rrule="FREQ=WEEKLY")
    first = made.active_from
    maintenance.end(public_id=made.public_id, acting_user=boss)
    made.refresh_from_db()
    assert made.active_from == first + timedelta(days=7)
    raise_(finding("now"))
    assert one("now").suppressed_by == ""
    later(days=7, minutes=1)
    raise_(finding("then"))
    assert one("then").suppressed_by == made.mark


def test_two_at_once_hand_over_to_each_other(window):
    window(minutes=30)
    longer = window(minutes=90)
    raise_(finding())
    later(minutes=31)
    maintenance.fire_timers()
    assert one().suppressed_by == longer.mark
    assert "released" not in kinds()


def test_taking_it_from_a_shelf_does_not_end_what_was_declared_ahead(window, province):
    mark = window().mark
    (alert,) = raise_(finding())
    operator = province.user("op", "operator")
    actions.perform(verb="shelve", public_id=alert.public_id, acting_user=operator, minutes=10)
    actions.perform(verb="unshelve", public_id=alert.public_id, acting_user=operator)
    assert one().suppressed_by == mark


@pytest.mark.parametrize(
    "wrong, field",
    [
        ({"monitor": ""}, "monitor"),
        ({"title": " "}, "title"),
        ({"minutes": -5}, "ends"),
        ({"start": -120, "minutes": 60}, "ends"),
        ({"rrule": "FREQ=SECONDLY"}, "rrule"),
        ({"rrule": "FREQ=DAILY", "minutes": 3 * 24 * 60}, "rrule"),
        ({"place": (110.0, 10.0)}, "metres"),
        ({"monitor": "nothing"}, "monitor"),
    ],
)
def test_one_that_says_too_much_or_no_time_is_refused(window, wrong, field):
    with pytest.raises(InvalidInputError) as error:
        window(**wrong)
    assert set(error.value.errors) == {field}


def test_over_http_it_is_set_listed_and_cancelled_by_those_who_may(boss, province):
    browser, operator = Client(), Client()
    browser.force_login(boss)
    operator.force_login(province.user("op", "operator"))
    now = clock.now("demo")
    body = {"title": "Thay trạm", "monitor": "field_reports", "rrule": "FREQ=DAILY",
            "starts": f"{now - timedelta(minutes=1):%Y-%m-%dT%H:%M:%SZ}",
            "ends": f"{now + timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}"}  # fmt: skip
    assert operator.post("/api/maintenance/set/", body, content_type="application/json").status_code == 404
    made = browser.post("/api/maintenance/set/", body, content_type="application/json")
    assert (made.status_code, len(made.json()["next"])) == (201, 3)
    raise_(finding())
    (shown,) = operator.get("/api/maintenance/?open=true").json()["results"]
    assert (shown["hidden"], shown["created_by"]) == (1, "Nguyễn boss")
    (hidden,) = operator.get("/api/alerts/?suppressed=maintenance").json()["results"]
    assert hidden["suppressed_by"] == f"maintenance:{shown['id']}"
    assert operator.get("/api/alerts/?suppressed=no").json()["results"] == []
    address = f"/api/maintenance/{shown['id']}"
    assert operator.post(f"{address}/cancel/").status_code == 404
    assert (
        browser.post(f"{address}/extend/", {"until": "2001-01-01T00:00Z"}, content_type="application/json").status_code
        == 400
    )
    assert browser.post(f"{address}/cancel/").json()["active_from"] is None
    assert browser.post(f"{address}/cancel/").status_code == 409
    assert one().suppressed_by == ""


def test_the_page_sets_shows_and_ends_it(boss, province):
    browser = Client()
    browser.force_login(boss)
    local = clock.now("demo").astimezone(clock.LOCAL)
    starts, ends = (f"{local + timedelta(minutes=minutes):%Y-%m-%dT%H:%M}" for minutes in (-2, 60))
    form = {"title": "Bảo trì đường truyền", "monitor": "field_reports", "repeat": "FREQ=WEEKLY"}
    form |= {"starts": starts, "ends": ends}
    assert browser.post("/alerts/maintenance/set/", {**form, "monitor": ""}).status_code == 422
    assert browser.post("/alerts/maintenance/set/", form).status_code == 302
    raise_(finding())
    page = browser.get("/alerts/maintenance/").content.decode()
    assert page.count("Bảo trì đường truyền") == 2, "the window, and why the alert is hidden"
    made = MaintenanceWindow.objects.get()
    assert made.rrule == "FREQ=WEEKLY"
    assert browser.post(f"/alerts/maintenance/{made.public_id}/end/").status_code == 302
    assert AlertChange.objects.filter(kind="released").count() == 1
    assert browser.post(f"/alerts/maintenance/{made.public_id}/end/").status_code == 409
