"""The pack's first checklists and standard texts: loaded once by their slug, afterwards the admin's to edit."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.db import transaction

from services.directory.models import Department
from services.tickets.flow.models import Checklist, ChecklistItem, StandardText

MATCHERS = ("monitor", "category", "order")


def load(path: Path) -> int:
    """Add the checklists and texts of ``casework.toml`` that are not there yet; return how many.

    What is there is left alone, edited or not: the file is a beginning, the database is the truth. A missing file adds
    nothing. KeyError names what an entry lacks.
    """
    if not path.is_file():
        return 0
    given = tomllib.loads(path.read_text(encoding="utf-8"))
    with transaction.atomic():
        lists = sum(_checklist(row) for row in given.get("checklist", ()))
        return lists + sum(_text(row) for row in given.get("text", ()))


def _checklist(row: Mapping[str, Any]) -> bool:
    made, new = Checklist.objects.get_or_create(slug=row["slug"], defaults=_shared(row))
    if new:
        slugs = {item["department"] for item in row["items"] if "department" in item}
        departments = {one.slug: one for one in Department.objects.filter(slug__in=slugs)}
        ChecklistItem.objects.bulk_create(
            ChecklistItem(
                checklist=made,
                order=number,
                text=item["vi"],
                text_en=item["en"],
                required=item.get("required", False),
                department=departments.get(item.get("department", "")),
            )
            for number, item in enumerate(row["items"], start=1)
        )
    return new


def _text(row: Mapping[str, Any]) -> bool:
    own = {name: row[name] for name in ("state", "outcome", "public") if name in row}
    defaults = _shared(row) | own | {"text": row["vi"], "text_en": row.get("en", "")}
    return StandardText.objects.get_or_create(slug=row["slug"], defaults=defaults)[1]


def _shared(row: Mapping[str, Any]) -> dict[str, Any]:
    title = {"title": row["title"]["vi"], "title_en": row["title"]["en"]}
    return title | {name: row[name] for name in MATCHERS if name in row}
