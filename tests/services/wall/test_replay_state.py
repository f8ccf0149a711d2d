"""state(t) = checkpoint + frames: for any history, any scopes, and whatever tidying did meanwhile."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.wall import checkpoints, replay
from services.wall.boards import board
from services.wall.models import Checkpoint, Frame, Tile
from tests.services.wall.kit import REALM
from tests.services.wall.past import HOUR, MINUTE, happened, now, replayed, shown

pytestmark = pytest.mark.django_db

HEALTH, SCHOOLS = "department:so-y-te", "department:so-gddt"
SCOPES = (("province",), (HEALTH,), (HEALTH, SCHOOLS))
AUDIENCES = (["province"], ["province", HEALTH], ["province", SCHOOLS], ["province", HEALTH, SCHOOLS])

moves = st.lists(
    st.tuples(
        st.sampled_from(["put", "put", "put", "gone"]),
        st.sampled_from([f"alert:{n}" for n in range(4)] + [f"ticket:{n}" for n in range(2)]),
        st.sampled_from(AUDIENCES),
        st.integers(0, 4),
    ),
    min_size=1,
    max_size=5,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
@pytest.mark.slow
def test_a_snapshot_of_any_moment_and_the_frames_since_are_the_snapshot_of_now(data):
    """Raised, changed, moved to others, gone, raised again; with checkpoints in between or without."""
    Tile.objects.all().delete()
    Frame.objects.all().delete()
    Checkpoint.objects.all().delete()
    history = data.draw(st.lists(moves, min_size=1, max_size=6))
    checkpointed = data.draw(st.sets(st.integers(0, len(history) - 1), max_size=3))
    begun = now() - len(history) * HOUR
    happened(begun - MINUTE, {"key": "alert:0"})
    live = {}
    for hour, done in enumerate(history):
        at = begun + hour * HOUR
        for deed, key, audience, rank in done:
            if deed == "gone":
                happened(at, gone=[key])
            else:
                happened(at, {"key": key, "audience": audience, "rank": rank, "draw": rank})
        live[hour] = {scopes: shown(scopes) for scopes in SCOPES}
        if hour in checkpointed:
            checkpoints.make(REALM, at + MINUTE)
    hour = data.draw(st.integers(0, len(history) - 1))
    at, steps = begun + hour * HOUR + 30 * MINUTE, data.draw(st.integers(1, 4))
    for scopes in SCOPES:
        assert shown(scopes, at) == live[hour][scopes]
        client = replayed(scopes, at, now(), steps=steps)
        assert (client.tiles, client.gaps) == (shown(scopes), 0)


def test_a_moment_shows_each_tile_as_it_was_last_framed_by_then():
    at = now() - 3 * HOUR
    happened(at, {"key": "alert:a", "draw": 1})
    happened(at + HOUR, {"key": "alert:a", "draw": 2}, {"key": "alert:b"})
    happened(at + 2 * HOUR, gone=["alert:a"])
    assert {key: payload.get("draw") for key, (_, payload) in shown(at=at).items()} == {"alert:a": 1}
    assert {key: payload.get("draw") for key, (_, payload) in shown(at=at + 119 * MINUTE).items()} == {
        "alert:a": 2,
        "alert:b": None,
    }
    assert list(shown(at=at + 2 * HOUR)) == ["alert:b"]


def test_what_left_a_readers_streams_by_then_is_not_in_the_readers_past():
    at = now() - 3 * HOUR
    happened(at, {"key": "alert:a", "audience": ["province", HEALTH]})
    happened(at + HOUR, {"key": "alert:a", "audience": ["province", SCHOOLS]})
    assert list(shown((HEALTH,), at)) == ["alert:a"]
    assert shown((HEALTH,), at + HOUR) == {}
    assert list(shown((SCHOOLS,), at + HOUR)) == ["alert:a"]
    assert replayed((HEALTH,), at, now()).tiles == {}


def test_the_worst_come_first_and_totals_count_all_at_that_moment():
    at = now() - HOUR
    late, early = (at + MINUTE).isoformat(), (at - MINUTE).isoformat()
    happened(
        at,
        {"key": "alert:mild", "severity": "low"},
        {"key": "alert:bad", "severity": "critical", "shelved_until": late},
        {"key": "alert:was-shelved", "severity": "high", "shelved_until": early},
        {"key": "ticket:late", "state": "new", "due_at": early},
        {"key": "ticket:in-time", "state": "new", "due_at": late},
    )
    shot = replay.state_at(REALM, board("overview"), ["province"], at, limit=2)
    assert shot.totals == ('{"alerts" : {"open" : 3, "unacknowledged" : 2}, "tickets" : {"open" : 2, "overdue" : 1}}')
    assert shot.more
    assert list(shown(at=at))[:2] == ["alert:bad", "alert:was-shelved"]
    assert "alert:mild" not in shot.tiles


def test_a_moment_takes_two_statements_however_long_the_past_is():
    begun = now() - 40 * HOUR
    for hour in range(20):
        happened(begun + hour * HOUR, {"key": f"alert:{hour}"})
    checkpoints.make(REALM, begun + 10 * HOUR)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        replay.state_at(REALM, board("overview"), ["province"], begun + 12 * HOUR)
    assert len(asked) == 2
    Frame.objects.filter(at__lte=begun + 10 * HOUR).delete()  # what a checkpoint holds needs no frame any more
    assert len(shown(at=begun + 12 * HOUR)) == 13


def test_a_checkpoint_is_made_every_six_hours_or_20000_frames(monkeypatch):
    begun = now() - 7 * HOUR
    happened(begun, {"key": "alert:a"})
    assert checkpoints.keep_up(REALM) == 1
    happened(now() - MINUTE / 2, {"key": "alert:b"})
    assert checkpoints.keep_up(REALM) == 0
    monkeypatch.setattr(checkpoints, "SETTLED", timedelta(0))
    monkeypatch.setattr(checkpoints, "FRAMES", 1)
    happened(now(), {"key": "alert:c"})
    assert checkpoints.keep_up(REALM) == 3
