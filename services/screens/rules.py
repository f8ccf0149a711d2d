"""What a screen may be set to: pure checks that say what is wrong, by field."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext

from services.contract import SEVERITIES
from services.screens.models import LEAST_TURN, LONGEST_TURN

LONGEST_NAME = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a screen shows: boards in turn, each for ``turn`` seconds; those in alarm from ``forward_from`` on come
    forward (empty: never)."""

    name: str
    boards: tuple[str, ...]
    turn: int
    forward_from: str = "critical"


def plan_errors(plan: Plan, known: Collection[str]) -> dict[str, str]:
    """Return what is wrong with a plan, by field; ``known`` are the boards there are."""
    errors = {}
    if not plan.name.strip() or len(plan.name) > LONGEST_NAME:
        errors["name"] = gettext("Give it a name of at most {count} letters.").format(count=LONGEST_NAME)
    if not plan.boards:
        errors["boards"] = gettext("Choose at least one board.")
    elif strange := _strange(plan.boards, known):
        errors["boards"] = gettext("There is no board {names}.").format(names=", ".join(strange))
    if not LEAST_TURN <= plan.turn <= LONGEST_TURN:
        errors["turn"] = gettext("Between {least} and {most} seconds.").format(least=LEAST_TURN, most=LONGEST_TURN)
    if plan.forward_from and plan.forward_from not in SEVERITIES:
        errors["forward_from"] = gettext("There is no such severity.")
    return errors


def _strange(boards: Sequence[str], known: Collection[str]) -> list[str]:
    return sorted({slug for slug in boards if slug not in known})
