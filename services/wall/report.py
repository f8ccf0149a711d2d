"""What a report of an incident is made of: the recorded wall from one moment to another, as its reader may see it."""

import json
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from services.contract import SEVERITIES
from services.wall.annotations import annotations
from services.wall.boards import OVERVIEW, Board, panel_of
from services.wall.feed import Stream
from services.wall.history import Snapshot
from services.wall.incident import Event, Story
from services.wall.replay import PastFrame, frames_between, state_at

LONGEST = timedelta(days=7)
FRAMES = 50_000
"""Frames read for one report; what lies behind them is said to be missing."""
ENTITIES = 10_000
BARS = 48


@dataclass(frozen=True, slots=True)
class PastFigure:
    """A figure over the time of the report: its panel as it was at the end, and the values it showed, oldest first."""

    panel: dict[str, Any]
    before: float | None
    values: list[tuple[datetime, float]]


@dataclass(frozen=True, slots=True)
class Report:
    """Everything the page shows. ``cut`` is the instant after which events are missing, None when all are there."""

    board: Board
    since: datetime
    until: datetime
    before: dict[str, Any]
    after: dict[str, Any]
    opened: dict[str, int]
    deeds: Counter[tuple[str, str]]
    events: list[Event]
    notes: list[dict[str, Any]]
    figures: list[PastFigure]
    bars: list[int]
    cut: datetime | None


def report(realm: str, board: Board, scopes: Collection[str], since: datetime, until: datetime) -> Report:
    """Return the report of a span of the past; seven statements whatever happened in it."""
    first = state_at(realm, board, scopes, since, limit=ENTITIES)
    last = state_at(realm, board, scopes, until, limit=ENTITIES)
    frames = frames_between(realm, scopes, (since, first.seq), until, limit=FRAMES)
    stream = Stream(board, tuple(sorted(scopes)))
    story = Story(since, {t["key"]: t["payload"] for t in json.loads(first.tiles) if t["payload"]["kind"] != "panel"})
    values: dict[str, list[tuple[datetime, float]]] = {}
    for past in frames:
        _take(past, stream, story, values)
    story.pass_deadlines(until)
    events = story.told()
    boards = {board.slug, OVERVIEW} if board.monitor is None else {board.slug}
    return Report(
        board=board,
        since=since,
        until=until,
        before=json.loads(first.totals),
        after=json.loads(last.totals),
        opened=_opened(events),
        deeds=Counter((event.kind, event.deed) for event in events),
        events=events,
        notes=annotations(realm, boards, scopes, since, until),
        figures=_figures(board, first, last, values),
        bars=_bars(events, since, until),
        cut=frames[-1].at if len(frames) == FRAMES else None,
    )


def _take(past: PastFrame, stream: Stream, story: Story, values: dict[str, list[tuple[datetime, float]]]) -> None:
    text = stream.tile_of(past.frame)
    if text is None:
        return
    payload = json.loads(text).get("payload")
    if past.frame.kind != "panel":
        story.take(past.at, past.frame.key, payload)
    elif payload and payload["figure"]["value"] is not None:
        values.setdefault(past.frame.key, []).append((past.at, float(payload["figure"]["value"])))


def _opened(events: list[Event]) -> dict[str, int]:
    """Return how many alerts were opened by severity, the worst first."""
    found = Counter(event.severity for event in events if event.kind == "alert" and event.deed == "opened")
    return {severity: found[severity] for severity in reversed(SEVERITIES)}


def _figures(
    board: Board, first: Snapshot, last: Snapshot, values: dict[str, list[tuple[datetime, float]]]
) -> list[PastFigure]:
    before = {tile["key"]: tile["payload"] for tile in json.loads(first.tiles)}
    found = [
        PastFigure(tile["payload"], _value(before.get(tile["key"])), values.get(tile["key"], []))
        for tile in json.loads(last.tiles)
        if tile["payload"]["kind"] == "panel" and tile["payload"]["figure"]["value"] is not None
    ]
    order = sorted(board.panels)
    return sorted(found, key=lambda one: order.index(panel_of(f"{one.panel['monitor']}/{one.panel['panel']}")))


def _value(panel: dict[str, Any] | None) -> float | None:
    return panel["figure"]["value"] if panel else None


def _bars(events: list[Event], since: datetime, until: datetime) -> list[int]:
    """Return how many alerts were opened in each of equal parts of the time."""
    counts = [0] * BARS
    for event in events:
        if event.kind == "alert" and event.deed == "opened":
            counts[min(BARS - 1, int(BARS * ((event.at - since) / (until - since))))] += 1
    return counts
