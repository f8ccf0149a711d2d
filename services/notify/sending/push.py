"""Browser notifications by web push. The tag is the message's key, so one sent again replaces itself on the screen."""

import json
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from django.conf import settings

from services.kernel import clock
from services.kernel.models import LIVE
from services.notify.config import config
from services.notify.models import Endpoint, Message
from services.notify.outcomes import Outcome, RefusedError, SendingError
from services.notify.rules import CRITICAL
from services.notify.sending.delivery import Delivery
from services.notify.sending.guard import guarded
from services.notify.sending.http import ask
from services.notify.vapid import vapid_key
from services.notify.webpush import authorization, browser_of, encrypt

TIMEOUT = 10.0
TTL = timedelta(days=1)
"""How long a push service keeps a message for a browser that is off."""
GONE = (str(HTTPStatus.NOT_FOUND.value), str(HTTPStatus.GONE.value))


def send(delivery: Delivery) -> Outcome:
    """Send to each of the person's browsers; one that takes it is enough. Subscriptions that ended are forgotten."""
    text = json.dumps(described(delivery), ensure_ascii=False).encode()
    failures: list[SendingError] = []
    taken = 0
    for endpoint in (one for one in delivery.endpoints if one.kind == Endpoint.PUSH):
        try:
            _send_one(endpoint, text, delivery)
            taken += 1
        except RefusedError as error:
            if str(error).startswith(GONE):
                Endpoint.objects.filter(pk=endpoint.pk).delete()
            failures.append(error)
        except SendingError as error:
            failures.append(error)
    if taken:
        return Outcome(Message.SENT)
    message = "no browser takes notifications"
    waiting = [error for error in failures if not isinstance(error, RefusedError)]
    raise (waiting or failures or [RefusedError(message)])[0]


def described(delivery: Delivery) -> dict[str, Any]:
    """Return what the browser is told: ``url`` is opened by a click."""
    words = delivery.letter
    return {
        "tag": delivery.key,
        "title": words.subject[:200],
        "body": words.short[:400],
        "url": words.url.removeprefix(settings.IOC_PUBLIC_URL) or "/",
        "urgent": delivery.first.severity == CRITICAL,
    }


def _send_one(endpoint: Endpoint, text: bytes, delivery: Delivery) -> None:
    expires = int(clock.now(LIVE).timestamp()) + 12 * 3600
    contact = config().contact or settings.IOC_PUBLIC_URL
    browser = browser_of(endpoint.secrets["p256dh"], endpoint.secrets["auth"])
    headers = {
        "Authorization": authorization(endpoint.url, vapid_key(), contact=contact, expires=expires),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(int(TTL.total_seconds())),
        "Urgency": "high" if delivery.first.severity == CRITICAL else "normal",
        "Topic": delivery.key.replace("-", "")[:32],
    }
    body = encrypt(text, browser)
    request = guarded("POST", endpoint.url, headers=headers, content=body, allow=config().allow)
    ask(request, repeatable=True, timeout=TIMEOUT, trust_env=False)
