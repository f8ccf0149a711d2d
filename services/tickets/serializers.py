"""Tickets as the API shows them, and what may come with a verb."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from services.alerts.api import MessageSerializer
from services.alerts.tiles import name_of
from services.contract import SEVERITIES, SEVERITY_CHOICES
from services.kernel.text import render
from services.tickets import workflow
from services.tickets.flow import selectors
from services.tickets.flow.links import links_of
from services.tickets.flow.models import TicketItem, TicketLink
from services.tickets.flow.serializers import (
    TextPairSerializer,
    TicketAttachmentSerializer,
    TicketExtensionSerializer,
    TicketItemSerializer,
    TicketLinkSerializer,
    TicketRelativeSerializer,
)
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
            "version",
            "opened_at",
            "due_at",
            "escalate_at",
            "waiting_for",
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


class HolderSerializer(serializers.Serializer[Any]):
    """Somebody a step told."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    instead_of = serializers.CharField(required=False, help_text="whom this one stood in for")


class StepSerializer(serializers.ModelSerializer[TicketStep]):
    """A rung of the ladder with its time and, once fired, its people."""

    title = TextPairSerializer()
    holders = HolderSerializer(many=True)

    class Meta:
        model = TicketStep
        fields = ("generation", "index", "title", "until", "due_at", "state", "fired_at", "holders")


class EntrySerializer(serializers.ModelSerializer[TicketEntry]):
    """A line of the history."""

    actor = serializers.SerializerMethodField()
    detail = serializers.DictField()
    of = serializers.CharField(source="ticket.code", help_text="the ticket it was written on: a duplicate's stays its")

    class Meta:
        model = TicketEntry
        fields = ("of", "at", "verb", "from_state", "to_state", "actor", "note", "public", "detail")

    def get_actor(self, entry: TicketEntry) -> str:
        """Return who did it; empty for the system."""
        return name_of(entry.actor)


class TicketDetailSerializer(TicketSerializer):
    """A ticket with its ladder, its history (that of its duplicates too) and all it gathered."""

    steps = StepSerializer(many=True)
    entries = serializers.SerializerMethodField()
    along = serializers.SerializerMethodField()
    parent = serializers.SerializerMethodField()  # type: ignore[assignment]  # the metaclass takes it off the class
    merged_into = serializers.SerializerMethodField()
    children = serializers.SerializerMethodField()
    merged = serializers.SerializerMethodField()
    links = serializers.SerializerMethodField()
    checklist = serializers.SerializerMethodField()
    extensions = serializers.SerializerMethodField()
    attachments = serializers.SerializerMethodField()
    watching = serializers.SerializerMethodField()

    class Meta(TicketSerializer.Meta):
        fields = (  # type: ignore[assignment]
            *TicketSerializer.Meta.fields,
            "along",
            "parent",
            "merged_into",
            "children",
            "merged",
            "links",
            "checklist",
            "extensions",
            "attachments",
            "watching",
            "steps",
            "entries",
        )

    @extend_schema_field(EntrySerializer(many=True))
    def get_entries(self, ticket: Ticket) -> Any:
        """Return the history, the oldest line first."""
        return EntrySerializer(selectors.entries_of(self._family(ticket)), many=True).data

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_along(self, ticket: Ticket) -> list[str]:
        """Return the slugs of the departments that work along."""
        return [one.slug for one in selectors.helpers_of(ticket)]

    @extend_schema_field(TicketRelativeSerializer(allow_null=True))
    def get_parent(self, ticket: Ticket) -> Any:
        """Return the whole that this ticket is a part of."""
        return self._relatives([ticket.parent])[0] if ticket.parent else None

    @extend_schema_field(TicketRelativeSerializer(allow_null=True))
    def get_merged_into(self, ticket: Ticket) -> Any:
        """Return the ticket that carries on for this one."""
        return self._relatives([ticket.merged_into])[0] if ticket.merged_into else None

    @extend_schema_field(TicketRelativeSerializer(many=True))
    def get_children(self, ticket: Ticket) -> Any:
        """Return the parts."""
        return self._relatives(list(selectors.children_of(ticket)))

    @extend_schema_field(TicketRelativeSerializer(many=True))
    def get_merged(self, ticket: Ticket) -> Any:
        """Return the duplicates that were merged into it."""
        return self._relatives(self._family(ticket)[1:])

    @extend_schema_field(TicketLinkSerializer(many=True))
    def get_links(self, ticket: Ticket) -> Any:
        """Return the links whose other end the reader may see."""
        return [TicketLinkSerializer(one).data for one in links_of(ticket, self.context["user"])]

    @extend_schema_field(TicketItemSerializer(many=True))
    def get_checklist(self, ticket: Ticket) -> Any:
        """Return what has to be done."""
        return TicketItemSerializer(selectors.items_of(ticket), many=True).data

    @extend_schema_field(TicketExtensionSerializer(many=True))
    def get_extensions(self, ticket: Ticket) -> Any:
        """Return the later deadlines asked for, and what came of them."""
        return TicketExtensionSerializer(selectors.extensions_of(ticket), many=True).data

    @extend_schema_field(TicketAttachmentSerializer(many=True))
    def get_attachments(self, ticket: Ticket) -> Any:
        """Return the files, those of duplicates too."""
        return TicketAttachmentSerializer(selectors.attachments_of(self._family(ticket)), many=True).data

    def get_watching(self, ticket: Ticket) -> bool:
        """Tell whether the reader watches it."""
        return bool(ticket.watchers.filter(pk=self.context["user"].pk).exists())

    def _family(self, ticket: Ticket) -> list[Ticket]:
        family: list[Ticket] | None = self.__dict__.get("_merged_family")
        if family is None:
            family = self.__dict__["_merged_family"] = selectors.family_of(ticket)
        return family

    def _relatives(self, rows: list[Ticket]) -> Any:
        within = selectors.within_reach(self.context["user"], rows)
        return [TicketRelativeSerializer(one, context={"within": within}).data for one in rows]


class TicketVerbSerializer(serializers.Serializer[Any]):
    """What may come with a verb: a note and the version with any, the rest where the verb needs it."""

    version = serializers.IntegerField(
        required=False, min_value=1, max_value=2**31 - 1, help_text="the one looked at: an older one is refused by 409"
    )
    note = serializers.CharField(required=False, allow_blank=True, max_length=5000)
    text = serializers.SlugField(required=False, max_length=60, help_text="a standard text, when no note is given")
    public = serializers.BooleanField(required=False, help_text="comment: everybody may read it")
    outcome = serializers.ChoiceField(required=False, choices=workflow.OUTCOME_CHOICES, help_text="resolve")
    public_text = serializers.CharField(
        required=False, allow_blank=True, max_length=5000, help_text="resolve; owed with the outcome not_fixed"
    )
    person = serializers.UUIDField(required=False, help_text="assign: the person's public id")
    department = serializers.SlugField(required=False, help_text="transfer, split, involve, release")
    unit = serializers.CharField(required=False, max_length=5, help_text="transfer, split: a unit's code")
    title = serializers.CharField(required=False, max_length=120, help_text="split: what the part is about")
    until = serializers.DateTimeField(required=False, help_text="wait: until when")
    waiting_for = serializers.ChoiceField(required=False, choices=workflow.WAITING_CHOICES, help_text="wait: for whom")
    due_at = serializers.DateTimeField(required=False, help_text="extend, ask_extension: the new deadline")
    into = serializers.UUIDField(required=False, help_text="merge: the ticket that stays")
    off = serializers.BooleanField(required=False, help_text="watch: stop watching")
    item = serializers.UUIDField(required=False, help_text="tick: the item")
    mark = serializers.ChoiceField(required=False, choices=TicketItem.STATES, help_text="tick: done unless said else")
    kind = serializers.ChoiceField(required=False, choices=TicketLink.KINDS, help_text="link")
    other = serializers.CharField(required=False, max_length=40, help_text="link: another ticket's id or code")
    alert = serializers.UUIDField(required=False, help_text="link: an alert")
    monitor = serializers.SlugField(required=False, max_length=40, help_text="link: whose record")
    record = serializers.IntegerField(required=False, min_value=1, max_value=2**63 - 1, help_text="link: a record's id")
    link = serializers.UUIDField(required=False, help_text="unlink: the link")


class AttachSerializer(TicketVerbSerializer):
    """A file, and what may come with it."""

    file = serializers.FileField()
