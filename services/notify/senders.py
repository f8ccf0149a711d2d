"""How each channel sends. A sender returns the state reached, or raises and is tried again."""

import os
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from services.kernel.models import LIVE
from services.notify.actions import EMAIL, IN_APP
from services.notify.models import Message
from services.notify.texts import letter


def send_email(message: Message) -> str:
    """Send by SMTP, or into a file; return the state reached.

    The Message-ID is the message's own public id: a file is replaced, not doubled, when a sender died before it could
    say so. Realms other than live never leave the machine.
    """
    subject, body = letter(message.template, message.context, message.person)
    mail = EmailMessage(
        subject,
        body,
        settings.DEFAULT_FROM_EMAIL,
        [message.person.email],
        headers={"Message-ID": f"<{message.public_id}@ioc>"},
    )
    if message.realm == LIVE and settings.EMAIL_URL:
        mail.connection = _smtp(settings.EMAIL_URL)
        mail.send()
    else:
        _to_file(mail, Path(settings.IOC_MAIL_DIR) / message.realm / f"{message.public_id}.eml")
    return Message.SENT


def _smtp(url: str) -> BaseEmailBackend:
    parts = urlsplit(url)
    return get_connection(
        "django.core.mail.backends.smtp.EmailBackend",
        host=parts.hostname,
        port=parts.port or 25,
        username=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        use_ssl=parts.scheme == "smtps",
        timeout=20,
    )


def _to_file(mail: EmailMessage, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}")
    draft.write_bytes(mail.message().as_bytes())
    draft.replace(path)


def show_in_app(message: Message) -> str:
    """Nothing to send: the message is read where it is stored."""
    del message
    return Message.DELIVERED


SENDERS: dict[str, Callable[[Message], str]] = {EMAIL: send_email, IN_APP: show_in_app}
"""Idempotent channels: redelivered after a crash. One that is not must set ``unknown`` instead."""
