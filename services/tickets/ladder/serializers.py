"""Policies as the API shows and takes them. What is taken is checked by the validator, not here."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from services.alerts.tiles import name_of
from services.contract import SEVERITY_CHOICES
from services.kernel.text import localised
from services.tickets.ladder.actions import LONGEST_NOTE
from services.tickets.models import Policy


class PolicyTitleSerializer(serializers.Serializer[Any]):
    """A text in both languages."""

    vi = serializers.CharField()
    en = serializers.CharField()


class PolicySerializer(serializers.ModelSerializer[Policy]):
    """One version of a policy; ``text`` is its title in the reader's language, ``author`` empty for the pack's own."""

    title = serializers.DictField(child=serializers.CharField())
    text = serializers.SerializerMethodField()
    severity = serializers.SerializerMethodField()
    units = serializers.ListField(child=serializers.CharField())
    departments = serializers.ListField(child=serializers.CharField())
    deadline = serializers.DictField(child=serializers.IntegerField())
    steps = serializers.ListField(child=serializers.DictField())
    author = serializers.SerializerMethodField()

    class Meta:
        model = Policy
        fields: tuple[str, ...] = (
            "slug",
            "version",
            "order",
            "title",
            "text",
            "monitor",
            "rule",
            "category",
            "severity",
            "units",
            "departments",
            "opens",
            "deadline",
            "steps",
            "auto_close",
            "acknowledgements",
            "active",
            "origin",
            "author",
            "created_at",
            "note",
        )

    @extend_schema_field(serializers.ChoiceField(choices=SEVERITY_CHOICES))
    def get_severity(self, policy: Policy) -> str:
        """Return the least severity's name."""
        return policy.severity_name

    def get_text(self, policy: Policy) -> str:
        """Return the title in the reader's language."""
        return localised(policy.title)

    def get_author(self, policy: Policy) -> str:
        """Return who wrote this version."""
        return name_of(policy.author)


class PolicyListSerializer(serializers.Serializer[Any]):
    """All policies in the order in which they are asked; the first that fits an alert decides."""

    results = PolicySerializer(many=True)


class PolicyWarningSerializer(serializers.Serializer[Any]):
    """Something that hinders nothing and should be looked at."""

    field = serializers.CharField()
    text = serializers.CharField()


class PolicyDetailSerializer(PolicySerializer):
    """The newest version, what is doubtful about it today, and all versions, the newest first."""

    warnings = PolicyWarningSerializer(many=True, read_only=True)
    versions = PolicySerializer(many=True, read_only=True)

    class Meta(PolicySerializer.Meta):
        fields = (*PolicySerializer.Meta.fields, "warnings", "versions")


class PolicyContentSerializer(serializers.Serializer[Any]):
    """What a version says: see ``docs/policies.md``. Fields that are left out keep what the version before said."""

    slug = serializers.SlugField(required=False, help_text="of a new policy; it never changes")
    order = serializers.IntegerField(required=False)
    title = PolicyTitleSerializer(required=False)
    monitor = serializers.CharField(required=False, allow_blank=True)
    rule = serializers.CharField(required=False, allow_blank=True)
    category = serializers.CharField(required=False, allow_blank=True)
    severity = serializers.ChoiceField(required=False, choices=SEVERITY_CHOICES)
    units = serializers.ListField(required=False, child=serializers.CharField())
    departments = serializers.ListField(required=False, child=serializers.CharField())
    opens = serializers.BooleanField(required=False)
    deadline = serializers.DictField(required=False, child=serializers.IntegerField())
    steps = serializers.ListField(required=False, child=serializers.DictField())
    auto_close = serializers.BooleanField(required=False)
    acknowledgements = serializers.IntegerField(required=False)
    note = serializers.CharField(required=False, allow_blank=True, help_text="why, for the history")
    version = serializers.IntegerField(required=False, help_text="the version that was edited; 409 when it is stale")


class PolicyNoteSerializer(serializers.Serializer[Any]):
    """Why a policy is retired or brought back."""

    note = serializers.CharField(required=False, allow_blank=True, max_length=LONGEST_NOTE)


class PolicyReorderSerializer(PolicyNoteSerializer):
    """Policies in the order in which they shall be asked, in the places that they have among the others now."""

    order = serializers.ListField(child=serializers.CharField(max_length=60), max_length=1000)


class AskedSerializer(serializers.Serializer[Any]):
    """The query of a dry run."""

    start = serializers.DateTimeField(required=False)
    unit = serializers.CharField(required=False, allow_blank=True, default="")
    department = serializers.CharField(required=False, allow_blank=True, default="")
    severity = serializers.CharField(required=False, allow_blank=True, default="")
    version = serializers.IntegerField(required=False, min_value=1, max_value=2**31 - 1)


class PolicyToldSerializer(serializers.Serializer[Any]):
    """Somebody who would be told."""

    id = serializers.UUIDField()
    name = serializers.CharField()


class PolicyStepSerializer(serializers.Serializer[Any]):
    """A step that fires: ``step`` counted from 0, ``turn`` 0 the first time, above it a repeat.

    ``early`` is true when the step before found nobody; ``nobody`` when this one finds nobody: the next one follows at
    once, and the supervisor gets an alert.
    """

    step = serializers.IntegerField()
    turn = serializers.IntegerField()
    title = serializers.DictField(child=serializers.CharField())
    text = serializers.CharField()
    planned_at = serializers.DateTimeField()
    at = serializers.DateTimeField()
    until = serializers.CharField()
    early = serializers.BooleanField()
    nobody = serializers.BooleanField()
    people = PolicyToldSerializer(many=True)


class PolicyQuietSerializer(serializers.Serializer[Any]):
    """A day or longer in which nobody hears anything, with the days off in it."""

    start = serializers.DateTimeField()
    end = serializers.DateTimeField()
    minutes = serializers.IntegerField()
    days_off = serializers.ListField(child=serializers.DateField())


class PolicyDryRunSerializer(serializers.Serializer[Any]):
    """Who would be told what and when if nobody answered; ``fits`` is whether the policy counts for such an alert."""

    policy = serializers.CharField()
    version = serializers.IntegerField()
    fits = serializers.BooleanField()
    opens = serializers.BooleanField()
    acknowledgements = serializers.IntegerField()
    start = serializers.DateTimeField()
    due_at = serializers.DateTimeField()
    rows = PolicyStepSerializer(many=True)
    quiet = PolicyQuietSerializer(many=True)
