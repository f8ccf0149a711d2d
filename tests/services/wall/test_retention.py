"""What tidying takes from the past, and what it must leave: whoever resumes, and every moment of ninety days."""

from datetime import timedelta

import pytest
from django.db import connection

from services.contract import Figure, Monitor, Panel, Scope
from services.kernel import clock
from services.kernel.partitions import ensure_months
from services.wall import checkpoints, history, retention, tidying
from services.wall.boards import board
from services.wall.models import Checkpoint, Frame
from tests.services.wall.kit import REALM, Client, put
from tests.services.wall.past import HOUR, MINUTE, framed_at, happened, now, shown

pytestmark = pytest.mark.django_db

DEPARTMENT = "department:so-y-te"
DAY = timedelta(days=1)


def _nothing(scope: Scope) -> Figure:
    raise NotImplementedError


@pytest.fixture
def health(monkeypatch):
    panels = (Panel("beds", "Free beds", "number", _nothing, (), key=True),)
    monitors = {"health": Monitor("health", "Health", "x", 4, (), (), panels)}
    monkeypatch.setattr("services.registry._MONITORS", monitors)


def figure(stream, value):
    return {"key": f"panel:health/beds@{stream}", "audience": [stream], "chart": "number", "figure": {"value": value}}


def resumed(scopes, epoch, seq, tiles):
    """Return what a client holds that had ``tiles`` at ``seq`` and resumes from stored frames."""
    client = Client(epoch, seq, dict(tiles))
    for frame in history.frames_after(REALM, epoch, seq, limit=1000, scopes=scopes):
        tile = {"key": frame.key, "version": frame.version, "gone": True}
        if not frame.gone:
            payload = Frame.objects.get(seq=frame.seq).payload
            tile = {"key": frame.key, "version": frame.version, "payload": payload}
            if frame.version < client.tiles.get(frame.key, (0,))[0]:
                continue  # as the browser does: an older version changes nothing
        client.take({"type": "frame", "epoch": epoch, "seq": frame.seq, "prev": client.seq, "tile": tile})
    return client.tiles


@pytest.mark.parametrize("scope", ["province", DEPARTMENT])
def test_a_wall_that_resumes_after_thinning_ends_with_what_is_shown_now(health, scope):
    """Its department's figure changed two hours ago, went, came back and never changed since."""
    at = now() - 3 * HOUR
    happened(at, figure("province", 0), figure(DEPARTMENT, 0), {"key": "alert:a"})
    head, before = Frame.objects.latest("seq"), shown((scope,))
    for n in range(1, 4):
        happened(at + HOUR + n * MINUTE / 10, figure("province", n), figure(DEPARTMENT, n))
    happened(at + HOUR + MINUTE / 2, gone=[f"panel:health/beds@{scope}"])
    happened(at + HOUR + MINUTE * 0.6, figure("province", 7), figure(DEPARTMENT, 7))
    assert tidying.thin(REALM) > 0
    assert resumed((scope,), head.epoch, head.seq, before) == shown((scope,))
    assert tidying.thin(REALM) == 0


def test_the_last_hour_is_left_whole(health):
    for n in range(5):
        happened(now() - 50 * MINUTE + n * MINUTE / 10, figure("province", n))
    assert tidying.thin(REALM) == 0
    assert Frame.objects.count() == 5


def test_frames_of_alerts_and_tickets_are_all_kept(health):
    for n in range(5):
        happened(now() - 3 * HOUR + n * MINUTE / 10, {"key": "alert:a", "n": n}, {"key": "ticket:a", "n": n})
    tidying.thin(REALM)
    assert Frame.objects.count() == 10


def test_after_ninety_days_only_what_later_moments_need_is_left():
    begun = now() - 100 * DAY
    happened(begun, {"key": "alert:still-open"}, {"key": "alert:closed"})
    happened(begun + DAY, {"key": "alert:still-open", "n": 2}, gone=["alert:closed"])
    checkpoints.make(REALM, begun + 2 * DAY)
    happened(begun + 3 * DAY, {"key": "alert:later"})
    checkpoints.make(REALM, begun + 4 * DAY)
    happened(begun + 20 * DAY, {"key": "alert:new"})
    earliest = shown(at=now() - 89 * DAY)
    assert retention.forget_past(REALM) == 5 + 1
    assert shown(at=now() - 89 * DAY) == earliest
    assert set(earliest) == {"alert:still-open", "alert:later"}
    assert Frame.objects.values_list("key", flat=True).get() == "alert:new"
    assert retention.forget_past(REALM) == 0


def test_without_a_checkpoint_before_it_nothing_of_the_past_is_deleted():
    happened(now() - 100 * DAY, {"key": "alert:still-open"})
    assert retention.forget_past(REALM) == 0
    assert set(shown(at=now() - DAY)) == {"alert:still-open"}


def months():
    with connection.cursor() as cursor:
        cursor.execute("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'wall_frame'::regclass")
        return {row[0] for row in cursor.fetchall()}


def test_months_that_no_realm_needs_are_dropped(health):
    old = now() - 200 * DAY
    ensure_months("wall_frame", "at", today=old.date(), ahead=0)
    name = f"wall_frame_{old:%Y_%m}"
    assert name in months()
    put("alert:a", realm="drill-1")
    clock.ensure_realm("drill-1")
    clock.move("drill-1", -200 * DAY)
    assert retention.drop_partitions() == []  # the drill lives in that month
    clock.move("drill-1", 200 * DAY)
    framed_at(now())
    assert name in retention.drop_partitions()
    assert name not in months()
    assert "wall_frame_default" in months()


def test_a_checkpoint_does_for_the_frames_before_it(health):
    at = now() - 10 * HOUR
    happened(at, figure("province", 1), figure(DEPARTMENT, 1), {"key": "alert:a"})
    checkpoints.make(REALM, at + HOUR)
    whole = {scope: shown((scope,), at + 2 * HOUR) for scope in ("province", DEPARTMENT)}
    Frame.objects.all().delete()
    assert {scope: shown((scope,), at + 2 * HOUR) for scope in whole} == whole
    assert Checkpoint.objects.count() == 3
    assert board("overview").panels == {"health/beds"}
