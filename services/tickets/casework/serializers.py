"""Checklists and standard texts as the API shows and takes them."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from services.tickets import workflow
from services.tickets.casework.content import pair
from services.tickets.flow.serializers import TextPairSerializer
from services.tickets.models import Checklist, ChecklistItem, StandardText

MOST_ITEMS = 60
LONGEST_TEXT = 5000
_HIGHEST = 32_767
_SHARED = ("slug", "title", "monitor", "category", "order", "active", "version")


# --- as shown ---


class ChecklistItemSerializer(serializers.ModelSerializer[ChecklistItem]):
    """One thing to do; ``department`` whose it is, null: of whoever leads."""

    text = serializers.SerializerMethodField()
    department = serializers.CharField(source="department.slug", default=None, allow_null=True)

    class Meta:
        model = ChecklistItem
        fields = ("text", "required", "department")

    @extend_schema_field(TextPairSerializer)
    def get_text(self, item: ChecklistItem) -> dict[str, str]:
        """Return what is to be done; the English is empty where nobody wrote it."""
        return pair(item.text, item.text_en)


class ChecklistSerializer(serializers.ModelSerializer[Checklist]):
    """A checklist: copied to tickets of its monitor and category (empty: of all) when they open."""

    title = serializers.SerializerMethodField()
    items = ChecklistItemSerializer(many=True)

    class Meta:
        model = Checklist
        fields = (*_SHARED, "items")

    @extend_schema_field(TextPairSerializer)
    def get_title(self, row: Checklist) -> dict[str, str]:
        """Return its name."""
        return pair(row.title, row.title_en)


class TextTemplateSerializer(serializers.ModelSerializer[StandardText]):
    """A standard text as it is kept: offered by monitor, category and state of the ticket (empty: of all)."""

    title = serializers.SerializerMethodField()
    text = serializers.SerializerMethodField()
    state = serializers.CharField()
    outcome = serializers.CharField()

    class Meta:
        model = StandardText
        fields = (*_SHARED, "state", "outcome", "public", "text")

    @extend_schema_field(TextPairSerializer)
    def get_title(self, row: StandardText) -> dict[str, str]:
        """Return its name."""
        return pair(row.title, row.title_en)

    @extend_schema_field(TextPairSerializer)
    def get_text(self, row: StandardText) -> dict[str, str]:
        """Return its words, with ``{code}``, ``{place}`` and ``{date}`` not filled in."""
        return pair(row.text, row.text_en)


class ChecklistListSerializer(serializers.Serializer[Any]):
    """Checklists in the order in which they are laid."""

    results = ChecklistSerializer(many=True)


class TextTemplateListSerializer(serializers.Serializer[Any]):
    """Standard texts in the order in which they are offered."""

    results = TextTemplateSerializer(many=True)


# --- as taken ---


class LineGivenSerializer(serializers.Serializer[Any]):
    """A line in Vietnamese and, where somebody wrote it, in English."""

    vi = serializers.CharField(max_length=200)
    en = serializers.CharField(max_length=200, allow_blank=True, default="")


class WordsGivenSerializer(serializers.Serializer[Any]):
    """Words in Vietnamese and, where somebody wrote them, in English."""

    vi = serializers.CharField(max_length=LONGEST_TEXT)
    en = serializers.CharField(max_length=LONGEST_TEXT, allow_blank=True, default="")


class ItemGivenSerializer(serializers.Serializer[Any]):
    """One thing to do."""

    text = LineGivenSerializer()
    required = serializers.BooleanField(default=False, help_text="ticked or excused before the ticket is reported done")
    department = serializers.SlugField(max_length=60, allow_blank=True, allow_null=True, default="")

    def validate_department(self, value: str | None) -> str:
        """Take null, as it is shown, for nobody's."""
        return value or ""


class _EditSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField(min_value=1, max_value=2**31 - 1, help_text="the one that was read")
    title = LineGivenSerializer(required=False)
    monitor = serializers.CharField(required=False, allow_blank=True, max_length=40)
    category = serializers.CharField(required=False, allow_blank=True, max_length=60)
    order = serializers.IntegerField(required=False, min_value=0, max_value=_HIGHEST)


class ChecklistEditSerializer(_EditSerializer):
    """What a checklist is to say instead; fields left out stay, items come whole."""

    items = ItemGivenSerializer(many=True, required=False, allow_empty=False, max_length=MOST_ITEMS)


class TextEditSerializer(_EditSerializer):
    """What a standard text is to say instead; fields left out stay."""

    state = serializers.ChoiceField(required=False, allow_blank=True, choices=workflow.STATE_CHOICES)
    outcome = serializers.ChoiceField(required=False, allow_blank=True, choices=workflow.OUTCOME_CHOICES)
    public = serializers.BooleanField(required=False, help_text="meant for whoever reported it")
    text = WordsGivenSerializer(required=False, help_text="{code}, {place} and {date} are filled in")


class ChecklistNewSerializer(ChecklistEditSerializer):
    """A checklist to be added."""

    version = None  # type: ignore[assignment]  # a new one has none
    slug = serializers.SlugField(max_length=60, help_text="its name in addresses; never changes")
    title = LineGivenSerializer()
    items = ItemGivenSerializer(many=True, allow_empty=False, max_length=MOST_ITEMS)


class TextNewSerializer(TextEditSerializer):
    """A standard text to be added."""

    version = None  # type: ignore[assignment]  # a new one has none
    slug = serializers.SlugField(max_length=60, help_text="its name in addresses; never changes")
    title = LineGivenSerializer()
    text = WordsGivenSerializer(help_text="{code}, {place} and {date} are filled in")


class ChecklistsAskedSerializer(serializers.Serializer[Any]):
    """Which ones: those meant for tickets of a monitor and category, those for all among them."""

    monitor = serializers.CharField(required=False, allow_blank=True, max_length=40)
    category = serializers.CharField(required=False, allow_blank=True, max_length=60)
    active = serializers.BooleanField(allow_null=True, default=None, help_text="in force, or retired")


class TextsAskedSerializer(ChecklistsAskedSerializer):
    """Which ones: those meant for tickets of a monitor, category and state, those for all among them."""

    state = serializers.ChoiceField(required=False, allow_blank=True, choices=workflow.STATE_CHOICES)
