"""What the wall's tests share: tiles to put, a relay to step by hand, and the state that a client would hold."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from services.kernel import lease
from services.wall import actions
from services.wall.relay import LEASE, relay_realm

REALM = "demo"
START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


def put(key: str, *, audience: Any = ("province",), rank: int = 2, monitor: str = "health", **payload: Any) -> None:
    """Put an alert's tile (a panel's or ticket's when the key says so)."""
    actions.put_tile(**spec(key, audience=audience, rank=rank, monitor=monitor, **payload))


def spec(
    key: str, *, audience: Any = ("province",), rank: int = 2, monitor: str = "health", **payload: Any
) -> dict[str, Any]:
    kind = key.partition(":")[0]
    since = payload.pop("since", START)
    realm = payload.pop("realm", REALM)
    content = {"kind": kind, "monitor": monitor, "state": "active", "opened_at": since.isoformat(), **payload}
    return {
        "realm": realm,
        "key": key,
        "kind": kind,
        "monitor": monitor,
        "payload": content,
        "audience": list(audience),
        "rank": rank,
        "since": since,
    }


def term() -> int:
    """Return the term of a lease that this test holds."""
    taken = lease.acquire(LEASE, "test", lasting=timedelta(minutes=5))
    assert taken is not None, "another relay holds the lease"
    return taken


def relay_once(realm: str = REALM, *, limit: int = 500) -> int:
    """Frame what is dirty and return how many frames that were."""
    return relay_realm(realm, term=term(), limit=limit).frames


@dataclass
class Client:
    """What a well-behaved client knows: the rules of the protocol, and nothing else."""

    epoch: str | None = None
    seq: int = 0
    tiles: dict[str, tuple[int, Any]] = field(default_factory=dict)
    applied: list[int] = field(default_factory=list)
    snapshots: int = 0
    gaps: int = 0

    def take(self, message: dict[str, Any]) -> None:
        """Apply one message; a gap is counted, and nothing after it is believed until the next snapshot."""
        if message["type"] == "snapshot":
            self.epoch, self.seq = message["epoch"], message["seq"]
            self.tiles = {t["key"]: (t["version"], t["payload"]) for t in message["tiles"]}
            self.snapshots += 1
        elif message["type"] == "heartbeat":
            assert message["epoch"] == self.epoch
            if message["seq"] > self.seq:
                self.gaps += 1
        elif message["seq"] > self.seq:
            self._frame(message)

    def _frame(self, message: dict[str, Any]) -> None:
        assert message["epoch"] == self.epoch
        if message["prev"] > self.seq:
            self.gaps += 1
            return
        self.seq = message["seq"]
        self.applied.append(self.seq)
        tile = message["tile"]
        if tile.get("gone"):
            self.tiles.pop(tile["key"], None)
        else:
            self.tiles[tile["key"]] = (tile["version"], tile["payload"])
