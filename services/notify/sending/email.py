"""E-mail by SMTP. The Message-ID is the message's own key, so that one sent again after a crash is known as one."""

import smtplib
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from services.notify.models import Message
from services.notify.outcomes import AgainError, Outcome, RefusedError
from services.notify.sending.delivery import Delivery

TIMEOUT = 20


def send(delivery: Delivery) -> Outcome:
    """Hand the letter to the mail server; a refusal for good (5xx) is not tried again."""
    if not delivery.person.email:
        message = "no e-mail address"
        raise RefusedError(message)
    mail = composed(delivery)
    mail.connection = _smtp(settings.EMAIL_URL)
    try:
        mail.send()
    except smtplib.SMTPRecipientsRefused as error:
        _refused(next(iter(error.recipients.values())))
    except (smtplib.SMTPAuthenticationError, smtplib.SMTPConnectError) as error:
        raise AgainError(_said(error.smtp_code, error.smtp_error)) from error
    except smtplib.SMTPResponseException as error:
        _refused((error.smtp_code, error.smtp_error))
    except (smtplib.SMTPException, OSError) as error:
        text = f"{type(error).__name__}: {error}"
        raise AgainError(text) from error
    return Outcome(Message.SENT)


def composed(delivery: Delivery) -> EmailMessage:
    """Return the letter."""
    words = delivery.letter
    return EmailMessage(
        " ".join(words.subject.split()),
        words.body,
        settings.DEFAULT_FROM_EMAIL,
        [delivery.person.email],
        headers={"Message-ID": f"<{delivery.key}@ioc>", "Auto-Submitted": "auto-generated"},
    )


def _smtp(url: str) -> BaseEmailBackend:
    parts = urlsplit(url)
    return get_connection(
        "django.core.mail.backends.smtp.EmailBackend",
        host=parts.hostname,
        port=parts.port or 25,
        username=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        use_ssl=parts.scheme == "smtps",
        use_tls=parts.scheme == "smtp+starttls",
        timeout=TIMEOUT,
    )


def _refused(answer: tuple[int, bytes | str]) -> None:
    code, text = answer
    if code >= 500:
        raise RefusedError(_said(code, text))
    raise AgainError(_said(code, text), whole=False)


def _said(code: int, text: bytes | str) -> str:
    return f"{code} {text.decode(errors='replace') if isinstance(text, bytes) else text}"
