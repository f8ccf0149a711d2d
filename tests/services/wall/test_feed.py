import asyncio
from datetime import UTC, datetime

import pytest

from services.wall import feed as feeds
from services.wall.boards import Board
from services.wall.feed import Feed
from services.wall.history import Standing
from services.wall.outlet import Outlet
from services.wall.relay import SentFrame

NOW = datetime(2026, 3, 2, tzinfo=UTC)
EVERYTHING = Board("overview", {"msgid": "Overview"}, None, (), frozenset())


def frame(seq, *, audience=("province",), left=(), tile="{}"):
    return SentFrame(seq, "alert", "health", f"alert:{seq}", audience, left, gone=False, version=1, tile=tile)


def feed_at(seq):
    return Feed("demo", Standing("e", seq, NOW, 0.0))


def test_only_the_next_frame_is_applied_and_one_applied_twice_counts_once():
    feed = feed_at(4)
    assert feed.apply("e", frame(5))
    assert feed.apply("e", frame(5))
    assert not feed.apply("e", frame(7))
    assert not feed.apply("another", frame(6))
    assert (feed.seq, feed.covers(4), feed.covers(3)) == (5, True, False)


@pytest.mark.parametrize("limit,value", [("RING", 3), ("RING_SIZE", 30)])
def test_the_ring_remembers_so_many_frames_and_so_much_of_them(monkeypatch, limit, value):
    monkeypatch.setattr(feeds, limit, value)
    feed = feed_at(0)
    for seq in range(1, 11):
        feed.apply("e", frame(seq, tile='"12345678"'))
    assert [feed.covers(seq) for seq in (6, 7, 8, 10, 11)] == [False, True, True, True, False]
    assert len(feed.since(7, feed.stream(EVERYTHING, ("province",)))) == 3


def test_a_new_stream_knows_the_last_frame_that_concerned_it():
    feed = feed_at(0)
    feed.apply("e", frame(1, audience=("unit:1", "province")))
    feed.apply("e", frame(2, audience=("unit:2", "province"), left=("unit:3",)))
    feed.apply("e", frame(3, audience=("unit:4",)))
    found = {scope: feed.stream(EVERYTHING, (scope,)).last for scope in ("province", "unit:1", "unit:3", "unit:9")}
    assert found == {"province": 2, "unit:1": 1, "unit:3": 2, "unit:9": 0}


def test_streams_nobody_watches_are_forgotten_at_the_second_sweep():
    async def scene():
        feed = feed_at(0)
        stream = feed.stream(EVERYTHING, ("province",))
        outlet = Outlet(None, None)  # type: ignore[arg-type]
        stream.outlets[outlet] = None
        for _ in range(3):
            feed.sweep()
        assert (list(feed.streams.values()), feed.scopes, feed.is_watched) == ([stream], {"province"}, True)
        del stream.outlets[outlet]
        feed.sweep()
        assert feed.streams
        feed.sweep()
        assert not feed.streams
        assert feed.apply("e", frame(1))
        assert stream.last == 0, "a forgotten stream is encoded no more"

    asyncio.run(scene())
