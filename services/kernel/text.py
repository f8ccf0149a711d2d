"""Stored messages and names become text here, in the reader's language."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import formats, translation

from services.contract import Message
from services.kernel.clock import LOCAL


def render(message: Message | Mapping[str, Any] | None, language: str | None = None) -> str:
    """Return the message in ``language`` (default: the active one). An unknown placeholder stays as written."""
    if not message:
        return ""
    with translation.override(language or translation.get_language() or "vi"):
        template = translation.gettext(message["msgid"]) if message["msgid"] else ""
        values = {name: _value(value) for name, value in message.get("params", {}).items()}
        return template.format_map(_Lenient(values))


def localised(pair: Mapping[str, str]) -> str:
    """Return the reader's side of a pair ``{"vi": …, "en": …}``, the Vietnamese one where there is none."""
    return str(pair.get(translation.get_language() or "vi") or pair.get("vi") or "")


def capital(text: str) -> str:
    """Return the text with its first letter in upper case, the rest untouched."""
    return text[:1].upper() + text[1:]


class _Lenient(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        if "msgid" in value:
            return render(value)
        return localised(value)
    if isinstance(value, datetime):
        return formats.date_format(value.astimezone(LOCAL), "H:i d/m/Y")
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(formats.localize(value, use_l10n=True))
    return str(value)
