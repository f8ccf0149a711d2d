"""Which verb leads a ticket from which state to which: one table for code, API, pages and documents."""

from typing import Final

NEW: Final = "new"
ACCEPTED: Final = "accepted"
IN_PROGRESS: Final = "in_progress"
WAITING: Final = "waiting"
RESOLVED: Final = "resolved"
CLOSED: Final = "closed"
RETURNED: Final = "returned"
CANCELLED: Final = "cancelled"
MERGED: Final = "merged"

STATES: Final = (NEW, ACCEPTED, IN_PROGRESS, WAITING, RESOLVED, CLOSED, RETURNED, CANCELLED, MERGED)
STATE_CHOICES: Final = [(state, state) for state in STATES]
OPEN: Final = (NEW, ACCEPTED, IN_PROGRESS, WAITING, RESOLVED, RETURNED)
RUNNING: Final = (NEW, ACCEPTED, IN_PROGRESS, WAITING, RETURNED)
"""States in which the ladder climbs: nobody has yet said that it is done."""
WAITING_KINDS: Final = ("citizen", "agency")
"""Whom a ticket waits for: whoever reported it, or another agency."""
WAITING_CHOICES: Final = [(kind, kind) for kind in WAITING_KINDS]
OUTCOMES: Final = ("fixed", "not_fixed", "duplicate", "not_ours", "no_action")
OUTCOME_CHOICES: Final = [(outcome, outcome) for outcome in OUTCOMES]

_STAYS_OPEN: Final = {state: state for state in OPEN}
_STAYS_RUNNING: Final = {state: state for state in RUNNING}
_ANY: Final = {state: state for state in STATES}

TRANSITIONS: Final[dict[str, dict[str, str]]] = {
    "acknowledge": _STAYS_OPEN,
    "accept": {NEW: ACCEPTED},
    "return": {NEW: RETURNED, ACCEPTED: RETURNED},
    "assign": {**_STAYS_OPEN, RETURNED: NEW},
    "transfer": {**_STAYS_OPEN, RETURNED: NEW},
    "start": {ACCEPTED: IN_PROGRESS},
    "wait": {IN_PROGRESS: WAITING},
    "resume": {WAITING: IN_PROGRESS},
    "ask_extension": _STAYS_RUNNING,
    "grant_extension": _STAYS_RUNNING,
    "refuse_extension": _STAYS_RUNNING,
    "extend": _STAYS_OPEN,
    "resolve": {IN_PROGRESS: RESOLVED},
    "reject": {RESOLVED: IN_PROGRESS},
    "approve": {RESOLVED: CLOSED},
    "reopen": {CLOSED: IN_PROGRESS},
    "cancel": dict.fromkeys(OPEN, CANCELLED),
    "merge": dict.fromkeys(OPEN, MERGED),
    "split": _STAYS_OPEN,
    "involve": _STAYS_OPEN,
    "release": _STAYS_OPEN,
    "tick": _STAYS_OPEN,
    "link": _ANY,
    "unlink": _ANY,
    "comment": _ANY,
    "attach": _ANY,
    "watch": _ANY,
}
VERBS: Final = tuple(TRANSITIONS)
ACTION_OF: Final = dict.fromkeys(VERBS, "tickets.act") | {
    "approve": "tickets.approve",
    "extend": "tickets.approve",  # whoever answers for the result grants more time
    "grant_extension": "tickets.approve",
    "refuse_extension": "tickets.approve",
    "reject": "tickets.reject",
}
"""Which row of the access table each verb asks."""
ALONG: Final = frozenset({"comment", "attach", "watch", "tick"})
"""What a department that works along may do; the deadline and all else stay the lead's."""


def legal_verbs(state: str) -> list[str]:
    """Return the verbs possible in ``state``, in the table's order."""
    return [verb for verb in VERBS if state in TRANSITIONS[verb]]
