"""Which verb leads an alert from which state to which: one table for code, API, pages and documents."""

from typing import Final

ACTIVE: Final = "active"
ACKNOWLEDGED: Final = "acknowledged"
CLEARED: Final = "cleared"
RESOLVED: Final = "resolved"
CLOSED: Final = "closed"

STATES: Final = (ACTIVE, ACKNOWLEDGED, CLEARED, RESOLVED, CLOSED)
STATE_CHOICES: Final = [(state, state) for state in STATES]

OPEN: Final = (ACTIVE, ACKNOWLEDGED, RESOLVED)
"""The same fingerprint while in one of these is the same alert; resolved = "a person says done", awaiting the clear."""
ENDED: Final = (CLEARED, CLOSED)

TRANSITIONS: Final[dict[str, dict[str, str]]] = {
    # what people do
    "acknowledge": {ACTIVE: ACKNOWLEDGED},
    "shelve": {ACTIVE: ACTIVE, ACKNOWLEDGED: ACKNOWLEDGED, RESOLVED: RESOLVED},
    "unshelve": {ACTIVE: ACTIVE, ACKNOWLEDGED: ACKNOWLEDGED, RESOLVED: RESOLVED},
    "suppress": {ACTIVE: ACTIVE, ACKNOWLEDGED: ACKNOWLEDGED, RESOLVED: RESOLVED},
    "resolve": {ACTIVE: RESOLVED, ACKNOWLEDGED: RESOLVED, CLEARED: CLOSED},
    "reopen": {RESOLVED: ACTIVE, CLEARED: ACTIVE, CLOSED: ACTIVE},
    "merge": {ACTIVE: CLOSED, ACKNOWLEDGED: CLOSED, RESOLVED: CLOSED},
    # what rules and timers do
    "clear": {ACTIVE: CLEARED, ACKNOWLEDGED: CLEARED, RESOLVED: CLOSED},
    "close": {CLEARED: CLOSED, RESOLVED: CLOSED},
}
PEOPLES_VERBS: Final = ("acknowledge", "shelve", "unshelve", "suppress", "resolve", "reopen", "merge")


def legal_verbs(state: str) -> list[str]:
    """Return the verbs a person may use in ``state``, in the table's order."""
    return [verb for verb in PEOPLES_VERBS if state in TRANSITIONS[verb]]
