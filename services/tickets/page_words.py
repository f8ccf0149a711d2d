"""How the workspace shows states, verbs, outcomes and severities: one table each, so that pages never invent a word."""

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from services.tickets import workflow
from services.tickets.categories import category_name
from services.tickets.flow.models import Extension, TicketItem, TicketLink
from services.tickets.flow.outside import monitor_of
from services.tickets.models import Ticket


def source_of(ticket: Ticket) -> str:
    """Return where a ticket came from, in words: its monitor, or what it is when the services opened it themselves."""
    monitor = monitor_of(ticket)
    return gettext(monitor.title) if monitor else category_name(ticket.monitor)


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
    ``beside``: its place is beside what it is about (the deadline, the checklist), not among the buttons on top.
    """

    name: str
    icon: str
    title: str
    done: str
    asks: tuple[str, ...] = ()
    main_in: tuple[str, ...] = ()
    beside: bool = False


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
            "wait",
            icon="pause",
            title=_("Wait"),
            done=_("It waits; the deadline moved along."),
            asks=("waiting_for", "until", "note"),
        ),
        Verb(
            "transfer",
            icon="corner-up-right",
            title=_("Transfer"),
            done=_("Handed over; the deadline is kept."),
            asks=("to", "note"),
            main_in=(workflow.RETURNED,),
        ),
        Verb(
            "split",
            icon="split",
            title=_("Split off a part"),
            done=_("The part has a ticket of its own."),
            asks=("to", "title", "note"),
        ),
        Verb("assign", icon="user-check", title=_("Assign"), done=_("Assigned."), asks=("person", "note")),
        Verb(
            "involve",
            icon="users",
            title=_("Ask another department to help"),
            done=_("They see the ticket from now on; the deadline stays yours."),
            asks=("department", "note"),
        ),
        Verb(
            "merge",
            icon="git-merge",
            title=_("Merge into another ticket"),
            done=_("Merged: the other ticket carries on."),
            asks=("into", "note"),
        ),
        Verb("link", icon="link", title=_("Link to a ticket"), done=_("Linked."), asks=("kind", "other")),
        Verb(
            "extend", icon="calendar-clock", title=_("Extend"), done=_("The deadline moved."), asks=("due_at", "note")
        ),
        Verb("return", icon="reply", title=_("Return"), done=_("Returned to the dispatcher."), asks=("note",)),
        Verb("reopen", icon="rotate-ccw", title=_("Reopen"), done=_("Reopened."), asks=("note",)),
        Verb("cancel", icon="ban", title=_("Cancel"), done=_("Cancelled."), asks=("note",)),
        Verb(
            "ask_extension",
            icon="calendar-clock",
            title=_("Ask for more time"),
            done=_("Asked. Until somebody decides the old deadline runs on."),
            asks=("due_at", "note"),
            beside=True,
        ),
        Verb(
            "grant_extension",
            icon="check",
            title=_("Grant it"),
            done=_("Granted: the deadline moved."),
            beside=True,
        ),
        Verb(
            "refuse_extension",
            icon="x",
            title=_("Refuse it"),
            done=_("Refused: the old deadline stays."),
            asks=("note",),
            beside=True,
        ),
        Verb("tick", icon="check", title=_("Tick"), done=_("Noted in the checklist."), beside=True),
        Verb("release", icon="x", title=_("No help needed any more"), done=_("They are off the ticket."), beside=True),
        Verb("unlink", icon="x", title=_("Remove the link"), done=_("The link is gone."), beside=True),
        Verb("watch", icon="eye", title=_("Watch"), done=_("Noted."), beside=True),
        Verb("attach", icon="paperclip", title=_("Attach a file"), done=_("The file is attached."), beside=True),
    )
}
"""The verbs that a page offers, the buttons in their order. Comments have their own form."""

WAITING: Final = {
    "citizen": _("Whoever reported it"),
    "agency": _("Another agency"),
}
LINKS: Final = {
    TicketLink.RELATES: _("Relates to"),
    TicketLink.CAUSED_BY: _("Caused by"),
    TicketLink.DUPLICATE_OF: _("Duplicate of"),
}
LINKS_BACK: Final = {
    TicketLink.RELATES: _("Relates to"),
    TicketLink.CAUSED_BY: _("Cause of"),
    TicketLink.DUPLICATE_OF: _("Has the duplicate"),
}
MARKS: Final = {
    TicketItem.OPEN: _("Open again"),
    TicketItem.DONE: _("Done"),
    TicketItem.EXCUSED: _("Excused"),
}
EXTENSIONS: Final = {
    Extension.ASKED: _("Asked for, not decided yet"),
    Extension.GRANTED: _("Granted"),
    Extension.REFUSED: _("Refused"),
    Extension.LAPSED: _("Ended before it was decided"),
}

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
    "ask_extension": ("wait", "s-wait", _("Asked for a later deadline")),
    "grant_extension": ("wait", "s-wait", _("Granted a later deadline")),
    "refuse_extension": ("re", "s-re", _("Refused a later deadline")),
    "involve": ("work", "s-routed", _("Asked to help")),
    "release": ("new", "s-off", _("No longer asked to help")),
    "tick": ("done", "s-done", _("Checklist")),
    "link": ("new", "s-new", _("Linked")),
    "unlink": ("new", "s-off", _("Link removed")),
    "absorb": ("new", "s-new", _("Took over a duplicate")),
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
