"""What a person sets for themselves: wishes, and browsers that take notifications."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from services.audit.actions import record
from services.contract import SEVERITIES
from services.directory.models import Person, User
from services.kernel.problems import InvalidInputError
from services.notify.channels import CHANNELS, IN_APP
from services.notify.models import Endpoint, Preference
from services.notify.outcomes import RefusedError
from services.notify.rules import CRITICAL
from services.notify.sending.guard import check
from services.notify.webpush import browser_of
from services.notify.wishes import DIGESTS

BROWSERS = 10
"""Browsers of one person; the oldest is forgotten for a new one."""


@dataclass(frozen=True, slots=True)
class Wish:
    """All that a person may wish; ``channels`` by severity, one left out has the default."""

    channels: Mapping[str, Sequence[str]]
    language: str = ""
    quiet_from: time | None = None
    quiet_to: time | None = None
    days_off: bool = False
    digest_minutes: int = 0
    accents: bool = False


def set_wishes(*, person: Person, wish: Wish, realm: str, acting_user: User, now: datetime) -> Preference:
    """Store what a person wishes; InvalidInputError names each field that cannot be."""
    errors = _errors(wish)
    if errors:
        raise InvalidInputError(errors)
    fields: dict[str, Any] = {
        "channels": {severity: list(dict.fromkeys(chosen)) for severity, chosen in wish.channels.items()},
        "language": wish.language,
        "quiet_from": wish.quiet_from,
        "quiet_to": wish.quiet_to,
        "days_off": wish.days_off,
        "digest_minutes": wish.digest_minutes,
        "accents": wish.accents,
    }
    with transaction.atomic():
        stored, _made = Preference.objects.update_or_create(person=person, defaults={**fields, "updated_at": now})
        detail = {name: str(value) if isinstance(value, time) else value for name, value in fields.items()}
        record(verb="notifications.wish", target=person, realm=realm, acting_user=acting_user, detail=detail)
    return stored


def _errors(wish: Wish) -> dict[str, Any]:
    errors: dict[str, Any] = {}
    unknown = [name for name in wish.channels if name not in SEVERITIES]
    unknown += [one for chosen in wish.channels.values() for one in chosen if one not in CHANNELS]
    if unknown:
        errors["channels"] = [_("There is no {name} here.").format(name=", ".join(sorted(set(unknown))))]
    elif CRITICAL in wish.channels and not set(wish.channels[CRITICAL]) - {IN_APP}:
        errors["channels"] = [_("Critical messages need a way that reaches you away from this screen.")]
    if wish.digest_minutes not in DIGESTS:
        errors["digest_minutes"] = [_("Choose one of the offered spans.")]
    if (wish.quiet_from is None) != (wish.quiet_to is None):
        errors["quiet_to"] = [_("Quiet hours need a beginning and an end.")]
    if wish.language not in {"", "vi", "en"}:
        errors["language"] = [_("Choose one of the offered languages.")]
    return errors


def subscribe(*, person: Person, url: str, p256dh: str, auth: str, name: str, now: datetime) -> Endpoint:
    """Keep a browser that takes notifications; one that subscribes again replaces itself, for whoever uses it now."""
    try:
        check(url)
        browser_of(p256dh, auth)
    except (RefusedError, ValueError) as error:
        raise InvalidInputError({"endpoint": [_("This is no subscription of a browser.")]}) from error
    with transaction.atomic():
        fields = {"person": person, "kind": Endpoint.PUSH, "secrets": {"p256dh": p256dh, "auth": auth}}
        kept, _made = Endpoint.objects.update_or_create(
            url=url, defaults={**fields, "name": name[:120], "created_at": now}
        )
        others = Endpoint.objects.filter(person=person, kind=Endpoint.PUSH).order_by("-created_at", "-pk")
        Endpoint.objects.filter(pk__in=[one.pk for one in others[BROWSERS:]]).delete()
    return kept


def unsubscribe(*, person: Person, url: str) -> bool:
    """Forget a browser; return whether it was known."""
    return bool(Endpoint.objects.filter(person=person, kind=Endpoint.PUSH, url=url).delete()[0])


def add_webhook(*, person: Person, url: str, name: str, now: datetime, acting_user: User | None) -> Endpoint:
    """Let a program be told of what a person is told; its new key stands in ``secrets["key"]``."""
    try:
        check(url)
    except RefusedError as error:
        raise InvalidInputError({"url": [str(error)]}) from error
    with transaction.atomic():
        made = Endpoint.objects.create(
            person=person,
            kind=Endpoint.WEBHOOK,
            url=url,
            secrets={"key": secrets.token_urlsafe(32)},
            name=name,
            created_at=now,
        )
        record(verb="notifications.webhook", target=made, realm=person.realm, acting_user=acting_user)
    return made
