"""What a check found: which field of a policy, what is wrong with it in the reader's language, and how bad that is."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Found:
    """One thing. ``field`` is a path such as ``steps.2.after``, steps counted from 0; a warning hinders nothing."""

    field: str
    text: str
    warning: bool = False


def by_field(found: Iterable[Found]) -> dict[str, list[str]]:
    """Return the texts by field, in the order in which they were found."""
    fields: dict[str, list[str]] = {}
    for one in found:
        fields.setdefault(one.field, []).append(one.text)
    return fields
