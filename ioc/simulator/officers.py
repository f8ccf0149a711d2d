"""The officers of the demo: they take simulated tickets on and finish them, most in time, as a real room would.

They touch only what the simulator itself brought about (its items carry ``simulated``); a report that a person sends
to the demo waits for a person.
"""

import logging
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import Http404

from ioc.simulator.dice import dice
from ioc.simulator.reports import ReportFeed
from monitors.cybersecurity.models import Event
from monitors.field_reports.models import Report
from services import registry
from services.contract import Scope
from services.directory.models import User
from services.kernel import clock
from services.kernel.problems import IllegalVerbError, InvalidInputError
from services.kernel.records import Record
from services.tickets.actions import perform
from services.tickets.models import Ticket, TicketItem
from services.worktime.calendar import add_minutes

log = logging.getLogger(__name__)
AT_ONCE = 200
LOOKED_AT = 3
"""Newest records of a ticket that are looked at."""
FINISHED_BY_HAND = {"public_safety.camera_event", "public_safety.serious_incident"}
"""Rules, besides those of computers' security, whose tickets end when somebody has dealt with the matter."""
NEXT = {"new": "accept", "accepted": "start", "in_progress": "resolve", "resolved": "approve"}


@dataclass(frozen=True, slots=True)
class _Plan:
    """When the next verbs are due, and what is said at the end; None: that is left to others."""

    accept: datetime | None = None
    start: datetime | None = None
    resolve: datetime | None = None
    outcome: str = "fixed"
    text: str = "Đã xử lý xong."


@dataclass(slots=True)
class Officers:
    """Everybody who holds a desk in the demo."""

    feed: ReportFeed
    realm: str

    def work(self, now: datetime) -> int:
        """Do what is due on simulated tickets, each at most one verb; return how many verbs were done."""
        tickets = self._open()
        records = _records(tickets, self.realm)
        done = 0
        for ticket in tickets:
            plan = self._plan(ticket, records.get(ticket.pk))
            verb = NEXT[ticket.state]
            due = getattr(plan, "resolve" if verb == "approve" else verb, None) if plan else None
            if plan and due and due <= now:
                done += self._do(ticket, verb, plan)
        return done

    def _open(self) -> list[Ticket]:
        tickets = Ticket.objects.filter(realm=self.realm, state__in=NEXT, alert__isnull=False)
        return list(tickets.select_related("alert", "department", "unit").order_by("?")[:AT_ONCE])

    def _plan(self, ticket: Ticket, record: Record | None) -> _Plan | None:
        if record is None:
            return None
        if isinstance(record, Report) and ticket.rule == "field_reports.new_report":
            course = self.feed.course(record.external_id, record.occurred_at)
            outcome = "fixed" if course.fixed else "not_fixed"
            return _Plan(course.taken, course.begun, course.done, outcome, course.text)
        draw = dice(self.feed.world.seed, "officer", str(ticket.public_id))
        calendar, opened = self.feed.world.calendar, ticket.opened_at
        if isinstance(record, Event) or ticket.rule in FINISHED_BY_HAND:
            accept = opened + timedelta(minutes=draw.randint(3, 40))
            return _Plan(accept, accept + timedelta(minutes=10), accept + timedelta(minutes=draw.randint(60, 400)))
        accept = add_minutes(calendar, opened, draw.randint(10, 300))
        return _Plan(accept, add_minutes(calendar, accept, 20))  # it closes itself when the condition is gone

    def _do(self, ticket: Ticket, verb: str, plan: _Plan) -> int:
        user = self._user(ticket, head=verb == "approve")
        fields = {"outcome": plan.outcome, "note": plan.text, "public_text": plan.text} if verb == "resolve" else {}
        try:
            if verb == "resolve":
                _tick_all(ticket, user)
            perform(verb=verb, ticket_public_id=ticket.public_id, acting_user=user, **fields)
        except (Http404, IllegalVerbError, InvalidInputError, User.DoesNotExist) as error:
            log.debug("%s %s: %s", verb, ticket.code, error)
            return 0
        return 1

    def _user(self, ticket: Ticket, *, head: bool) -> User:
        """Return the officer (or head) of the ticket's department or commune; the operator where there is none."""
        desk = ticket.department.slug if ticket.department else ticket.unit.code if ticket.unit else ""
        names = [f"head.{desk}" if head else f"officer.{desk}", "supervisor" if head else "operator"]
        found = {user.username: user for user in User.objects.filter(username__in=names, realm=self.realm)}
        for name in names:
            if name in found:
                return found[name]
        raise User.DoesNotExist


def _tick_all(ticket: Ticket, user: User) -> None:
    """Do what the ticket's checklist asks for."""
    for item in ticket.items.filter(state=TicketItem.OPEN):
        perform(verb="tick", ticket_public_id=ticket.public_id, acting_user=user, item=item.public_id)


def _records(tickets: list[Ticket], realm: str) -> dict[int, Record]:
    """Return by ticket the newest record behind it, for those whose newest records are all simulated."""
    found: dict[int, Record] = {}
    by_model: dict[type[Record], list[Ticket]] = defaultdict(list)
    for ticket in tickets:
        if model := _model(ticket.rule, realm):
            by_model[model].append(ticket)
    for model, own in by_model.items():
        behind = {ticket.pk: list(ticket.alert.evidence)[-LOOKED_AT:] for ticket in own if ticket.alert}
        wanted = {pk for pks in behind.values() for pk in pks}
        rows = model._default_manager.filter(realm=realm, pk__in=wanted)
        known = {row.pk: row for row in rows}
        for key, pks in behind.items():
            records = [known[pk] for pk in pks if pk in known]
            if records and all("simulated" in record.raw for record in records):
                found[key] = records[-1]
    return found


def _model(rule_id: str, realm: str) -> type[Record] | None:
    """Return what the evidence of a rule's findings points at; None where it is no record of a source."""
    try:
        monitor, rule = registry.rule(rule_id)
    except registry.UnknownNameError:
        return None
    query = rule.records or monitor.records
    model = query.rows(Scope(realm=realm, now=clock.now(realm))).model if query else None
    return model if model is not None and issubclass(model, Record) else None
