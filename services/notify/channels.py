"""The channels and what is true of each: whether a repetition is harmless, and whether several messages fit in one."""

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext_noop as _

IN_APP, EMAIL, SMS, ZALO, PUSH, WEBHOOK = "in_app", "email", "sms", "zalo", "push", "webhook"


@dataclass(frozen=True, slots=True)
class Channel:
    """One way to reach a person.

    ``repeatable``: the receiver knows a message by its key (Message-ID, Idempotency-Key, tag), so that after a crash it
    is sent again; what is not becomes ``unknown`` instead. ``bundles``: several messages can be told in one.
    ``shared``: one gateway serves everybody, so that its trouble is everybody's.
    """

    key: str
    title: str
    icon: str
    repeatable: bool
    bundles: bool
    shared: bool


CHANNELS: Final = {
    one.key: one
    for one in (
        Channel(IN_APP, _("In the application"), icon="inbox", repeatable=True, bundles=False, shared=False),
        Channel(EMAIL, _("E-mail"), icon="mail", repeatable=True, bundles=True, shared=True),
        Channel(SMS, _("SMS"), icon="message-square", repeatable=False, bundles=True, shared=True),
        Channel(ZALO, _("Zalo"), icon="message-circle", repeatable=False, bundles=True, shared=True),
        Channel(PUSH, _("Browser notification"), icon="bell", repeatable=True, bundles=True, shared=False),
        Channel(WEBHOOK, _("Webhook"), icon="link", repeatable=True, bundles=False, shared=False),
    )
}
CHANNEL_CHOICES: Final = [(key, one.title) for key, one in CHANNELS.items()]
OUTWARD: Final = tuple(key for key in CHANNELS if key != IN_APP)
"""Channels with a sender; what is shown in the application is there as soon as it is written."""
OUTWARD_CHOICES: Final = [(key, CHANNELS[key].title) for key in OUTWARD]
