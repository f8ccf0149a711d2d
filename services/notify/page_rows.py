"""Rows of the pages of messages, ready to be shown."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language, gettext

from services.notify.actions import may_resend
from services.notify.channels import CHANNELS, OUTWARD
from services.notify.models import Message
from services.notify.page_words import SEVERITIES, STATES, in_one, look_of, waits
from services.notify.selectors import Health, held_until
from services.notify.texts import letter


def own_row(message: Message) -> dict[str, Any]:
    """Return a message to the reader: its subject, when it came, whether it was opened."""
    words = letter(message.template, message.context, message.person, get_language() or "vi")
    return {
        "href": reverse("notify:open", args=[message.public_id]),
        "title": words.subject,
        "severity": message.severity if message.severity in SEVERITIES else "info",
        "word": gettext(SEVERITIES.get(message.severity, SEVERITIES["info"])),
        "due": words.due,
        "at": message.created_at,
        "unread": message.read_at is None,
    }


def outbox_row(message: Message, holds: Mapping[str, datetime], now: datetime) -> dict[str, Any]:
    """Return a message to anybody, without its words."""
    channel = CHANNELS.get(message.channel)
    until = held_until(message, holds)
    reason = message.held or ("trouble" if message.channel in holds else "")
    together = int(getattr(message, "together", 1))
    said = waits(until, reason, now, together=together)
    return {
        "code": message.context.get("code") or message.subject,
        "url": message.context.get("url", ""),
        "person": message.person.full_name,
        "channel": gettext(channel.title) if channel else message.channel,
        "icon": channel.icon if channel else "send",
        "status": look_of(message),
        "said": said or (in_one(together) if together > 1 else ""),
        "error": message.error,
        "parts": message.parts,
        "at": message.sent_at or message.created_at,
        "attempts": message.attempts,
        "resend": reverse("notify:resend", args=[message.public_id]) if may_resend(message) else "",
    }


def gateway_rows(rows: Sequence[Health], now: datetime) -> list[dict[str, Any]]:
    """Return how each channel fares, worst first within the given order."""
    return [
        {
            "title": gettext(CHANNELS[one.channel].title),
            "icon": CHANNELS[one.channel].icon,
            "health": one,
            "percent": round(100 * one.error_rate, 1) if one.error_rate is not None else None,
            "hold": waits(one.hold_until, one.held, now),
        }
        for one in rows
    ]


def chips(state: str, channel: str) -> list[dict[str, Any]]:
    """Return both filters as ``tickets/_filter.html`` draws them: links, each with what it leads to."""
    states = [(key, gettext(words)) for key, (_css, _shape, words) in STATES.items()]
    channels = [(key, gettext(CHANNELS[key].title)) for key in OUTWARD]
    return [
        _chip("state", gettext("State"), state, states, {"channel": channel}),
        _chip("channel", gettext("Way"), channel, channels, {"state": state}),
    ]


def _chip(
    name: str, title: str, value: str, options: Sequence[tuple[str, str]], others: Mapping[str, str]
) -> dict[str, Any]:
    kept = {key: one for key, one in others.items() if one}
    return {
        "title": title,
        "value": dict(options).get(value, ""),
        "off": f"?{urlencode(kept)}",
        "options": [{"title": words, "href": f"?{urlencode({**kept, name: key})}"} for key, words in options],
    }
