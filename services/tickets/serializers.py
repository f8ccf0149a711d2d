"""Tickets as the API shows them, and what may come with a verb."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from services.alerts.api import MessageSerializer
from services.alerts.tiles import name_of
from services.contract import SEVERITIES, SEVERITY_CHOICES
from services.kernel.text import render
from services.tickets import workflow
from services.tickets.models import Ticket, TicketEntry, TicketStep


class TicketSerializer(serializers.ModelSerializer[Ticket]):
    """A ticket in a list; ``title`` is a message, ``text`` the same in the reader's language."""

    id = serializers.UUIDField(source="public_id")
    severity = serializers.SerializerMethodField()
    title = MessageSerializer()
    text = serializers.SerializerMethodField()
    unit = serializers.CharField(source="unit.code", default=None, allow_null=True)
    department = serializers.CharField(source="department.slug", default=None, allow_null=True)
    assignee = serializers.CharField(source="assignee.full_name", default=None, allow_null=True)
    alert = serializers.UUIDField(source="alert.public_id", default=None, allow_null=True)
    policy = serializers.CharField(source="policy.slug")
    verbs = serializers.SerializerMethodField()

    class Meta:
        model = Ticket
        fields = (
            "id",
            "code",
            "realm",
            "monitor",
            "rule",
            "alert",
            "title",
            "text",
            "category",
            "severity",
            "state",
            "outcome",
            "public_text",
            "unit",
            "department",
            "assignee",
            "policy",
            "step_index",
            "generation",
            "opened_at",
            "due_at",
            "escalate_at",
            "waiting_until",
            "acknowledged_at",
            "accepted_at",
            "resolved_at",
            "closed_at",
            "condition_gone_at",
            "verbs",
        )

    @extend_schema_field(serializers.ChoiceField(choices=SEVERITY_CHOICES))
    def get_severity(self, ticket: Ticket) -> str:
        """Return the severity's name."""
        return SEVERITIES[ticket.severity]

    def get_text(self, ticket: Ticket) -> str:
        """Return the title in the reader's language."""
        return render(ticket.title)

    def get_verbs(self, ticket: Ticket) -> list[str]:
        """Return the verbs its state allows."""
        return workflow.legal_verbs(ticket.state)


class PairSerializer(serializers.Serializer[Any]):
    """A text in both languages."""

    vi = serializers.CharField()
    en = serializers.CharField()


class HolderSerializer(serializers.Serializer[Any]):
    """Somebody a step told."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    instead_of = serializers.CharField(required=False, help_text="whom this one stood in for")


class StepSerializer(serializers.ModelSerializer[TicketStep]):
    """A rung of the ladder with its time and, once fired, its people."""

    title = PairSerializer()
    holders = HolderSerializer(many=True)

    class Meta:
        model = TicketStep
        fields = ("generation", "index", "title", "until", "due_at", "state", "fired_at", "holders")


class EntrySerializer(serializers.ModelSerializer[TicketEntry]):
    """A line of the history."""

    actor = serializers.SerializerMethodField()
    detail = serializers.DictField()

    class Meta:
        model = TicketEntry
        fields = ("at", "verb", "from_state", "to_state", "actor", "note", "public", "detail")

    def get_actor(self, entry: TicketEntry) -> str:
        """Return who did it; empty for the system."""
        return name_of(entry.actor)


class TicketDetailSerializer(TicketSerializer):
    """A ticket with its ladder and history."""

    steps = StepSerializer(many=True)
    entries = EntrySerializer(many=True)

    class Meta(TicketSerializer.Meta):
        fields = (*TicketSerializer.Meta.fields, "steps", "entries")  # type: ignore[assignment]


class TicketVerbSerializer(serializers.Serializer[Any]):
    """What may come with a verb: a note with any, the rest where the verb needs it."""

    note = serializers.CharField(required=False, allow_blank=True, max_length=5000)
    public = serializers.BooleanField(required=False, help_text="comment: everybody may read it")
    outcome = serializers.ChoiceField(required=False, choices=workflow.OUTCOME_CHOICES, help_text="resolve")
    public_text = serializers.CharField(required=False, allow_blank=True, max_length=5000, help_text="resolve")
    person = serializers.UUIDField(required=False, help_text="assign: the person's public id")
    department = serializers.SlugField(required=False, help_text="transfer, split")
    unit = serializers.CharField(required=False, max_length=5, help_text="transfer, split: a unit's code")
    until = serializers.DateTimeField(required=False, help_text="wait: until when")
    due_at = serializers.DateTimeField(required=False, help_text="extend: the new deadline")
    into = serializers.UUIDField(required=False, help_text="merge: the ticket that stays")
    off = serializers.BooleanField(required=False, help_text="watch: stop watching")


class AttachSerializer(TicketVerbSerializer):
    """A file, and what may come with it."""

    file = serializers.FileField()
