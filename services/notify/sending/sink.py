"""Where everything ends that must not leave the machine: a file for every message, replaced when it is sent again."""

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from django.conf import settings

from services.notify.channels import EMAIL, PUSH, SMS, WEBHOOK, ZALO
from services.notify.models import Message
from services.notify.outcomes import Outcome
from services.notify.sending import email, push, sms, webhook, zalo
from services.notify.sending.delivery import Delivery

DESCRIBED: Final[Mapping[str, Callable[[Delivery], dict[str, Any]]]] = {
    SMS: sms.described,
    ZALO: zalo.described,
    PUSH: push.described,
    WEBHOOK: webhook.described,
}


def keep(delivery: Delivery) -> Outcome:
    """Write what would have been sent: letters below ``IOC_MAIL_DIR``, the rest as JSON below ``IOC_SINK_DIR``.

    Each message has its own file; of those sent as one all files are the same.
    """
    if delivery.channel == EMAIL:
        return keep_letter(delivery)
    told = DESCRIBED[delivery.channel](delivery)
    content = json.dumps(told, ensure_ascii=False, indent=1).encode()
    folder = Path(settings.IOC_SINK_DIR) / delivery.realm / delivery.channel
    for message in delivery.messages:
        _write(folder / f"{message.public_id}.json", content)
    return Outcome(Message.SENT, parts=int(told.get("parts", 0)))


def keep_letter(delivery: Delivery) -> Outcome:
    """Write a letter as a mail program stores it."""
    content = email.composed(delivery).message().as_bytes()
    for message in delivery.messages:
        _write(Path(settings.IOC_MAIL_DIR) / delivery.realm / f"{message.public_id}.eml", content)
    return Outcome(Message.SENT)


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}")
    draft.write_bytes(content)
    draft.replace(path)
