"""Findings become alerts: deduplicated, reopened, cleared, as the lifecycles say."""

from datetime import timedelta

import pytest

from services.alerts import actions
from services.alerts.models import Alert, AlertChange
from services.alerts.raising import MAX_AGE, raise_alerts
from services.contract import Cleared, Finding, message
from services.kernel import clock
from services.kernel.problems import IllegalVerbError
from services.wall.models import Tile

pytestmark = pytest.mark.django_db
RULE = "probe.level"


def finding(key="river:1", severity="medium", *, ago=0, **more):
    seen = clock.now("demo") - timedelta(minutes=ago)
    return Finding(RULE, severity, key, message("Level {value}", value=3), seen, **more)


def raise_(*results, historical=False):
    return raise_alerts(
        realm="demo", monitor="field_reports", results=results, now=clock.now("demo"), historical=historical
    )


def kinds():
    return list(AlertChange.objects.order_by("pk").values_list("kind", flat=True))


def test_the_same_fingerprint_is_one_alert_that_counts():
    raise_(finding(evidence=[1]), finding(evidence=[2]))
    (alert,) = raise_(finding(evidence=[3], count=5))
    assert Alert.objects.count() == 1
    assert (alert.count, alert.evidence) == (7, [1, 2, 3])
    assert kinds() == ["raised"]


def test_severity_only_rises_and_a_rise_is_told():
    raise_(finding(severity="medium"))
    raise_(finding(severity="high"))
    (alert,) = raise_(finding(severity="low"))
    assert alert.severity_name == "high"
    assert kinds() == ["raised", "severity"]


def test_a_clear_ends_the_alert_and_takes_its_tile_away():
    (alert,) = raise_(finding(ago=5))
    assert Tile.objects.filter(key=f"alert:{alert.public_id}", gone=False).exists()
    raise_(Cleared(RULE, "river:1", clock.now("demo")))
    alert.refresh_from_db()
    assert alert.state == "cleared"
    assert not Tile.objects.filter(key=f"alert:{alert.public_id}", gone=False).exists()
    assert kinds() == ["raised", "cleared"]


def test_a_clear_older_than_the_finding_is_ignored():
    (alert,) = raise_(finding())
    raise_(Cleared(RULE, "river:1", clock.now("demo") - timedelta(minutes=1)))
    alert.refresh_from_db()
    assert alert.state == "active"


def test_the_same_fingerprint_within_a_day_reopens_and_later_is_a_new_alert():
    (alert,) = raise_(finding(ago=5))
    raise_(Cleared(RULE, "river:1", clock.now("demo")))
    (again,) = raise_(finding())
    assert (again.pk, again.generation, again.state) == (alert.pk, 2, "active")
    raise_(Cleared(RULE, "river:1", clock.now("demo")))
    clock.move("demo", timedelta(hours=25))
    (later,) = raise_(finding())
    assert later.pk != alert.pk
    assert later.previous_id == alert.pk


def test_late_news_from_before_the_clear_does_not_reopen():
    raise_(finding(ago=10))
    raise_(Cleared(RULE, "river:1", clock.now("demo")))
    raise_(finding(ago=5))
    assert not Alert.objects.filter(state="active").exists()


def test_a_backfill_is_recorded_but_told_to_nobody():
    (alert,) = raise_(finding(), historical=True)
    assert (alert.state, kinds()) == ("closed", [])
    assert not Tile.objects.filter(kind="alert").exists()


def test_what_happens_after_a_backfill_is_an_alert_of_its_own():
    (recorded,) = raise_(finding(), historical=True)
    (alert,) = raise_(finding(ago=0))
    assert alert.pk != recorded.pk
    assert (alert.state, alert.historical, kinds()) == ("active", False, ["raised"])


def test_an_old_finding_is_an_alert_that_escalates_nothing():
    (alert,) = raise_(finding(ago=MAX_AGE.total_seconds() / 60 + 1))
    assert (alert.state, alert.historical, kinds()) == ("active", True, [])


def test_a_person_resolves_while_it_holds_then_the_clear_closes_it(province):
    (alert,) = raise_(finding(ago=2))
    operator = province.user("op", "operator")
    actions.perform(verb="resolve", public_id=alert.public_id, acting_user=operator)
    (alert,) = raise_(finding(ago=1))
    assert alert.state == "resolved", "repeats are latched"
    raise_(Cleared(RULE, "river:1", clock.now("demo")))
    alert.refresh_from_db()
    assert alert.state == "closed"


def test_resolved_but_never_cleared_comes_back(province):
    (alert,) = raise_(finding())
    actions.perform(verb="resolve", public_id=alert.public_id, acting_user=province.user("op", "operator"))
    clock.move("demo", timedelta(minutes=61))
    actions.fire_timers()
    alert.refresh_from_db()
    assert (alert.state, alert.generation) == ("active", 3)
    assert kinds()[-1] == "reopened"


def test_a_shelf_ends_by_itself(province):
    (alert,) = raise_(finding())
    operator = province.user("op", "operator")
    actions.perform(verb="shelve", public_id=alert.public_id, acting_user=operator, minutes=10)
    clock.move("demo", timedelta(minutes=11))
    actions.fire_timers()
    alert.refresh_from_db()
    assert alert.shelved_until is None
    assert kinds() == ["raised", "shelved", "unshelved"]


def test_an_illegal_verb_names_the_legal_ones(province):
    (alert,) = raise_(finding())
    operator = province.user("op", "operator")
    actions.perform(verb="acknowledge", public_id=alert.public_id, acting_user=operator)
    with pytest.raises(IllegalVerbError) as error:
        actions.perform(verb="acknowledge", public_id=alert.public_id, acting_user=operator)
    assert "resolve" in error.value.legal
    assert "acknowledge" not in error.value.legal


def test_realms_do_not_meet():
    raise_(finding())
    raise_alerts(realm="live", monitor="field_reports", results=[finding()], now=clock.now("live"))
    assert sorted(Alert.objects.values_list("realm", flat=True)) == ["demo", "live"]


def test_what_a_sweep_says_again_replaces_what_it_said_and_touches_nothing_unchanged():
    def sweep(*results):
        return raise_alerts(
            realm="demo", monitor="field_reports", results=results, now=clock.now("demo"), standing=True
        )

    (alert,) = sweep(finding(evidence=[1, 2], count=2))
    assert sweep(finding(evidence=[1, 2], count=2)) == []
    (alert,) = sweep(finding(evidence=[2, 3, 4], count=3))
    assert (alert.count, alert.evidence) == (3, [2, 3, 4])
