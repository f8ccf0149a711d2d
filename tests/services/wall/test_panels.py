import threading
from datetime import timedelta

import pytest
from django.db import connection

from services.contract import Column, Figure, Monitor, Panel, Query, message
from services.directory.models import User
from services.kernel import clock, lease
from services.wall import actions, panels, tidying, watching
from services.wall.models import Frame, PanelDirty, PanelState, Tile
from tests.services.wall.kit import REALM, put, relay_once

QUERY = Query("users", "Users", lambda scope: User.objects.order_by("pk"), (Column("username", "Name"),))
KEY = "panel:health/beds@province"


class Beds:
    """A panel whose figure a test decides; ``asked`` are the scopes it was computed for."""

    def __init__(self):
        self.asked = []
        self.figure = {"value": 7.0}
        self.error = None
        self.before = lambda: None

    def __call__(self, scope):
        self.asked.append(scope)
        self.before()
        if self.error:
            raise self.error
        return Figure(**{"as_of": scope.now, "query": QUERY, **self.figure})


@pytest.fixture
def beds(monkeypatch):
    return _register(monkeypatch, Beds(), Beds())[0]


def _register(monkeypatch, beds, visits):
    hour = timedelta(hours=1)
    both = (
        Panel("beds", "Free beds", "number", beds, ("cases",), refresh=timedelta(minutes=1), fresh_for=hour, key=True),
        Panel("visits", "Visits", "chart", visits, ("visits",), refresh=timedelta(minutes=1), fresh_for=hour),
    )
    health = Monitor("health", "Health", "so-y-te", 4, (), (), both)
    monkeypatch.setattr("services.registry._MONITORS", {"health": health})
    return beds, visits


@pytest.fixture
def realm(db):
    clock.ensure_realm(REALM)


def compute(*, later=timedelta(0)):
    """Compute whatever is due, after so much time by the realm's clock; the pace of a second has passed."""
    if later:
        clock.move(REALM, later)
    PanelState.objects.update(busy_until=clock.now() - timedelta(seconds=1))
    return panels.refresh_due(10)


def tile(key=KEY):
    return Tile.objects.get(realm=REALM, key=key)


pytestmark = pytest.mark.usefixtures("realm")


def test_a_panels_tile_says_the_whole_figure(beds):
    beds.figure = {
        "value": 40.5,
        "decimals": 1,
        "unit": message("beds"),
        "short": message("free beds"),
        "target": 50.0,
        "target_text": message("at least {target}", target=50),
        "severity": "high",
        "trend": [1.0, 2.0],
        "running": False,
        "values": {"00001": 3.0},
        "elsewhere": None,
        "rows": [{"name": "x", "n": 1}],
        "columns": (Column("name", "Name"), Column("n", "Number", decimals=0, goal=True)),
    }
    compute()
    shown = tile()
    as_of = shown.payload["figure"].pop("as_of")
    assert shown.payload.pop("last") == {"value": 40.5, "at": as_of}
    assert shown.payload == {
        "kind": "panel",
        "monitor": "health",
        "panel": "beds",
        "title": {"msgid": "Free beds", "params": {}},
        "monitor_title": {"msgid": "Health", "params": {}},
        "chart": "number",
        "severity": "high",
        "held": False,
        "figure": {
            "value": 40.5,
            "decimals": 1,
            "unit": {"msgid": "beds", "params": {}},
            "short": {"msgid": "free beds", "params": {}},
            "target": 50.0,
            "target_text": {"msgid": "at least {target}", "params": {"target": 50}},
            "trend": [1.0, 2.0],
            "running": False,
        },
        "values": {"00001": 3.0},
        "elsewhere": None,
        "rows": [{"name": "x", "n": 1}],
        "columns": [
            {"key": "name", "title": {"msgid": "Name", "params": {}}, "decimals": None, "goal": False},
            {"key": "n", "title": {"msgid": "Number", "params": {}}, "decimals": 0, "goal": True},
        ],
        "fresh_for": 3600,
        "silent_since": None,
        "why": "/api/panels/health/beds/why/?stream=province",
        "simulated": True,
    }
    assert (shown.kind, shown.monitor, shown.audience, shown.rank) == ("panel", "health", ["province"], 3)


def test_a_panel_is_computed_when_its_refresh_has_come(beds):
    assert compute() == 2
    assert compute(later=timedelta(seconds=30)) == 0
    assert compute(later=timedelta(seconds=31)) == 2
    assert len(beds.asked) == 2


def test_a_note_makes_due_the_panels_its_source_feeds(beds):
    compute()
    actions.mark_panels(realm=REALM, monitor="health", sources=["cases", "other"])
    assert compute() == 1
    assert len(beds.asked) == 2
    actions.mark_panels(realm=REALM, monitor="health")
    assert compute() == 2
    actions.mark_panels(realm=REALM, monitor="unknown")
    assert compute() == 0
    assert not PanelDirty.objects.exists()


def test_many_notes_are_one_computation_and_that_at_most_once_a_second(beds):
    for _ in range(5):
        actions.mark_panels(realm=REALM, monitor="health", sources=["cases"])
    compute()
    assert len(beds.asked) == 1
    actions.mark_panels(realm=REALM, monitor="health", sources=["cases"])
    assert panels.refresh_due(10) == 0
    assert compute() == 1


def test_only_the_province_and_watched_streams_are_computed(beds):
    watching.watch(REALM, ["unit:00001", "province"])
    compute()
    assert sorted(scope.stream for scope in beds.asked) == ["province", "unit:00001"]
    assert (beds.asked[-1].realm, tile("panel:health/beds@unit:00001").audience) == (REALM, ["unit:00001"])


def test_an_unchanged_figure_makes_no_frame_but_for_its_age(beds):
    """Within a twentieth of the limit of an hour, a minute at most, the age on the wall is right without a frame."""
    compute()
    first, told = tile().version, tile().payload["figure"]["as_of"]
    actions.mark_panels(realm=REALM, monitor="health")
    compute(later=timedelta(seconds=50))
    assert tile().version == first
    actions.mark_panels(realm=REALM, monitor="health")
    compute(later=timedelta(seconds=11))
    assert tile().version == first + 1
    assert tile().payload["figure"]["as_of"] > told
    beds.figure = {"value": 8.0}
    actions.mark_panels(realm=REALM, monitor="health")
    compute(later=timedelta(seconds=1))
    assert (tile().version, tile().payload["figure"]["value"]) == (first + 2, 8.0)


def test_a_trend_is_kept_where_the_figure_brings_none(beds):
    for value in range(30):
        beds.figure = {"value": float(value)}
        compute(later=timedelta(seconds=61))
    assert tile().payload["figure"]["trend"] == [float(v) for v in range(6, 30)]
    beds.figure = {"value": 99.0}
    actions.mark_panels(realm=REALM, monitor="health")
    compute(later=timedelta(seconds=10))
    assert tile().payload["figure"]["trend"][-1] == 29.0, "at most one value per refresh"


def test_without_a_value_the_last_one_and_its_time_are_told(beds):
    compute()
    told = tile().payload["figure"]["as_of"]
    beds.figure = {"value": None, "as_of": None}
    compute(later=timedelta(minutes=2))
    payload = tile().payload
    assert (payload["figure"]["value"], payload["figure"]["as_of"]) == (None, None)
    assert payload["last"] == {"value": 7.0, "at": told}


def test_a_panel_that_fails_keeps_its_old_tile_and_the_others_go_on(beds, monkeypatch, caplog):
    broken, fine = _register(monkeypatch, beds, Beds())
    compute()
    before = tile().payload
    broken.error = ZeroDivisionError("no beds")
    fine.figure = {"value": 1.0}
    compute(later=timedelta(minutes=2))
    state = PanelState.objects.get(panel="beds")
    assert (state.error, state.failures) == ("ZeroDivisionError('no beds')", 1)
    assert tile().payload == before
    assert tile("panel:health/visits@province").payload["figure"]["value"] == 1.0
    assert caplog.text.count("cannot be computed") == 1
    broken.error = None
    compute(later=timedelta(minutes=2))
    state.refresh_from_db()
    assert (state.error, state.failures) == ("", 0)
    assert tile().version == 2


def test_a_panel_that_goes_on_failing_is_tried_less_often(beds):
    beds.error = ValueError("x")
    for _ in range(4):
        compute(later=timedelta(minutes=2))
    state = PanelState.objects.get(panel="beds")
    wait = (state.busy_until - clock.now()).total_seconds()
    assert 14 < wait <= 16


@pytest.mark.parametrize("bad", [{"value": float("nan")}, {"rows": [{"x": object()}]}])
def test_what_json_cannot_say_is_an_error_of_the_panel(beds, bad):
    beds.figure = {"value": 1.0, **bad}
    compute()
    assert PanelState.objects.get(panel="beds").error
    assert not Tile.objects.filter(key=KEY).exists()
    beds.figure = {"value": 2.0}
    compute(later=timedelta(minutes=2))
    assert tile().payload["figure"]["value"] == 2.0


def test_a_figure_that_fails_in_the_database_is_an_error_of_the_panel(beds):
    beds.before = lambda: connection.cursor().execute("SELECT 1 / 0")
    compute()
    assert "division by zero" in PanelState.objects.get(panel="beds").error


def test_held_means_that_somebody_has_every_alert_of_that_severity_in_hand(beds):
    beds.figure = {"value": 1.0, "severity": "high"}
    held = []
    for change in (
        lambda: None,
        lambda: put("alert:a", severity="high", state="active"),
        lambda: put("alert:a", severity="high", state="acknowledged"),
        lambda: put("alert:b", severity="low", state="active"),
        lambda: put("alert:c", severity="high", state="active", monitor="tourism"),
        lambda: put("alert:d", severity="high", state="active"),
        lambda: put("alert:d", severity="high", state="active", shelved_until="2999-01-01T00:00:00Z"),
        lambda: put("alert:d", severity="high", state="active", shelved_until="2001-01-01T00:00:00Z"),
        lambda: actions.remove_tile(realm=REALM, key="alert:d"),
    ):
        change()
        actions.mark_panels(realm=REALM, monitor="health")
        compute()
        held.append(tile().payload["held"])
    assert held == [False, False, True, True, True, False, True, False, True]


def test_a_silent_source_is_told_on_its_panels_at_once_and_taken_back(beds):
    compute()
    since = clock.now(REALM)
    actions.set_source_silence(realm=REALM, source="health/cases", since=since)
    assert compute() == 1
    assert tile().payload["silent_since"].startswith(since.isoformat()[:19])
    actions.set_source_silence(realm=REALM, source="health/cases", since=None)
    compute()
    assert tile().payload["silent_since"] is None


def test_while_one_worker_computes_another_has_nothing_to_do(beds):
    assert lease.acquire(panels.LEASE, "another", lasting=timedelta(seconds=30)) is not None
    assert panels.refresh() == 0
    lease.release(panels.LEASE, "another")
    assert panels.refresh(holder="mine") == 2
    assert lease.acquire(panels.LEASE, "another", lasting=timedelta(seconds=30)) is not None, "not released"


def test_a_worker_that_died_is_replaced_and_only_the_newest_claim_counts(beds):
    def die_once():
        if len(beds.asked) == 1:
            PanelState.objects.filter(panel="beds").update(busy_until=clock.now() - timedelta(seconds=1))
            panels.refresh_due(10)  # another worker takes over; its result is written first
            beds.figure = {"value": -1.0}

    beds.before = die_once
    compute()
    assert len(beds.asked) == 2
    assert tile().version == 1
    assert tile().payload["figure"]["value"] == 7.0


def _records_change():
    actions.mark_panels(realm=REALM, monitor="health", sources=["cases"])
    panels._take_marks()


def test_records_that_change_while_a_figure_is_computed_make_it_due_again(beds):
    compute()
    beds.before = _records_change
    compute(later=timedelta(minutes=2))
    beds.before = lambda: None
    asked = len(beds.asked)
    compute()
    assert len(beds.asked) == asked + 1


def test_an_idle_look_is_a_constant_number_of_statements(beds, django_assert_num_queries):
    """Notes in a savepoint (3), watched streams (2), missing rows (1), clock (1), claim (savepoint 2, realms, rows).

    However many streams are watched; the claim's update is left out by Django when there is nothing to claim.
    """
    watching.watch(REALM, [f"unit:{n:05}" for n in range(40)])
    while compute():
        pass
    with django_assert_num_queries(11):
        panels.refresh_due(10)


def test_unwatched_streams_and_lost_panels_leave_the_wall(beds, monkeypatch):
    watching.watch(REALM, ["unit:00001"])
    compute()
    monkeypatch.setattr(watching, "LASTING", -1.0)
    watching.watch(REALM, ["unit:00001"])
    tidying.forget(REALM)
    assert Tile.objects.filter(gone=False, key__endswith="@unit:00001").count() == 2
    clock.move(REALM, timedelta(hours=2))
    assert tidying.forget(REALM) == 2
    assert not Tile.objects.filter(gone=False, key__endswith="@unit:00001").exists()
    monkeypatch.setattr("services.registry._MONITORS", {})
    assert tidying.forget(REALM) == 2
    assert not Tile.objects.filter(gone=False).exists()


def test_of_old_panel_frames_one_a_minute_is_kept_and_of_entities_all(beds):
    put("alert:a")
    relay_once()
    for n in range(12):
        beds.figure = {"value": float(n)}
        put("alert:a", n=n)
        compute(later=timedelta(seconds=20))
        actions.mark_panels(realm=REALM, monitor="health")
        relay_once()
    before = Frame.objects.filter(kind="panel", key=KEY).count()
    assert before >= 11
    assert tidying.thin(REALM) == 0
    clock.move(REALM, timedelta(hours=2))
    tidying.thin(REALM)
    kept = list(Frame.objects.filter(key=KEY).order_by("seq"))
    minutes = [frame.at.replace(second=0, microsecond=0) for frame in kept]
    assert len(set(minutes)) == len(minutes) in (4, 5)
    assert (kept[-1].payload or {})["figure"]["value"] == 11.0
    assert Frame.objects.filter(kind="alert").count() == 13


def _refresh_one():
    panels.refresh_due(1)
    connection.close()


def test_two_workers_share_out_what_is_due(transactional_db, monkeypatch):
    clock.ensure_realm(REALM)
    beds, visits = _register(monkeypatch, Beds(), Beds())
    meet = threading.Barrier(2, timeout=10)
    beds.before = visits.before = meet.wait  # each needs the other to be computed at the same time
    threads = [threading.Thread(target=_refresh_one) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(beds.asked), len(visits.asked)) == (1, 1)
