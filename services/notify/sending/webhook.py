"""Signed webhooks: JSON to a program's address, with a key that says which message it is.

``Webhook-Signature: v1=<hex>`` is HMAC-SHA256 of ``<Webhook-Timestamp>.<body>`` with the address's own key; receivers
refuse old timestamps and take a repeated ``Idempotency-Key`` for the same message.
"""

import hashlib
import hmac
import json
from typing import Any

from services.kernel import clock
from services.notify.config import config
from services.notify.models import Endpoint, Message
from services.notify.outcomes import Outcome, RefusedError
from services.notify.sending.delivery import Delivery
from services.notify.sending.guard import guarded
from services.notify.sending.http import ask

TIMEOUT = 10.0


def send(delivery: Delivery) -> Outcome:
    """Post to the person's address; any 2xx is a delivery, since the program itself answered."""
    endpoint = next((one for one in delivery.endpoints if one.kind == Endpoint.WEBHOOK), None)
    if endpoint is None:
        message = "no webhook address"
        raise RefusedError(message)
    body = json.dumps(described(delivery), ensure_ascii=False).encode()
    timestamp = str(int(clock.now(delivery.realm).timestamp()))
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "IOC-Webhook/1",
        "Idempotency-Key": delivery.key,
        "Webhook-Timestamp": timestamp,
        "Webhook-Signature": f"v1={signature(endpoint.secrets['key'], timestamp, body)}",
    }
    request = guarded("POST", endpoint.url, headers=headers, content=body, allow=config().allow)
    ask(request, repeatable=True, timeout=TIMEOUT, trust_env=False)
    return Outcome(Message.DELIVERED)


def signature(key: str, timestamp: str, body: bytes) -> str:
    """Return the signature of a body sent at ``timestamp`` (seconds since 1970), in hexadecimal."""
    return hmac.new(key.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def described(delivery: Delivery) -> dict[str, Any]:
    """Return the body."""
    message, words = delivery.first, delivery.letter
    return {
        "id": delivery.key,
        "template": message.template,
        "subject": message.subject,
        "generation": message.generation,
        "step": message.step,
        "severity": message.severity,
        "created_at": message.created_at.isoformat(),
        "to": str(delivery.person.public_id),
        "title": words.subject,
        "text": words.body,
        "url": words.url,
        "context": message.context,
    }
