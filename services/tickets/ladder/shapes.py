"""What a policy is made of: the names and limits that rules, API, admin and pages share."""

from typing import Any, Final

import msgspec

from services.contract import Severity

KINDS: Final = ("minutes", "working_minutes", "working_days")
"""How a period counts: by the clock, inside working hours, or to the close of working days."""
LONGEST: Final = {"minutes": 366 * 24 * 60, "working_minutes": 262 * 450, "working_days": 262}
"""The longest period of each kind: one year."""
FROM: Final = ("opened", "deadline")
UNTIL: Final = ("acknowledged", "resolved")
TARGETS: Final = ("rung", "position", "roster", "person", "head", "chair")
MOST_STEPS: Final = 20
MOST_REPEATS: Final = 24
MOST_ACKNOWLEDGEMENTS: Final = 9
MOST_PLACES: Final = 300
RESERVED: Final = ("new", "reorder")
"""Slugs that the API's own addresses use."""


class Content(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one version of a policy says, as ``policies.toml`` and the API write it; see ``models.Policy``."""

    slug: str
    order: int
    title: dict[str, str]
    deadline: dict[str, int]
    steps: list[dict[str, Any]] = []
    monitor: str = ""
    rule: str = ""
    category: str = ""
    severity: Severity = "info"
    units: list[str] = []
    departments: list[str] = []
    opens: bool = True
    auto_close: bool = False
    acknowledgements: int = 1


FIELDS: Final = tuple(field.name for field in msgspec.structs.fields(Content))
STEP_FIELDS: Final = ("target", "after", "from", "until", "repeat")
