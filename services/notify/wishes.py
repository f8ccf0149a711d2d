"""What a person wishes, as the rules take it, and the defaults of those who never said."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Final

from services.contract import SEVERITIES
from services.directory.models import Person
from services.kernel.models import LIVE
from services.notify.channels import EMAIL, IN_APP, PUSH, SMS, WEBHOOK, ZALO
from services.notify.config import config
from services.notify.models import Preference
from services.notify.rules import CRITICAL, Wishes

DEFAULTS: Final[Mapping[str, tuple[str, ...]]] = {
    "critical": (IN_APP, EMAIL, SMS, PUSH, WEBHOOK),
    "high": (IN_APP, EMAIL, PUSH, WEBHOOK),
    "medium": (IN_APP, EMAIL, WEBHOOK),
    "low": (IN_APP, EMAIL, WEBHOOK),
    "info": (IN_APP, WEBHOOK),
}
"""Channels of those who chose none. A message always stands in the application."""
DIGESTS: Final = (0, 15, 60, 240, 1440)
"""Windows of digests to choose from, in minutes."""


def wanted(preference: Preference | None, severity: str) -> tuple[str, ...]:
    """Return the channels a person wants for a severity; the application always, and somewhere for what is critical."""
    known = severity if severity in SEVERITIES else "medium"
    chosen = (preference.channels.get(known) if preference else None) or DEFAULTS[known]
    channels = dict.fromkeys((IN_APP, *chosen))
    if known == CRITICAL and len(channels) == 1:
        channels |= dict.fromkeys(DEFAULTS[CRITICAL])
    return tuple(channels)


def reachable(person: Person, endpoints: Iterable[str], realm: str) -> frozenset[str]:
    """Return the channels that can reach a person: the address is known, and live has a gateway for it."""
    there = {IN_APP, *endpoints}
    if person.email:
        there.add(EMAIL)
    if person.phone:
        there |= {SMS, ZALO}
    return frozenset(there & available(realm))


def available(realm: str) -> frozenset[str]:
    """Return the channels of a realm: in live those with a gateway, elsewhere all, since they end in files."""
    always = {IN_APP, EMAIL, PUSH, WEBHOOK}
    if realm != LIVE:
        return frozenset({*always, SMS, ZALO})
    known = config()
    return frozenset(always | ({SMS} if known.sms else set()) | ({ZALO} if known.zalo else set()))


def wishes_of(preference: Preference | None) -> Wishes:
    """Return what the rules ask for."""
    if preference is None:
        return Wishes()
    return Wishes(
        quiet_from=preference.quiet_from,
        quiet_to=preference.quiet_to,
        days_off=preference.days_off,
        digest=timedelta(minutes=preference.digest_minutes),
    )


def language_of(person: Person, preference: Preference | None) -> str:
    """Return the language a person is written to in."""
    if preference and preference.language:
        return preference.language
    return person.user.language if person.user else "vi"
