"""When order and roads need a person: hundreds of events make a handful of alerts, and AI alone raises no alarm."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from monitors.public_safety.actions import review
from monitors.public_safety.findings.cameras import CAMERA_DOWN
from monitors.public_safety.findings.events import CAMERA_EVENT, TO_LOOK_AT
from monitors.public_safety.findings.incidents import BLACK_SPOT, SERIOUS
from monitors.public_safety.findings.roads import CONGESTION
from monitors.public_safety.models import CameraEvent, CameraState, EventReview, Kind, TrafficCount
from services.alerts.models import Alert
from services.intake.models import IntakeChunk
from services.kernel import clock
from services.kernel.problems import IllegalVerbError
from tests.monitors.kit import clears, detected, findings, judge, moment, send, swept
from tests.monitors.public_safety.kit import (
    CAMERA,
    CHECKS,
    EVENTS,
    INCIDENTS,
    ROAD,
    TRAFFIC,
    accident,
    account,
    check,
    count,
    event,
    stored_event,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("province")]
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def live(settings):
    settings.IOC_REALM = "live"


def hour() -> datetime:
    """Return the beginning of the last whole hour."""
    return clock.now().replace(minute=0, second=0, microsecond=0) - HOUR


# --- camera events ---------------------------------------------------------------------------------------------------


def test_hundreds_of_events_of_an_hour_make_one_alert_per_camera_and_kind():
    start = hour()
    items = [event(f"a{n}", "fight", start + n * timedelta(seconds=10), 0.7) for n in range(200)]
    items += [event(f"b{n}", "crowd", start + n * timedelta(seconds=10), 0.5) for n in range(100)]
    items += [event(f"c{n}", "no_helmet", start + n * timedelta(seconds=10), 0.99) for n in range(200)]
    for part in range(0, 500, 50):
        send(EVENTS, *items[part : part + 50])
        judge()
    alerts = {alert.category: alert for alert in Alert.objects.all()}
    assert set(alerts) == {"fight", "crowd"}
    assert (alerts["fight"].count, alerts["fight"].severity) == (200, 2)
    assert (alerts["crowd"].count, alerts["crowd"].severity) == (100, 1)


@pytest.mark.parametrize("kind", Kind.values)
def test_what_nobody_confirmed_is_at_most_a_request_to_look(kind):
    ids = [stored_event(kind, hour(), confidence=1.0).pk]
    found = findings(detected(CAMERA_EVENT, ids))
    assert bool(found) == (kind in TO_LOOK_AT)
    assert {one.severity for one in found.values()} <= {"low", "medium"}


def test_an_unsure_event_is_low_whatever_it_is():
    ids = [stored_event("fire_smoke", hour(), confidence=0.4).pk]
    assert {one.severity for one in findings(detected(CAMERA_EVENT, ids)).values()} == {"low"}


def test_a_confirmed_event_is_high_a_rejected_one_is_over_and_both_are_written_down():
    one = stored_event("fire_smoke", hour())
    judge()
    alert = Alert.objects.get()
    user = account("desk", "operator")
    review(verb="confirm", public_id=one.public_id, acting_user=user, note="Cháy thật")
    judge()
    alert.refresh_from_db()
    assert alert.severity == 3
    with pytest.raises(IllegalVerbError) as refused:
        review(verb="confirm", public_id=one.public_id, acting_user=user)
    assert refused.value.legal == ["reject"]
    review(verb="reject", public_id=one.public_id, acting_user=user)
    judge()
    alert.refresh_from_db()
    assert alert.state == "cleared"
    assert EventReview.objects.get().state == "rejected"


def test_what_is_seen_is_for_the_police_whoever_owns_the_camera():
    stored_event("fight", hour(), camera="deo-binh")
    judge()
    assert Alert.objects.filter(department__slug="cong-an-tinh").count() == 1


def test_one_rejected_of_two_leaves_the_request_to_look_at_the_other():
    start = hour()
    first, second = stored_event("fight", start, "e1"), stored_event("fight", start + MINUTE, "e2")
    judge()
    user = account("desk", "operator")
    review(verb="reject", public_id=first.public_id, acting_user=user)
    judge()
    assert Alert.objects.get().state == "active"
    review(verb="reject", public_id=second.public_id, acting_user=user)
    judge()
    assert Alert.objects.get().state == "cleared"


def test_a_newer_version_of_an_event_does_not_undo_what_a_person_said():
    start = hour()
    one = stored_event("fight", start)
    review(verb="reject", public_id=one.public_id, acting_user=account("desk", "operator"))
    send(EVENTS, event("e1", "fight", start, 0.99, as_of=(start + MINUTE).isoformat()))
    judge()
    assert CameraEvent.objects.get().verdict == "rejected"
    assert not Alert.objects.filter(state="active").exists()


def test_confirmed_offences_are_fined_case_by_case_and_call_nobody():
    one = stored_event("red_light", hour())
    review(verb="confirm", public_id=one.public_id, acting_user=account("desk", "operator"))
    judge()
    assert not Alert.objects.exists()
    assert IntakeChunk.objects.filter(evaluated_at=None).count() == 0


# --- cameras ---------------------------------------------------------------------------------------------------------


def down(*slugs: str, state: str = "no_picture", back: int = 0) -> None:
    now = clock.now() - back * MINUTE
    send(CHECKS, *(check(slug, now - turn * MINUTE, state) for slug in slugs for turn in (2, 1)))
    judge()


def test_a_camera_is_down_at_the_second_look_and_back_with_the_first_picture():
    now = clock.now()
    send(CHECKS, check(CAMERA, now - 3 * MINUTE, "no_picture"))
    judge()
    assert not Alert.objects.exists()
    send(CHECKS, check(CAMERA, now - 2 * MINUTE, "dark"))
    judge()
    alert = Alert.objects.get()
    assert (alert.severity, alert.unit and alert.unit.code, alert.fingerprint) == (
        1,
        "99001",
        f"public_safety.camera_down:camera:{CAMERA}",
    )
    send(CHECKS, check(CAMERA, now - MINUTE, "ok"))
    judge()
    assert Alert.objects.get().state == "cleared"


def test_many_cameras_of_a_commune_at_once_are_one_alert_and_each_alone_none():
    down("nga-tu-an", "cau-an", "cho-an")
    assert Alert.objects.filter(state="active").count() == 3
    down("truong-an")
    active = Alert.objects.get(state="active")
    assert (active.fingerprint, active.count, active.severity) == ("public_safety.camera_down:unit:99001", 4, 2)
    send(CHECKS, check("cho-an", clock.now(), "ok"))
    judge()
    left = set(Alert.objects.filter(state="active").values_list("fingerprint", flat=True))
    assert left == {f"public_safety.camera_down:camera:{slug}" for slug in ("nga-tu-an", "cau-an", "truong-an")}


def test_silence_brings_no_camera_back():
    down(CAMERA)
    clock.ensure_realm("live")
    CameraState.objects.update(checked_at=clock.now() - timedelta(days=3), since=clock.now() - timedelta(days=3))
    found = findings(swept(CAMERA_DOWN))
    assert [one.severity for one in found.values()] == ["medium"], "down for more than a day"
    assert f"public_safety.camera_down:camera:{CAMERA}" not in clears(swept(CAMERA_DOWN))


# --- accidents -------------------------------------------------------------------------------------------------------


def test_an_accident_with_three_dead_is_serious_and_its_correction_is_not():
    at = clock.now() - HOUR
    (pk,) = send(INCIDENTS, accident("a1", at, deaths=3)).records.values()
    (found,) = findings(detected(SERIOUS, [pk])).values()
    assert (found.severity, found.unit) == ("high", "99001")
    send(INCIDENTS, accident("a1", at, deaths=2, as_of=clock.now().isoformat()))
    assert clears(detected(SERIOUS, [pk])) == {found.fingerprint}


def test_a_crime_is_no_serious_accident():
    (pk,) = send(INCIDENTS, {**accident("a1", clock.now()), "kind": "crime", "deaths": 5}).records.values()
    assert detected(SERIOUS, [pk]) == []


def test_the_third_accident_at_a_place_makes_it_a_black_spot_until_a_month_has_passed():
    now = clock.now()
    for number in range(3):
        at = now - timedelta(days=20 - number)
        receipt = send(INCIDENTS, accident(f"s{number}", at, lon=110.05 + number / 1000, lat=10.10))
        found = findings(detected(BLACK_SPOT, list(receipt.records.values())))
        assert bool(found) == (number == 2)
    (spot,) = found.values()
    assert (spot.count, spot.category, len(spot.evidence)) == (3, "black_spot", 3)
    later = moment()
    later = type(later)(later.realm, now + timedelta(days=15))
    assert spot.fingerprint in clears(swept(BLACK_SPOT, later))
    assert not findings(swept(BLACK_SPOT, later))


# --- roads -----------------------------------------------------------------------------------------------------------


def weeks(start: datetime, speed: float = 40.0, number: int = 4) -> None:
    send(TRAFFIC, *(count(start - n * timedelta(weeks=1), speed) for n in range(1, number + 1)))


def test_a_road_is_congested_against_its_usual_hour_of_the_week_and_clears():
    start = hour()
    weeks(start)
    judge()
    speeds = [18.0, 17.0, 16.0, 30.0]
    states = []
    for number, speed in enumerate(speeds):
        send(TRAFFIC, count(start + number * 15 * MINUTE, speed))
        judge()
        states.append(list(Alert.objects.values_list("state", flat=True)))
    assert states == [[], ["active"], ["active"], ["cleared"]]
    told = Alert.objects.get().title["params"]
    assert (told["usual"], told["speed"]) == (40, 16)


def test_a_jam_worse_than_a_quarter_is_medium():
    start = hour()
    weeks(start)
    ids = list(send(TRAFFIC, count(start, 9.0), count(start + 15 * MINUTE, 8.0)).records.values())
    assert {one.severity for one in findings(detected(CONGESTION, ids)).values()} == {"medium"}


def test_an_hour_that_is_always_slow_is_not_congested():
    start = hour()
    weeks(start, speed=12.0)
    ids = list(send(TRAFFIC, count(start, 11.0), count(start + 15 * MINUTE, 10.0)).records.values())
    assert not findings(detected(CONGESTION, ids))


def test_a_new_road_has_no_usual_speed_and_raises_nothing():
    start = hour()
    weeks(start, number=2)
    ids = list(send(TRAFFIC, count(start, 5.0), count(start + 15 * MINUTE, 5.0)).records.values())
    assert detected(CONGESTION, ids) == []


@pytest.mark.parametrize("history", [3, 300])
def test_the_cost_of_new_counts_does_not_grow_with_the_old_ones(history):
    start = hour()
    weeks(start)
    old = [count(start - timedelta(days=2) - n * MINUTE, 40.0) for n in range(history)]
    send(TRAFFIC, *old)
    ids = list(send(TRAFFIC, count(start, 9.0), count(start + 15 * MINUTE, 8.0)).records.values())
    with CaptureQueriesContext(connection) as statements:
        assert findings(detected(CONGESTION, ids, moment()))
    assert len(statements) == 4  # the clock's one included
    assert TrafficCount.objects.filter(road=ROAD).count() == history + 6


@pytest.mark.parametrize("many", [1, 60])
def test_the_rules_of_events_cost_the_same_for_one_and_for_sixty(many):
    start = hour()
    ids = list(
        send(
            EVENTS, *(event(f"e{n}", "fight", start + n * timedelta(seconds=30)) for n in range(many))
        ).records.values()
    )
    with CaptureQueriesContext(connection) as statements:
        assert detected(CAMERA_EVENT, ids)
    assert len(statements) == 3  # the clock's one included
