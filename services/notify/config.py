"""The gateways of this centre, from the TOML file that ``IOC_NOTIFY`` names; docs/notifications.md explains each line.

The file holds passwords, so it is no part of the repository, and a new edition is read without a restart.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from services.notify.channels import PUSH, SMS, ZALO
from services.notify.rules import Limit

Networks = tuple[IPv4Network | IPv6Network, ...]


@dataclass(frozen=True, slots=True)
class SmsGateway:
    """An SMS gateway: the request as a template, and how its answers are read (regular expressions on the body)."""

    url: str
    method: str = "POST"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    success: str = ""
    queued: str = ""
    refused: str = ""
    message_id: str = ""
    sender: str = ""
    country: str = "84"
    plus: bool = False
    parts: int = 3
    timeout: float = 10.0
    receipt_token: str = ""
    receipt_id: str = "id"
    receipt_state: str = "status"
    receipt_delivered: str = r"^(DELIVRD|delivered|1)$"
    receipt_failed: str = r"^(UNDELIV|EXPIRED|REJECTD|DELETED|failed|2)$"


@dataclass(frozen=True, slots=True)
class ZaloAccount:
    """An official account. ``templates`` maps our templates to approved ones: ``{id, params: {theirs: ours}}``."""

    app_id: str
    app_secret: str
    refresh_token: str
    oa_secret: str = ""
    url: str = "https://business.openapi.zalo.me/message/template"
    token_url: str = "https://oauth.zaloapp.com/v4/oa/access_token"  # noqa: S105 - an address
    templates: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    timeout: float = 10.0


@dataclass(frozen=True, slots=True)
class Config:
    """All of the file. ``per_person`` and ``per_gateway`` are limits by channel; ``allow`` are private networks that
    webhooks and browsers' push services may be in.
    """

    sms: SmsGateway | None = None
    zalo: ZaloAccount | None = None
    allow: Networks = ()
    contact: str = ""
    per_person: Mapping[str, Limit] = field(default_factory=dict)
    per_gateway: Mapping[str, Limit] = field(default_factory=dict)
    bunch: int = 5


PER_PERSON: Mapping[str, Limit] = {
    SMS: Limit(6, timedelta(minutes=15)),
    ZALO: Limit(6, timedelta(minutes=15)),
    PUSH: Limit(12, timedelta(minutes=15)),
}
"""What a person's telephone takes unless the file says otherwise; e-mail and webhooks have no limit of their own."""
_kept: dict[tuple[Path, int], Config] = {}


def config() -> Config:
    """Return the file as it is now, the defaults without one; ImproperlyConfigured names what is wrong in it."""
    path: Path | None = settings.IOC_NOTIFY
    if path is None:
        return Config(per_person=PER_PERSON)
    try:
        edition = (path, path.stat().st_mtime_ns)
        if edition not in _kept:
            read = _read(tomllib.loads(path.read_text(encoding="utf-8")))
            _kept.clear()
            _kept[edition] = read
    except (OSError, ValueError, TypeError, re.error) as error:
        message = f"IOC_NOTIFY ({path.name}): {error}"
        raise ImproperlyConfigured(message) from error
    return _kept[edition]


def _read(table: Mapping[str, Any]) -> Config:
    unknown = table.keys() - {"sms", "zalo", "webhook", "push", "limits"}
    if unknown:
        message = f"unknown tables: {', '.join(sorted(unknown))}"
        raise ValueError(message)
    limits = table.get("limits", {})
    sms = SmsGateway(**table["sms"]) if "sms" in table else None
    for pattern in (sms.success, sms.queued, sms.refused, sms.message_id) if sms else ():
        re.compile(pattern)
    return Config(
        sms=sms,
        zalo=ZaloAccount(**table["zalo"]) if "zalo" in table else None,
        allow=tuple(ip_network(text) for text in table.get("webhook", {}).get("allow", ())),
        contact=str(table.get("push", {}).get("contact", "")),
        per_person={**PER_PERSON, **_limits(limits.get("person", {}))},
        per_gateway=_limits(limits.get("gateway", {})),
        bunch=int(limits.get("bunch", 5)),
    )


def _limits(table: Mapping[str, Any]) -> dict[str, Limit]:
    """Read ``sms = [6, 15]``: so many messages within so many minutes."""
    return {channel: Limit(int(count), timedelta(minutes=minutes)) for channel, (count, minutes) in table.items()}
