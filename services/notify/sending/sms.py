"""SMS through any gateway that speaks HTTP: the request is a template, its answers are read by patterns.

No gateway promises to know a repeated request, so a connection lost after the request went out leaves it unknown.
"""

import json
import re
from collections.abc import Callable, Mapping
from string import Template
from typing import Any, Final
from urllib.parse import quote_plus
from xml.sax.saxutils import escape

from services.notify.config import SmsGateway, config
from services.notify.models import Message
from services.notify.outcomes import Outcome, RefusedError, UnsureError
from services.notify.sending.delivery import Delivery
from services.notify.sending.http import ask, build
from services.notify.smstext import Size, plain, shorten, size_of
from services.notify.texts import Letter

PARTS: Final = 3
"""Parts of an SMS at most, where no gateway says otherwise."""


def send(delivery: Delivery) -> Outcome:
    """Send the short form; the answer says whether the gateway took it."""
    gateway = config().sms
    if gateway is None:
        message = "no SMS gateway is configured"
        raise RefusedError(message)
    number = number_of(delivery.person.phone, gateway.country, plus=gateway.plus)
    text, size = fitted(delivery.letter, accents=_accents(delivery), parts=gateway.parts)
    values = {
        "to": number,
        "text": text,
        "id": delivery.key,
        "sender": gateway.sender,
        "unicode": str(int(size.unicode)),
        "parts": str(size.parts),
    }
    answer = ask(_request(gateway, values), repeatable=False, timeout=gateway.timeout)
    return _read(gateway, answer.text, size)


def described(delivery: Delivery) -> dict[str, Any]:
    """Return what would be sent."""
    text, size = fitted(delivery.letter, accents=_accents(delivery), parts=PARTS)
    to = number_of(delivery.person.phone, "84", plus=True)
    return {"to": to, "text": text, "unicode": size.unicode, "parts": size.parts, "id": delivery.key}


def fitted(words: Letter, *, accents: bool, parts: int) -> tuple[str, Size]:
    """Return the short form in at most ``parts`` parts: the title gives way, code, due time and link stay."""
    shape = (lambda text: text) if accents else plain
    whole, title = shape(words.short), shape(words.title)
    text, size, room = whole, size_of(whole), len(title)
    while size.parts > parts and room > 0:
        room -= 1
        text = whole.replace(title, shorten(title, room), 1)
        size = size_of(text)
    return text, size


def number_of(phone: str, country: str, *, plus: bool) -> str:
    """Return a number with its country, as gateways want it: 84905000318; RefusedError when there is none."""
    digits = re.sub(r"\D", "", phone.partition("ext")[0])
    if digits.startswith("00"):
        digits = digits[2:]
    elif digits.startswith("0"):
        digits = country + digits[1:]
    if not 8 <= len(digits) <= 15:
        message = "no telephone number that takes SMS"
        raise RefusedError(message)
    return f"+{digits}" if plus else digits


def _accents(delivery: Delivery) -> bool:
    return bool(delivery.preference and delivery.preference.accents)


def _request(gateway: SmsGateway, values: Mapping[str, str]) -> Any:
    kind = next((value for name, value in gateway.headers.items() if name.lower() == "content-type"), "")
    url = Template(gateway.url).safe_substitute({name: quote_plus(value) for name, value in values.items()})
    written = _writer(kind)
    body = Template(gateway.body).safe_substitute({name: written(value) for name, value in values.items()})
    return build(gateway.method, url, headers=gateway.headers, content=body.encode() if body else None)


def _writer(content_type: str) -> Callable[[str], str]:
    """Return how a value is written inside a body of that type: between the quotes of JSON, in a form, in XML."""
    if "json" in content_type:
        return lambda value: json.dumps(value, ensure_ascii=False)[1:-1]
    if "form-urlencoded" in content_type:
        return quote_plus
    if "xml" in content_type:
        return escape
    return lambda value: value


def _read(gateway: SmsGateway, text: str, size: Size) -> Outcome:
    said = text[:300]
    if gateway.refused and re.search(gateway.refused, text):
        raise RefusedError(said)
    queued = bool(gateway.queued and re.search(gateway.queued, text))
    if not queued and gateway.success and not re.search(gateway.success, text):
        message = f"an answer that no pattern knows: {said}"
        raise UnsureError(message)
    found = re.search(gateway.message_id, text) if gateway.message_id else None
    provider_id = (found[1] if found and found.groups() else found[0] if found else "")[:120]
    return Outcome(Message.SENT, provider_id, note="queued at the gateway" if queued else "", parts=size.parts)
