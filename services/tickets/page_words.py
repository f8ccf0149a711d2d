"""How the workspace shows states, verbs, outcomes and severities: one table each, so that pages never invent a word."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_noop as _

from services import registry
from services.contract import Monitor
from services.tickets import workflow
from services.tickets.models import Ticket


def localised(label: Mapping[str, str]) -> str:
    """Return the reader's side of a pair ``{"vi": …, "en": …}``."""
    return label.get(get_language() or "vi") or label.get("vi", "")


def monitor_of(ticket: Ticket) -> Monitor | None:
    """Return the monitor a ticket came from; None when it is no longer installed: its tickets stay."""
    try:
        return registry.monitor(ticket.monitor)
    except registry.UnknownNameError:
        return None


def source_of(ticket: Ticket) -> str:
    """Return where a ticket came from, in words."""
    monitor = monitor_of(ticket)
    return gettext(monitor.title) if monitor else ticket.monitor


@dataclass(frozen=True, slots=True)
class Look:
    """A state of work as a page shows it: colour class, shape (a circle that fills) and word."""

    css: str
    shape: str
    title: str

    @property
    def text(self) -> str:
        """The word in the reader's language."""
        return gettext(self.title)


STATES: Final = {
    workflow.NEW: Look("new", "s-new", _("New")),
    workflow.ACCEPTED: Look("work", "s-routed", _("Accepted")),
    workflow.IN_PROGRESS: Look("work", "s-work", _("In progress")),
    workflow.WAITING: Look("wait", "s-wait", _("Waiting")),
    workflow.RESOLVED: Look("work", "s-review", _("Awaiting approval")),
    workflow.CLOSED: Look("done", "s-done", _("Closed")),
    workflow.RETURNED: Look("re", "s-re", _("Returned")),
    workflow.CANCELLED: Look("new", "s-off", _("Cancelled")),
    workflow.MERGED: Look("new", "s-off", _("Merged")),
}
_CLOSED_AS: Final = {
    "fixed": Look("done", "s-done", _("Closed, fixed")),
    "not_fixed": Look("bad", "s-not-fixed", _("Closed, not fixed")),
    "duplicate": Look("new", "s-off", _("Closed, already reported")),
    "not_ours": Look("new", "s-off", _("Closed, not ours")),
    "no_action": Look("new", "s-off", _("Closed, nothing to do")),
}

SEVERITIES: Final = {
    "critical": _("Critical"),
    "high": _("High"),
    "medium": _("Medium"),
    "low": _("Low"),
    "info": _("Information"),
}

OUTCOMES: Final = {
    "fixed": _("Fixed"),
    "not_fixed": _("Not fixed"),
    "duplicate": _("Already reported"),
    "not_ours": _("Not ours"),
    "no_action": _("Nothing to do"),
}


def look_of(ticket: Ticket) -> Look:
    """Return how a ticket's state is shown; a closed one tells how it ended."""
    if ticket.state == workflow.CLOSED and ticket.outcome in _CLOSED_AS:
        return _CLOSED_AS[ticket.outcome]
    return STATES[ticket.state]


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb as a button: its icon and words; ``asks`` names the fields of its form, none = one press.

    ``main_in`` are the states in which it is the one thing to do next; ``done`` is said when it has been done.
    """

    name: str
    icon: str
    title: str
    done: str
    asks: tuple[str, ...] = ()
    main_in: tuple[str, ...] = ()


VERBS: Final = {
    verb.name: verb
    for verb in (
        Verb("accept", icon="hand", title=_("Accept"), done=_("Accepted: it is yours now."), main_in=(workflow.NEW,)),
        Verb("start", icon="play", title=_("Start work"), done=_("Work has started."), main_in=(workflow.ACCEPTED,)),
        Verb(
            "resolve",
            icon="check",
            title=_("Report it done"),
            done=_("Reported done. It waits for approval."),
            asks=("outcome", "public_text", "note"),
            main_in=(workflow.IN_PROGRESS,),
        ),
        Verb("resume", icon="play", title=_("Go on"), done=_("Work goes on."), main_in=(workflow.WAITING,)),
        Verb("approve", icon="check", title=_("Approve and close"), done=_("Closed."), main_in=(workflow.RESOLVED,)),
        Verb("reject", icon="undo-2", title=_("Not done yet"), done=_("Sent back to work."), asks=("note",)),
        Verb("acknowledge", icon="eye", title=_("I have seen it"), done=_("Noted: the first warnings stop.")),
        Verb(
            "wait", icon="pause", title=_("Wait"), done=_("It waits; the deadline moved along."), asks=("until", "note")
        ),
        Verb("assign", icon="user-check", title=_("Assign"), done=_("Assigned."), asks=("person", "note")),
        Verb(
            "transfer",
            icon="corner-up-right",
            title=_("Transfer"),
            done=_("Handed over; the deadline is kept."),
            asks=("to", "note"),
            main_in=(workflow.RETURNED,),
        ),
        Verb(
            "extend", icon="calendar-clock", title=_("Extend"), done=_("The deadline moved."), asks=("due_at", "note")
        ),
        Verb("return", icon="reply", title=_("Return"), done=_("Returned to the dispatcher."), asks=("note",)),
        Verb("reopen", icon="rotate-ccw", title=_("Reopen"), done=_("Reopened."), asks=("note",)),
        Verb("cancel", icon="ban", title=_("Cancel"), done=_("Cancelled."), asks=("note",)),
    )
}
"""The verbs that have a button, in the buttons' order. Comments have their own form; the rest only the API so far."""

HINTS: Final = {
    workflow.NEW: _("Nobody has taken it yet, and the clock is running."),
    workflow.ACCEPTED: _("Press start when work begins."),
    workflow.IN_PROGRESS: _("Report it done when it is. Whoever answers for the result then approves and closes."),
    workflow.WAITING: _("Every date moved by as long as it waits."),
    workflow.RESOLVED: _("Whoever answers for the result approves it, or sends it back."),
    workflow.RETURNED: _("The dispatcher sends it on; the clock is running."),
}

EVENTS: Final = {
    "open": ("new", "s-new", _("Ticket opened")),
    "accept": ("work", "s-routed", _("Accepted")),
    "start": ("work", "s-work", _("Work started")),
    "wait": ("wait", "s-wait", _("Waiting")),
    "resume": ("work", "s-work", _("Work goes on")),
    "resolve": ("work", "s-review", _("Reported done")),
    "approve": ("done", "s-done", _("Approved and closed")),
    "close": ("done", "s-done", _("Closed")),
    "reject": ("re", "s-re", _("Sent back to work")),
    "return": ("re", "s-re", _("Returned")),
    "transfer": ("re", "s-re", _("Handed over, deadline kept")),
    "reopen": ("re", "s-re", _("Reopened")),
    "acknowledge": ("work", "s-routed", _("Seen")),
    "assign": ("work", "s-routed", _("Assigned")),
    "extend": ("wait", "s-wait", _("Deadline extended")),
    "severity": ("bad", "s-re", _("Became more severe")),
    "condition_gone": ("done", "s-done", _("The condition is gone; somebody is to confirm")),
    "cancel": ("new", "s-off", _("Cancelled")),
    "merge": ("new", "s-off", _("Merged into another ticket")),
    "split": ("work", "s-routed", _("Part of it went to another office")),
    "attach": ("new", "s-new", _("File attached")),
    "watch": ("new", "s-new", _("Watching changed")),
    "notify": ("", "", _("Told")),
    "escalate": ("", "", _("Went up to")),
}
"""How a line of the history is shown: colour class and shape (none = a message went out), and words."""
