"""Duty as the API shows it, and what may be sent."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from services.directory.models import DutyShift
from services.duty import rules
from services.duty.models import Feed, Leave, Override, Rotation, Swap


class DutyPersonSerializer(serializers.Serializer[Any]):
    """Who it is."""

    id = serializers.UUIDField(source="public_id")
    name = serializers.CharField(source="full_name")


class ShiftSerializer(serializers.ModelSerializer[DutyShift]):
    """A shift; ``id`` may change when the roster is planned anew."""

    roster = serializers.SlugField(source="roster.slug")
    person = DutyPersonSerializer()

    class Meta:
        model = DutyShift
        fields = ("id", "roster", "person", "starts", "ends", "planned")


class WarningSerializer(serializers.Serializer[Any]):
    """Something open ahead. ``kind``: empty, expired, ends, gap, left, away."""

    kind = serializers.ChoiceField(choices=("empty", "expired", "ends", "gap", "left", "away"))
    starts = serializers.DateTimeField(allow_null=True)
    ends = serializers.DateTimeField(allow_null=True)
    person = DutyPersonSerializer(allow_null=True)


class WindowSerializer(serializers.Serializer[Any]):
    """When a layer holds; no days means every day."""

    days = serializers.ListField(child=serializers.ChoiceField(choices=rules.DAYS), required=False, default=list)
    to = serializers.TimeField(format="%H:%M")

    def get_fields(self) -> dict[str, Any]:
        """Add ``from``, which is no name in Python."""
        return super().get_fields() | {"from": serializers.TimeField(format="%H:%M")}


class RotationSerializer(serializers.ModelSerializer[Rotation]):
    """A rotation with its people in order."""

    id = serializers.UUIDField(source="public_id")
    people = serializers.SerializerMethodField()
    windows = WindowSerializer(many=True)

    class Meta:
        model = Rotation
        fields = ("id", "name", "order", "unit", "length", "hand_over", "starts_on", "ends_on", "windows", "people")

    def get_people(self, rotation: Rotation) -> list[dict[str, str]]:
        """Return id and name of each, in order."""
        return [{"id": str(one.person.public_id), "name": one.person.full_name} for one in rotation.participants.all()]


class OverrideSerializer(serializers.ModelSerializer[Override]):
    """An override."""

    id = serializers.UUIDField(source="public_id")
    person = DutyPersonSerializer()

    class Meta:
        model = Override
        fields = ("id", "person", "starts", "ends", "kind", "reason")


class RosterSerializer(serializers.Serializer[Any]):
    """A roster: who has the duty now and next, how it is run, and what is open ahead."""

    slug = serializers.SlugField()
    name = serializers.DictField(child=serializers.CharField())
    department = serializers.CharField(allow_null=True)
    now = ShiftSerializer(allow_null=True)
    next = ShiftSerializer(allow_null=True)
    planned_until = serializers.DateTimeField(allow_null=True)
    swap_needs_approval = serializers.BooleanField()
    hand_over_log = serializers.BooleanField()
    warnings = WarningSerializer(many=True)


class RosterDetailSerializer(RosterSerializer):
    """A roster with its rotations, the one heard first on top, and its overrides ahead."""

    rotations = RotationSerializer(many=True)
    overrides = OverrideSerializer(many=True)


class SwapSerializer(serializers.ModelSerializer[Swap]):
    """A swap; without ``takes`` the shift is given for nothing."""

    id = serializers.UUIDField(source="public_id")
    roster = serializers.SlugField(source="roster.slug")
    asked_by = DutyPersonSerializer()
    asked_of = DutyPersonSerializer()

    class Meta:
        model = Swap
        fields = (
            *("id", "roster", "state", "asked_by", "asked_of", "gives_starts", "gives_ends"),
            *("takes_starts", "takes_ends", "note", "asked_at", "ended_at", "due_at"),
        )


class LeaveSerializer(serializers.ModelSerializer[Leave]):
    """A leave and who stands in."""

    id = serializers.UUIDField(source="public_id")
    person = DutyPersonSerializer()
    stand_in = DutyPersonSerializer(allow_null=True)

    class Meta:
        model = Leave
        fields = ("id", "person", "stand_in", "starts", "ends", "reason", "ended_at")


class FeedSerializer(serializers.ModelSerializer[Feed]):
    """A calendar address without its secret."""

    id = serializers.UUIDField(source="public_id")
    roster = serializers.CharField(source="roster.slug", default=None, allow_null=True)
    person = DutyPersonSerializer(allow_null=True)

    class Meta:
        model = Feed
        fields = ("id", "roster", "person", "made_at")


class FeedListSerializer(serializers.Serializer[Any]):
    """Calendar addresses that are in use."""

    results = FeedSerializer(many=True)


class NewFeedSerializer(FeedSerializer):
    """A calendar address just made: the only time that its address is told."""

    address = serializers.CharField()

    class Meta(FeedSerializer.Meta):
        fields = ("id", "roster", "person", "made_at", "address")  # type: ignore[assignment]


# --- what may be sent ------------------------------------------------------------------------------------------------


class RotationGiven(serializers.Serializer[Any]):
    """A rotation as somebody wants it; ``people`` are ids in order."""

    name = serializers.CharField(max_length=120)
    people = serializers.ListField(child=serializers.UUIDField(), max_length=rules.MOST_PEOPLE)
    unit = serializers.ChoiceField(choices=Rotation.Unit.choices)
    length = serializers.IntegerField(min_value=1, max_value=1000, default=1)
    hand_over = serializers.TimeField()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(required=False, allow_null=True, default=None)
    order = serializers.IntegerField(min_value=1, max_value=100, default=1)
    windows = WindowSerializer(many=True, required=False, default=list)

    def given(self) -> rules.Given:
        """Return it as the rules want it, once it is valid."""
        data = dict(self.validated_data)
        windows = [_written(window) for window in data.pop("windows")]
        return rules.Given(**data, windows=windows)


def _written(window: Mapping[str, Any]) -> dict[str, Any]:
    return {"days": list(window["days"]), "from": f"{window['from']:%H:%M}", "to": f"{window['to']:%H:%M}"}


class PlanGiven(serializers.Serializer[Any]):
    """How a roster is run."""

    swap_needs_approval = serializers.BooleanField(required=False, default=None, allow_null=True)
    hand_over_log = serializers.BooleanField(required=False, default=None, allow_null=True)


class OverrideGiven(serializers.Serializer[Any]):
    """Who takes the duty from when to when."""

    person = serializers.UUIDField()
    starts = serializers.DateTimeField()
    ends = serializers.DateTimeField()
    reason = serializers.CharField(max_length=300, required=False, default="", allow_blank=True)


class SwapGiven(serializers.Serializer[Any]):
    """Which shift of one's own is given, for which other one or to whom for nothing."""

    gives = serializers.IntegerField(min_value=1, max_value=2**62)
    takes = serializers.IntegerField(min_value=1, max_value=2**62, required=False, allow_null=True, default=None)
    person = serializers.UUIDField(required=False, allow_null=True, default=None)
    note = serializers.CharField(max_length=300, required=False, default="", allow_blank=True)


class LeaveGiven(serializers.Serializer[Any]):
    """Who is away from when to when, and who stands in; without ``person`` it is the caller."""

    person = serializers.UUIDField(required=False, allow_null=True, default=None)
    stand_in = serializers.UUIDField(required=False, allow_null=True, default=None)
    starts = serializers.DateTimeField()
    ends = serializers.DateTimeField()
    reason = serializers.CharField(max_length=200, required=False, default="", allow_blank=True)


class FeedGiven(serializers.Serializer[Any]):
    """Of which roster; without it, of the caller's own shifts."""

    roster = serializers.SlugField(required=False, allow_null=True, default=None)


class CalendarGiven(serializers.Serializer[Any]):
    """A calendar file's text; ``apply`` false only tells what it would change."""

    ics = serializers.CharField(trim_whitespace=False)
    apply = serializers.BooleanField(default=False)


class CalendarRow(serializers.Serializer[Any]):
    """One event: what it would change, or what is wrong with it."""

    uid = serializers.CharField()
    title = serializers.CharField()
    starts = serializers.DateTimeField(allow_null=True)
    ends = serializers.DateTimeField(allow_null=True)
    person = DutyPersonSerializer(allow_null=True)
    change = serializers.CharField()
    instead_of = serializers.CharField()
    error = serializers.CharField()


class CalendarAnswer(serializers.Serializer[Any]):
    """What was read, event by event."""

    applied = serializers.BooleanField()
    rows = CalendarRow(many=True)


class Nothing(serializers.Serializer[Any]):
    """No fields."""
