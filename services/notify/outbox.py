"""Sending: claim with a lease, send outside the transaction, say what came of it."""

import logging
from datetime import timedelta

from django.db import transaction
from django.db.models import Q

from services.kernel import clock
from services.kernel.claim import claim_due
from services.notify.models import Message
from services.notify.senders import SENDERS

log = logging.getLogger(__name__)
CLAIM = timedelta(minutes=2)
"""A sender that dies loses its messages to the next one after this long."""
ATTEMPTS = 8


def send_due(limit: int = 20) -> int:
    """Send up to ``limit`` due messages; return how many were claimed."""
    claimed = _claim(limit)
    for message in claimed:
        _send(message)
    return len(claimed)


def _claim(limit: int) -> list[Message]:
    with transaction.atomic():
        free = Q(claimed_until__isnull=True) | clock.due("claimed_until")
        messages = claim_due(Message.objects.filter(free, state=Message.PENDING), limit=limit)
        for message in messages:
            message.claimed_until = clock.now(message.realm) + CLAIM
            message.attempts += 1
            message.save(update_fields=["claimed_until", "attempts"])
    return messages


def _send(message: Message) -> None:
    try:
        state, error = SENDERS[message.channel](message), ""
    except Exception as trouble:
        log.exception("message %s not sent", message.public_id)
        state, error = Message.FAILED, f"{type(trouble).__name__}: {trouble}"[:1000]
    now = clock.now(message.realm)
    mine = Message.objects.filter(pk=message.pk, state__in=(Message.PENDING, Message.VOID))
    if state != Message.FAILED:
        mine.update(state=state, sent_at=now, claimed_until=None, error="")
    elif message.attempts >= ATTEMPTS:
        mine.update(state=Message.FAILED, claimed_until=None, error=error)
    else:
        later = now + timedelta(seconds=min(15 * 2**message.attempts, 3600))
        mine.filter(state=Message.PENDING).update(due_at=later, claimed_until=None, error=error)
