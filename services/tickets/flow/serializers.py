"""What a ticket gathers, as the API shows it."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from services.alerts.tiles import name_of
from services.kernel.text import render
from services.tickets import workflow
from services.tickets.flow.links import Linked
from services.tickets.flow.models import Extension, TicketItem, TicketLink
from services.tickets.flow.texts import Offer
from services.tickets.models import Attachment, Ticket


class TextPairSerializer(serializers.Serializer[Any]):
    """A text in both languages."""

    vi = serializers.CharField()
    en = serializers.CharField()


class TicketItemSerializer(serializers.ModelSerializer[TicketItem]):
    """An item of the checklist; ``tick`` names it by ``id``."""

    id = serializers.UUIDField(source="public_id")
    text = TextPairSerializer()
    department = serializers.CharField(source="department.slug", default=None, allow_null=True)
    by = serializers.SerializerMethodField()

    class Meta:
        model = TicketItem
        fields = ("id", "text", "required", "department", "state", "at", "by", "note")

    def get_by(self, item: TicketItem) -> str:
        """Return who marked it; empty while nobody has."""
        return name_of(item.by)


class TicketExtensionSerializer(serializers.ModelSerializer[Extension]):
    """A later deadline that was asked for, and what came of it."""

    id = serializers.UUIDField(source="public_id")
    asked_by = serializers.SerializerMethodField()
    decided_by = serializers.SerializerMethodField()

    class Meta:
        model = Extension
        fields = (
            "id",
            "state",
            "before",
            "due_at",
            "reason",
            "asked_at",
            "asked_by",
            "decided_at",
            "decided_by",
            "answer",
        )

    def get_asked_by(self, row: Extension) -> str:
        """Return who asked."""
        return name_of(row.asked_by)

    def get_decided_by(self, row: Extension) -> str:
        """Return who decided; empty while nobody has."""
        return name_of(row.decided_by)


class TicketAttachmentSerializer(serializers.ModelSerializer[Attachment]):
    """A file on the ticket; downloaded at ``/api/tickets/attachments/{id}/``."""

    id = serializers.UUIDField(source="public_id")
    at = serializers.DateTimeField(source="entry.at")
    by = serializers.SerializerMethodField()

    class Meta:
        model = Attachment
        fields = ("id", "name", "content_type", "size", "sha256", "at", "by")

    def get_by(self, row: Attachment) -> str:
        """Return who attached it."""
        return name_of(row.entry.actor)


class TicketRelativeSerializer(serializers.Serializer[Ticket]):
    """A part or duplicate of a ticket: of one that the reader may not open no more than this is told."""

    id = serializers.SerializerMethodField(help_text="null when it is out of your scope")
    code = serializers.CharField()
    text = serializers.SerializerMethodField()
    state = serializers.ChoiceField(choices=workflow.STATE_CHOICES)
    outcome = serializers.CharField()
    department = serializers.CharField(source="department.slug", default=None, allow_null=True)
    unit = serializers.CharField(source="unit.code", default=None, allow_null=True)
    due_at = serializers.DateTimeField()

    @extend_schema_field({"type": "string", "format": "uuid", "nullable": True})
    def get_id(self, row: Ticket) -> str | None:
        """Return its id for whoever may open it."""
        return str(row.public_id) if row.pk in self.context["within"] else None

    def get_text(self, row: Ticket) -> str:
        """Return its title in the reader's language."""
        return render(row.title)


class TicketLinkSerializer(serializers.Serializer[Linked]):
    """A link: ``back`` when the other ticket said it. Exactly one of ticket, alert and record is given."""

    id = serializers.UUIDField(source="row.public_id")
    kind = serializers.ChoiceField(choices=TicketLink.KINDS, source="row.kind")
    back = serializers.BooleanField()
    name = serializers.CharField(help_text="a ticket's code, alert:<id> or <monitor>:<record>")
    ticket = serializers.UUIDField(source="ticket.public_id", default=None, allow_null=True)
    alert = serializers.UUIDField(source="row.alert.public_id", default=None, allow_null=True)
    monitor = serializers.CharField(source="row.monitor")
    record = serializers.IntegerField(source="row.record", allow_null=True)


class StandardTextSerializer(serializers.Serializer[Offer]):
    """A standard text with code, place and date filled in; ``text`` of a verb names it by ``slug``."""

    slug = serializers.CharField()
    title = serializers.CharField()
    text = serializers.CharField()
    public = serializers.BooleanField()
    outcome = serializers.CharField()
