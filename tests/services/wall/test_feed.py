import asyncio
import json
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.frames import Frame
from websockets.protocol import Protocol, Side, State

from services.wall import feed as feeds
from services.wall.boards import Board
from services.wall.catchup import TOGETHER, _parts
from services.wall.feed import Feed, Wall
from services.wall.history import Standing
from services.wall.outlet import Outlet
from services.wall.relay import SentFrame
from services.wall.visitors import Visitor

NOW = datetime(2026, 3, 2, tzinfo=UTC)
EVERYTHING = Board("overview", {"msgid": "Overview"}, None, (), frozenset())


def frame(seq, *, audience=("province",), left=(), tile="{}"):
    return SentFrame(seq, "alert", "health", f"alert:{seq}", audience, left, gone=False, version=1, tile=tile)


def feed_at(seq):
    return Feed("demo", Standing("e", seq, NOW, 0.0))


def test_only_the_next_frame_is_applied_and_one_applied_twice_counts_once():
    feed = feed_at(4)
    assert feed.apply("e", [frame(5)])
    assert feed.apply("e", [frame(5)])
    assert not feed.apply("e", [frame(7)])
    assert not feed.apply("another", [frame(6)])
    assert (feed.seq, feed.covers(4), feed.covers(3)) == (5, True, False)


class Line:
    """A server's connection: what it is handed as ready bytes, and as messages while its door says no."""

    def __init__(self, *, open_door=True):
        self.open_door = open_door
        self.bytes, self.texts = [], []

    def hand_over(self, data):
        if self.open_door:
            self.bytes.append(data)
        return self.open_door

    async def send(self, message):
        self.texts.append(message["text"])


def wall_at(feed, line, *scopes):
    wall = Wall(Visitor("session", 1, 1, scopes or ("province",)), "demo", EVERYTHING, line.send, line.hand_over)
    wall.outlet = Outlet(line.send, None, line.hand_over)  # type: ignore[arg-type]
    feed.register(wall)
    return wall


def test_frames_that_come_together_are_one_write_and_none_of_another_department_is_in_it():
    feed, everything, mine = feed_at(0), Line(), Line()
    wall_at(feed, everything)
    wall_at(feed, mine, "department:b")
    told = [frame(1), frame(2, audience=("province", "department:b")), frame(3, left=("department:b",)), frame(4)]
    assert feed.apply("e", told)
    assert [texts_of(data) for data in everything.bytes] == [[(1, 0), (2, 1), (3, 2), (4, 3)]]
    assert [texts_of(data) for data in mine.bytes] == [[(2, 0), (3, 2)]]
    assert b'"gone": true' in mine.bytes[0]
    assert everything.texts == []


def test_a_closed_door_is_passed_by_sending_one_message_after_the_other():
    feed, line = feed_at(0), Line(open_door=False)
    wall_at(feed, line)
    feed.apply("e", [frame(1), frame(2)])
    line.open_door = True
    feed.apply("e", [frame(3)])
    assert [json.loads(text)["seq"] for text in line.texts] == [1, 2]
    assert [texts_of(data) for data in line.bytes] == [[(3, 2)]]


def test_of_frames_with_a_hole_those_before_it_are_sent():
    feed, line = feed_at(0), Line()
    wall_at(feed, line)
    assert not feed.apply("e", [frame(1), frame(2), frame(4)])
    assert (feed.seq, [texts_of(data) for data in line.bytes]) == (2, [[(1, 0), (2, 1)]])


def texts_of(data):
    """Return (seq, prev) of each message in bytes as they go over the wire, as the websockets library reads them."""
    client = Protocol(Side.CLIENT, state=State.OPEN)
    client.receive_data(data)
    said = [json.loads(bytes(event.data)) for event in client.events_received() if isinstance(event, Frame)]
    return [(message["seq"], message["prev"]) for message in said]


@given(sizes=st.lists(st.integers(0, 3 * TOGETHER // 2), max_size=60))
def test_a_long_run_of_frames_is_cut_into_pieces_without_losing_or_moving_any(sizes):
    frames = [frame(number, tile="x" * size) for number, size in enumerate(sizes)]
    parts = list(_parts(frames))
    assert [one for part in parts for one in part] == frames
    assert all(len(part) == 1 or sum(len(one.tile) for one in part) <= TOGETHER for part in parts)
    whole = [sum(len(one.tile) for one in (*part, after[0])) for part, after in pairwise(parts)]
    assert all(size > TOGETHER for size in whole), "a piece could have taken the next frame too"


@pytest.mark.parametrize("limit,value", [("RING", 3), ("RING_SIZE", 30)])
def test_the_ring_remembers_so_many_frames_and_so_much_of_them(monkeypatch, limit, value):
    monkeypatch.setattr(feeds, limit, value)
    feed = feed_at(0)
    for seq in range(1, 11):
        feed.apply("e", [frame(seq, tile='"12345678"')])
    assert [feed.covers(seq) for seq in (6, 7, 8, 10, 11)] == [False, True, True, True, False]
    assert len(feed.since(7, feed.stream(EVERYTHING, ("province",)))) == 3


def test_a_new_stream_knows_the_last_frame_that_concerned_it():
    feed = feed_at(0)
    feed.apply("e", [frame(1, audience=("unit:1", "province"))])
    feed.apply("e", [frame(2, audience=("unit:2", "province"), left=("unit:3",))])
    feed.apply("e", [frame(3, audience=("unit:4",))])
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
        assert feed.apply("e", [frame(1)])
        assert stream.last == 0, "a forgotten stream is encoded no more"

    asyncio.run(scene())
