"""What each of the centre's programs does in one turn, as its tasks do it."""

from collections.abc import Callable

from services.intake.evaluation import evaluate_due
from services.notify import outbox
from services.tickets import engine, following
from services.wall.relayloop import RelayLoop

_relay: list[RelayLoop] = []


def sweep() -> None:
    """Turn alerts into tickets and let ladders climb."""
    following.follow_alerts()
    engine.fire_timers()


def relay() -> None:
    """Frame what is dirty, once the lease is free."""
    if not _relay:
        _relay.append(RelayLoop())
    _relay[0].turn()


ROLES: dict[str, Callable[[], object]] = {
    "sweeper": sweep,
    "sender": outbox.send_due,
    "relay": relay,
    "worker": evaluate_due,
}
