"""Sending by each channel: ``transmit`` is the one way out, and only live leaves the machine."""

from collections.abc import Callable, Mapping
from typing import Final

from services.kernel.models import LIVE
from services.notify.channels import EMAIL, PUSH, SMS, WEBHOOK, ZALO
from services.notify.outcomes import Outcome
from services.notify.sending import email, push, sink, sms, webhook, zalo
from services.notify.sending.delivery import Delivery

SENDERS: Final[Mapping[str, Callable[[Delivery], Outcome]]] = {
    EMAIL: email.send,
    SMS: sms.send,
    ZALO: zalo.send,
    PUSH: push.send,
    WEBHOOK: webhook.send,
}


def transmit(delivery: Delivery) -> Outcome:
    """Send one message, or several as one; raises a ``SendingError`` that says what is known of a failure.

    Other realms than live end in files, whatever is configured.
    """
    if delivery.realm != LIVE:
        return sink.keep(delivery)
    return SENDERS[delivery.channel](delivery)


__all__ = ["Delivery", "transmit"]
