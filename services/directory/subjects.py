"""Action: keep citizens' personal values where they belong, once per batch of a source."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from services.directory.models import Subject
from services.directory.text import clean


@dataclass(frozen=True, slots=True)
class Personal:
    """Who a record's subject is. ``subject`` is the public id the record holds."""

    subject: uuid.UUID
    name: str
    phone: str = ""


def keep_subjects(*, realm: str, people: Sequence[Personal]) -> None:
    """Make or refresh subjects in the caller's transaction: two statements, none for an empty list.

    What was erased stays erased, whatever a source goes on sending (personal-data law 91/2025).
    """
    if not people:
        return
    latest = {person.subject: person for person in people}
    erased = set(
        Subject.objects.filter(public_id__in=latest, erased_at__isnull=False).values_list("public_id", flat=True)
    )
    rows = [
        Subject(public_id=key, realm=realm, name=clean(person.name)[:150], phone=clean(person.phone)[:20])
        for key, person in latest.items()
        if key not in erased
    ]
    Subject.objects.bulk_create(
        rows, update_conflicts=True, update_fields=["name", "phone"], unique_fields=["public_id"], batch_size=1000
    )
