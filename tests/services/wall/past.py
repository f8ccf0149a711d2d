"""A realm with a past: tiles written and framed at chosen instants, and what a client saw of them."""

import json
from datetime import timedelta

from services.kernel import clock
from services.wall import actions, history, replay
from services.wall.boards import board
from services.wall.feed import Stream
from services.wall.models import Frame
from services.wall.player import latest_of_each
from tests.services.wall.kit import REALM, Client, put, relay_once

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


def framed_at(at):
    """Frame what is dirty, as if the relay had done so at ``at``."""
    before = set(Frame.objects.values_list("pk", flat=True))
    relay_once()
    Frame.objects.exclude(pk__in=before).update(at=at)


def happened(at, *puts, gone=()):
    """Put tiles (keyword arguments of ``put``) and remove others at an instant."""
    for wanted in puts:
        put(**wanted)
    actions.remove_tiles(realm=REALM, keys=gone)
    framed_at(at)


def now():
    return clock.now(REALM)


def shown(scopes=("province",), at=None, slug="overview"):
    """Return the tiles (key → version and payload) of a snapshot: now, or of a moment."""
    shot = (
        history.snapshot(REALM, board(slug), scopes) if at is None else replay.state_at(REALM, board(slug), scopes, at)
    )
    return {tile["key"]: (tile["version"], tile["payload"]) for tile in json.loads(shot.tiles)}


def replayed(scopes, since, until, *, steps=1, slug="overview"):
    """Return what a client holds at ``until`` that got a snapshot of ``since`` and then frames in so many steps."""
    stream = Stream(board(slug), tuple(scopes))
    shot = replay.state_at(REALM, stream.board, scopes, since)
    client = Client()
    client.take({"type": "snapshot", "epoch": shot.epoch, "seq": shot.seq, "tiles": json.loads(shot.tiles)})
    frames = list(replay.frames_between(REALM, scopes, (since, shot.seq), until, limit=100_000))
    size = max(1, -(-len(frames) // steps))
    for start in range(0, len(frames), size):
        for past in latest_of_each(frames[start : start + size]):
            tile = stream.tile_of(past.frame)
            if tile is not None:
                message = {"type": "frame", "epoch": past.epoch, "seq": past.frame.seq, "prev": client.seq}
                client.take({**message, "tile": json.loads(tile)})
    return client
