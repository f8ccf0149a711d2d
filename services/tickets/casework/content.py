"""What a template says, as plain values: read from its row, written to it."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.directory.models import Department
from services.tickets.models import Checklist, ChecklistItem, StandardText

Template = Checklist | StandardText
Content = dict[str, Any]
"""By the names that the API uses; texts in two languages are ``{"vi": …, "en": …}``, a department is its slug."""

_PLAIN = ("monitor", "category", "order")
_OF_TEXTS = ("state", "outcome", "public")


def content_of(row: Template) -> Content:
    """Return what a stored template says; of a checklist its items too, in one statement."""
    shared = {"title": pair(row.title, row.title_en), **{name: getattr(row, name) for name in _PLAIN}}
    if isinstance(row, StandardText):
        return {**shared, **{name: getattr(row, name) for name in _OF_TEXTS}, "text": pair(row.text, row.text_en)}
    items = [
        {
            "text": pair(item.text, item.text_en),
            "required": item.required,
            "department": item.department.slug if item.department else "",
        }
        for item in row.items.select_related("department")
    ]
    return {**shared, "items": items}


def pair(vi: str, en: str) -> dict[str, str]:
    """Return a text in both languages."""
    return {"vi": vi, "en": en}


def put(row: Template, content: Mapping[str, Any], departments: Mapping[str, Department]) -> None:
    """Save a template as the content says; a checklist's items are written anew, tickets have copies of their own."""
    row.title, row.title_en = content["title"]["vi"], content["title"]["en"]
    names: Sequence[str] = (*_PLAIN, *_OF_TEXTS) if isinstance(row, StandardText) else _PLAIN
    for name in names:
        setattr(row, name, content[name])
    if isinstance(row, StandardText):
        row.text, row.text_en = content["text"]["vi"], content["text"]["en"]
    row.save()
    if isinstance(row, Checklist):
        row.items.all().delete()
        ChecklistItem.objects.bulk_create(
            ChecklistItem(
                checklist=row,
                order=number,
                text=item["text"]["vi"],
                text_en=item["text"]["en"],
                required=item["required"],
                department=departments.get(item["department"]),
            )
            for number, item in enumerate(content["items"], start=1)
        )
