"""Sending: claim with a lease, send outside the transaction, say what came of it."""

import logging
import random
import time
from datetime import timedelta
from typing import Any, Final

from django.db.models import F, Q, QuerySet

from services.kernel import clock
from services.notify.channels import CHANNELS, OUTWARD
from services.notify.models import Gateway, Message
from services.notify.outcomes import AgainError, Outcome, SendingError, UnsureError
from services.notify.planning import CLAIM, RETRY, claim, is_repeatable
from services.notify.sending import Delivery, transmit

log = logging.getLogger(__name__)
ATTEMPTS: Final = 8
TROUBLE: Final = "trouble"
LONGEST_HOLD: Final = timedelta(minutes=2)
"""How long a gateway in trouble is left alone at most, unless it names a longer time itself."""
_dice = random.SystemRandom()


def send_due(limit: int = 20) -> int:
    """Send up to ``limit`` due messages of each channel; return how many were claimed or found to wait."""
    return sum(_send_channel(channel, limit) for channel in _channels_due())


def _channels_due() -> list[str]:
    free = Q(claimed_until__isnull=True) | clock.due("claimed_until")
    waiting = Message.objects.filter(clock.due(), free, state=Message.PENDING, channel__in=OUTWARD)
    return sorted(waiting.values_list("channel", flat=True).distinct())


def _send_channel(channel: str, limit: int) -> int:
    plan = claim(channel, limit)
    started, broken, done = time.monotonic(), set[str](), plan.settled
    for delivery in plan.deliveries:
        done += len(delivery.messages)
        if delivery.realm in broken or time.monotonic() - started > CLAIM.total_seconds() / 2:
            _give_back(delivery)
        elif not _send(delivery):
            broken.add(delivery.realm)
    return done


def _send(delivery: Delivery) -> bool:
    """Send one delivery and write down what came of it; return False when its gateway is in trouble."""
    try:
        outcome = _try(delivery)
    except AgainError as error:
        _again(delivery, error)
        return not (error.whole and CHANNELS[delivery.channel].shared)
    except UnsureError as error:
        _settle(delivery, state=Message.UNKNOWN, error=str(error)[:1000])
        _failed(delivery, AgainError(str(error)))
        return False
    except SendingError as error:
        _settle(delivery, state=Message.FAILED, error=str(error)[:1000])
        _failed(delivery, error)
        return True
    _went(delivery, outcome)
    return True


def _try(delivery: Delivery) -> Outcome:
    """Send; whatever nobody foresaw is tried again where that does no harm, and unknown where it might."""
    marked = False
    try:
        _ = delivery.letter
        if not is_repeatable(delivery):
            marked = bool(_rows(delivery).update(going_out=True))
        return transmit(delivery)
    except SendingError:
        raise
    except Exception as trouble:
        log.exception("message %s not sent", delivery.key)
        said = f"{type(trouble).__name__}: {trouble}"
        raise (UnsureError(said) if marked else AgainError(said, whole=False)) from trouble


def _went(delivery: Delivery, outcome: Outcome) -> None:
    now = clock.now(delivery.realm)
    delivered = {"delivered_at": now} if outcome.state == Message.DELIVERED else {}
    _settle(
        delivery,
        state=outcome.state,
        sent_at=now,
        error=outcome.note,
        provider_id=outcome.provider_id,
        parts=outcome.parts,
        **delivered,
    )
    gateway = Gateway.objects.filter(realm=delivery.realm, channel=delivery.channel)
    gateway.filter(Q(last_success=None) | Q(last_success__lt=now - timedelta(seconds=5)) | Q(failures__gt=0)).update(
        last_success=now, failures=0
    )


def _settle(delivery: Delivery, **fields: Any) -> None:
    """Write an end. A receipt may have been quicker; a message called off meanwhile went out all the same."""
    ended = _rows(delivery).filter(state__in=(Message.PENDING, Message.VOID))
    ended.update(claimed_until=None, going_out=False, held="", **fields)
    if fields.get("provider_id"):
        _rows(delivery).filter(provider_id="").update(provider_id=fields["provider_id"])


def _again(delivery: Delivery, error: AgainError) -> None:
    now, text = clock.now(delivery.realm), str(error)[:1000]
    _failed(delivery, error)
    if delivery.first.attempts >= ATTEMPTS:
        _settle(delivery, state=Message.FAILED, error=text)
        return
    wait = max(backoff(delivery.first.attempts), error.after or timedelta(0))
    _rows(delivery).filter(state=Message.PENDING).update(
        due_at=now + wait, claimed_until=None, going_out=False, held=RETRY, error=text
    )


def backoff(attempts: int, *, first: float = 15, most: float = 3600) -> timedelta:
    """Return how long to wait after so many attempts: doubled each time, a quarter more or less by chance.

    What failed together does not come back together.
    """
    return timedelta(seconds=min(first * 2.0 ** min(attempts, 30), most) * _dice.uniform(0.75, 1.25))


def _failed(delivery: Delivery, error: SendingError) -> None:
    """Note a failure of the gateway; in trouble it is left alone for a while, longer each time."""
    now = clock.now(delivery.realm)
    rows = Gateway.objects.filter(realm=delivery.realm, channel=delivery.channel)
    rows.update(last_failure=now, error=str(error)[:1000])
    if not (isinstance(error, AgainError) and error.whole and CHANNELS[delivery.channel].shared):
        return
    rows.update(failures=F("failures") + 1)
    failures = rows.values_list("failures", flat=True).first() or 1
    wait = error.after or min(backoff(failures - 1, first=2), LONGEST_HOLD)
    rows.update(hold_until=now + wait, held=TROUBLE)


def _give_back(delivery: Delivery) -> None:
    """Give back what was claimed and not tried."""
    rows = _rows(delivery).filter(state=Message.PENDING)
    if delivery.first.attempts == 1:
        rows.update(bundle=None)
    rows.update(claimed_until=None, tried_at=None, attempts=F("attempts") - 1)


def _rows(delivery: Delivery) -> QuerySet[Message]:
    return Message.objects.filter(pk__in=[one.pk for one in delivery.messages])
