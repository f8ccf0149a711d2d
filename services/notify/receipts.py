"""What a gateway says afterwards: a message it took arrived, or did not."""

import hashlib
import hmac
import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from services.kernel import clock
from services.kernel.models import LIVE
from services.notify.config import SmsGateway, ZaloAccount
from services.notify.models import Message

OPEN = (Message.PENDING, Message.SENT, Message.UNKNOWN, Message.VOID)
"""States that a receipt ends; the first one counts."""
ARRIVED = "user_received_message"


def receive(*, channel: str, name: str, delivered: bool, said: str = "") -> int:
    """Note a receipt for the message that the gateway knows by ``name`` (its own number or ours); return how many rows.

    A bundle's messages all have it. Receipts may come twice, late, or before the sender could write down its answer.
    """
    known = Q(provider_id=name)
    with suppress(ValueError):
        known |= Q(bundle=UUID(name)) | Q(public_id=UUID(name))
    if not name:
        return 0
    now = clock.now(LIVE)
    with transaction.atomic():
        rows = Message.objects.filter(known, realm=LIVE, channel=channel)
        found = list(rows.select_for_update().values_list("pk", flat=True))
        fields: dict[str, Any] = {"state": Message.FAILED, "error": said[:1000]}
        if delivered:
            fields = {"state": Message.DELIVERED, "delivered_at": now, "error": ""}
        open_ones = Message.objects.filter(pk__in=found, state__in=OPEN)
        open_ones.update(**fields, claimed_until=None, going_out=False, held="")
    return len(found)


def sms_verdict(gateway: SmsGateway, given: Mapping[str, Any]) -> tuple[str, bool | None]:
    """Return whom a receipt is for and what it says: True arrived, False did not, None still on its way."""
    name, state = str(given.get(gateway.receipt_id, "")), str(given.get(gateway.receipt_state, ""))
    if re.search(gateway.receipt_delivered, state):
        return name, True
    return name, False if re.search(gateway.receipt_failed, state) else None


def sms_token_fits(gateway: SmsGateway, given: str) -> bool:
    """Compare a secret in constant time; a gateway without one has no receipts."""
    return bool(gateway.receipt_token) and hmac.compare_digest(gateway.receipt_token.encode(), given.encode())


def zalo_signature_fits(account: ZaloAccount, body: bytes, timestamp: str, given: str) -> bool:
    """Compare ``X-ZEvent-Signature``: SHA-256 of application id, body, timestamp and the official account's secret."""
    if not account.oa_secret:
        return False
    parts = (account.app_id.encode(), body, timestamp.encode(), account.oa_secret.encode())
    expected = hashlib.sha256(b"".join(parts)).hexdigest()
    return hmac.compare_digest(expected.encode(), given.removeprefix("mac=").encode())


def zalo_verdict(event: Mapping[str, Any]) -> tuple[str, bool | None]:
    """Return whom an event is for and whether it says that a message arrived."""
    message = event.get("message")
    told = message if isinstance(message, Mapping) else {}
    return str(told.get("tracking_id") or told.get("msg_id") or ""), True if event.get(
        "event_name"
    ) == ARRIVED else None
