"""Messages, wishes and gateways as the API shows them."""

from datetime import datetime
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from services.contract import SEVERITIES
from services.notify.channels import CHANNEL_CHOICES, OUTWARD_CHOICES
from services.notify.models import Endpoint, Message, Preference
from services.notify.texts import Letter, letter
from services.notify.wishes import DIGESTS, wanted


class _MessageSerializer(serializers.ModelSerializer[Message]):
    """What is no secret of the reader's: where a message stands, and why it waits."""

    id = serializers.UUIDField(source="public_id")
    channel = serializers.ChoiceField(choices=CHANNEL_CHOICES)
    code = serializers.SerializerMethodField()
    url = serializers.SerializerMethodField()
    held_until = serializers.SerializerMethodField()
    together = serializers.IntegerField(default=1, help_text="messages that go out as one with it")

    SHARED = (
        "id",
        "realm",
        "channel",
        "template",
        "severity",
        "subject",
        "code",
        "url",
        "state",
        "held",
        "held_until",
        "together",
        "attempts",
        "parts",
        "created_at",
        "due_at",
        "sent_at",
        "delivered_at",
        "error",
    )

    def get_code(self, message: Message) -> str:
        """Return the code of what it is about."""
        return str(message.context.get("code", ""))

    def get_url(self, message: Message) -> str:
        """Return the page of what it is about."""
        return str(message.context.get("url", ""))

    def get_held_until(self, message: Message) -> datetime | None:
        """Return until when it waits; None when it does not."""
        return message.due_at if message.held and message.state == Message.PENDING else None


class OwnMessageSerializer(_MessageSerializer):
    """A message to the reader, with its words."""

    title = serializers.SerializerMethodField()
    text = serializers.SerializerMethodField()

    class Meta:
        model = Message
        fields = (*_MessageSerializer.SHARED, "read_at", "title", "text")

    def _letter(self, message: Message) -> Letter:
        language = message.person.user.language if message.person.user else "vi"
        return letter(message.template, message.context, message.person, language)

    def get_title(self, message: Message) -> str:
        """Return the subject in the reader's language."""
        return self._letter(message).subject

    def get_text(self, message: Message) -> str:
        """Return the body in the reader's language."""
        return self._letter(message).body


class OutboxSerializer(_MessageSerializer):
    """A message to anybody, without its words."""

    person = serializers.CharField(source="person.full_name")

    class Meta:
        model = Message
        fields = (*_MessageSerializer.SHARED, "person", "provider_id")


@extend_schema_field({"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"})
class ClockField(serializers.TimeField):
    """A time of day of the province, without seconds."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%H:%M", input_formats=["%H:%M", "%H:%M:%S"], **kwargs)


class WishSerializer(serializers.Serializer[Any]):
    """What a person may wish; times are the province's."""

    channels = serializers.DictField(
        child=serializers.ListField(child=serializers.ChoiceField(choices=CHANNEL_CHOICES)),
        required=False,
        help_text="channels by severity; one left out has the default",
    )
    language = serializers.ChoiceField(choices=["", "vi", "en"], required=False)
    quiet_from = ClockField(required=False, allow_null=True)
    quiet_to = ClockField(required=False, allow_null=True)
    days_off = serializers.BooleanField(required=False)
    digest_minutes = serializers.ChoiceField(choices=[(minutes, str(minutes)) for minutes in DIGESTS], required=False)
    accents = serializers.BooleanField(required=False, help_text="SMS with Vietnamese accents")

    def validate_channels(self, value: dict[str, list[str]]) -> dict[str, list[str]]:
        """Refuse severities that are none."""
        unknown = sorted(value.keys() - set(SEVERITIES))
        if unknown:
            message = ", ".join(unknown)
            raise serializers.ValidationError(message)
        return value


def wish_data(preference: Preference | None) -> dict[str, Any]:
    """Return what is in force for a person, the defaults filled in."""
    one = preference or Preference()
    return {
        "channels": {severity: list(wanted(preference, severity)) for severity in reversed(SEVERITIES)},
        "language": one.language,
        "quiet_from": f"{one.quiet_from:%H:%M}" if one.quiet_from else None,
        "quiet_to": f"{one.quiet_to:%H:%M}" if one.quiet_to else None,
        "days_off": one.days_off,
        "digest_minutes": one.digest_minutes,
        "accents": one.accents,
    }


class DeviceSerializer(serializers.ModelSerializer[Endpoint]):
    """A browser or a webhook, without its secrets."""

    id = serializers.UUIDField(source="public_id")

    class Meta:
        model = Endpoint
        fields = ("id", "kind", "name", "url", "created_at")


class _KeysSerializer(serializers.Serializer[Any]):
    p256dh = serializers.CharField(max_length=200)
    auth = serializers.CharField(max_length=50)


class SubscriptionSerializer(serializers.Serializer[Any]):
    """What ``PushSubscription.toJSON()`` gives, with a name for the browser."""

    endpoint = serializers.URLField(max_length=1000)
    keys = _KeysSerializer()
    name = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")


class EndSubscriptionSerializer(serializers.Serializer[Any]):
    """The browser to forget."""

    endpoint = serializers.CharField(max_length=1000)


class TestSerializer(serializers.Serializer[Any]):
    """The channel to try."""

    channel = serializers.ChoiceField(choices=CHANNEL_CHOICES)


class GatewaySerializer(serializers.Serializer[Any]):
    """How a channel fares; counts over the last 24 hours."""

    channel = serializers.ChoiceField(choices=OUTWARD_CHOICES)
    last_success = serializers.DateTimeField(allow_null=True)
    last_failure = serializers.DateTimeField(allow_null=True)
    error = serializers.CharField()
    hold_until = serializers.DateTimeField(allow_null=True)
    held = serializers.CharField()
    waiting = serializers.IntegerField()
    oldest = serializers.DateTimeField(allow_null=True)
    tried = serializers.IntegerField()
    failed = serializers.IntegerField()
    unknown = serializers.IntegerField()
    error_rate = serializers.FloatField(allow_null=True)
