"""From recorded frames to what happened: who did what to which alert and ticket, when. Pure; reads nothing.

It compares each tile with what it said before, as the wall's own footer does, so a report says what was on the screens.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_noop

from services.contract import Message, message

Payload = Mapping[str, Any]

_SEVERITY: Mapping[str, str] = {
    "critical": gettext_noop("Critical"),
    "high": gettext_noop("High"),
    "medium": gettext_noop("Medium"),
    "low": gettext_noop("Low"),
    "info": gettext_noop("Information"),
}
_ALERT_STATES: Mapping[str, str] = {
    "cleared": gettext_noop("condition gone"),
    "resolved": gettext_noop("resolved"),
    "closed": gettext_noop("was closed"),
}
_TICKET_STATES: Mapping[str, str] = {
    "accepted": gettext_noop("accepted"),
    "in_progress": gettext_noop("work began"),
    "waiting": gettext_noop("waiting"),
    "resolved": gettext_noop("work done"),
    "returned": gettext_noop("returned"),
    "closed": gettext_noop("was closed"),
    "cancelled": gettext_noop("cancelled"),
    "merged": gettext_noop("merged"),
}
FINISHED = ("closed", "cancelled", "merged")


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to an alert or a ticket."""

    at: datetime
    kind: str
    key: str
    deed: str
    severity: str
    title: Message
    what: Message
    place: Any = None


@dataclass(slots=True)
class Story:
    """Follows tiles from frame to frame. ``known`` holds what each said last, ``events`` what happened."""

    since: datetime
    known: dict[str, Payload] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)

    def take(self, at: datetime, key: str, payload: Payload | None) -> None:
        """Take what a frame said of a tile; None: it is gone (closed, or no longer the reader's to see)."""
        before = self.known.pop(key, None)
        if payload is None:
            if before is not None and before["state"] not in FINISHED:
                self._tell(at, key, before, "left", message(gettext_noop("closed or handed over")))
            return
        self.known[key] = payload
        for deed, what in _deeds(before, payload, self.since):
            self._tell(at, key, payload, deed, what)

    def pass_deadlines(self, until: datetime) -> None:
        """Note which of the tickets that are still there went past their deadline by ``until``."""
        for key, payload in self.known.items():
            due = payload.get("due_at")
            if payload["kind"] != "ticket" or due is None or payload["state"] in FINISHED:
                continue
            at = datetime.fromisoformat(due)
            if self.since <= at <= until:
                self._tell(at, key, payload, "overdue", message(gettext_noop("deadline passed")))

    def told(self) -> list[Event]:
        """Return what happened in the order of time."""
        return sorted(self.events, key=lambda event: event.at)

    def _tell(self, at: datetime, key: str, payload: Payload, deed: str, what: Message) -> None:
        title, unit = payload.get("title") or message(""), payload.get("unit")
        severity = payload.get("severity") or "info"
        place = unit["name"] if unit else None
        self.events.append(Event(at, payload["kind"], key, deed, severity, title, what, place))


def _deeds(before: Payload | None, after: Payload, since: datetime) -> Iterable[tuple[str, Message]]:
    if before is None:
        if datetime.fromisoformat(after["opened_at"]) >= since:
            yield "opened", message(gettext_noop("opened"))
        return
    yield from (_of_alert if after["kind"] == "alert" else _of_ticket)(before, after)


def _of_alert(before: Payload, after: Payload) -> Iterable[tuple[str, Message]]:
    if after.get("generation", 0) > before.get("generation", 0) and after["state"] == "active":
        yield "reopened", message(gettext_noop("opened again"))
    if before.get("severity") != after.get("severity"):
        word = message(_SEVERITY[after["severity"]])
        yield "severity", message(gettext_noop("now {severity}"), severity=word)
    if before["state"] != after["state"]:
        yield from _alert_state(after)
    if after.get("shelved_until") and after["shelved_until"] != before.get("shelved_until"):
        yield "shelved", message(gettext_noop("shelved"))


def _alert_state(after: Payload) -> Iterable[tuple[str, Message]]:
    state = after["state"]
    if state == "acknowledged":
        name = (after.get("holder") or {}).get("name") or ""
        yield "acknowledged", message(gettext_noop("acknowledged by {name}"), name=name)
    elif state in _ALERT_STATES:
        yield state, message(_ALERT_STATES[state])


def _of_ticket(before: Payload, after: Payload) -> Iterable[tuple[str, Message]]:
    if before["state"] != after["state"] and after["state"] in _TICKET_STATES:
        yield after["state"], message(_TICKET_STATES[after["state"]])
    was, rung = (before.get("step") or {}).get("index", 0), (after.get("step") or {}).get("index", 0)
    if rung > was > 0:
        yield "climbed", message(gettext_noop("up to rung {index}"), index=rung)
    name, held = (after.get("holder") or {}).get("name"), (before.get("holder") or {}).get("name")
    if name and name != held:
        yield "held", message(gettext_noop("with {name}"), name=name)
