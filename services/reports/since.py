"""What changed on a board since a person last looked: alerts, rungs that tickets climbed, sources that fell silent.

Read from the instants that alerts and tickets keep themselves, in a number of statements that does not depend on how
much happened, and only what the person may see.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet

from services.alerts.models import AlertChange
from services.alerts.tiles import name_of, place_of
from services.contract import SEVERITIES
from services.directory.access import limit
from services.directory.models import DutyShift, User
from services.directory.pack import pack
from services.intake.heartbeats import RULE as SILENT
from services.kernel import clock
from services.tickets.models import TicketStep
from services.wall.boards import Board
from services.wall.models import Look

FARTHEST = timedelta(days=7)
"""Nobody reads back farther than this on a wall; the lists have the rest."""
WITHOUT_SHIFT = timedelta(hours=8)
"""Where to begin for somebody who never looked, when nobody has the duty."""
SHOWN = 100
"""Lines of the dialog; the numbers count all."""

RAISED = (AlertChange.RAISED, AlertChange.REOPENED, AlertChange.RELEASED, AlertChange.LATCHED)


@dataclass(frozen=True, slots=True)
class Span:
    """From ``after`` (excluded) to ``until`` (included), by the realm's clock; what ``user`` may see on ``board``."""

    realm: str
    board: Board
    user: User
    after: datetime
    until: datetime


def span_of(user: User, realm: str, board: Board) -> Span:
    """Return from when on a person hasn't looked: the person's mark, else the start of the shift on duty.

    A mark that lies ahead says nothing: the realm's clock was set back.
    """
    now = clock.now(realm)
    mark = Look.objects.filter(user=user, realm=realm, board=board.slug).values_list("at", flat=True).first()
    after = max(mark if mark and mark <= now else _shift_began(now), now - FARTHEST)
    return Span(realm, board, user, after, now)


def _shift_began(now: datetime) -> datetime:
    rosters = pack().rosters
    if rosters:
        shifts = DutyShift.objects.filter(roster__slug=rosters[0].slug, starts__lte=now, ends__gt=now)
        began = shifts.order_by("-starts").values_list("starts", flat=True).first()
        if began:
            return began
    return now - WITHOUT_SHIFT


def summary(span: Span) -> dict[str, Any]:
    """Return the three numbers of the footer and the newest happenings, as stored messages."""
    changes, steps = _changes(span), _steps(span)
    told = Q(kind__in=RAISED)
    counted = changes.aggregate(
        alerts=Count("alert", distinct=True, filter=told & ~Q(alert__rule=SILENT)),
        silent=Count("alert", distinct=True, filter=told & Q(alert__rule=SILENT)),
        all=Count("pk"),
    )
    climbs = steps.filter(index__gt=0).aggregate(tickets=Count("ticket", distinct=True), all=Count("pk"))
    lines = [_change_line(one) for one in changes.order_by("-at", "-pk")[:SHOWN]]
    lines += [_step_line(one) for one in steps.filter(index__gt=0).order_by("-fired_at", "-pk")[:SHOWN]]
    return {
        "after": span.after,
        "until": span.until,
        "alerts": counted["alerts"],
        "climbed": climbs["tickets"],
        "silent": counted["silent"],
        "total": counted["all"] + climbs["all"],
        "rows": sorted(lines, key=lambda line: line["at"], reverse=True)[:SHOWN],
    }


def _changes(span: Span) -> QuerySet[AlertChange]:
    rows = AlertChange.objects.filter(realm=span.realm, at__gt=span.after, at__lte=span.until)
    if span.board.monitor is not None:
        rows = rows.filter(alert__monitor=span.board.monitor)
    mine = limit(rows, span.user, "alerts.read", unit="alert__unit", department="alert__department")
    return mine.select_related("alert", "alert__unit", "alert__department", "actor__person")


def _steps(span: Span) -> QuerySet[TicketStep]:
    rows = TicketStep.objects.filter(ticket__realm=span.realm, state=TicketStep.FIRED)
    rows = rows.filter(fired_at__gt=span.after, fired_at__lte=span.until)
    if span.board.monitor is not None:
        rows = rows.filter(ticket__monitor=span.board.monitor)
    mine = limit(rows, span.user, "tickets.read", unit="ticket__unit", department="ticket__department")
    return mine.select_related("ticket", "ticket__unit", "ticket__department")


def _change_line(change: AlertChange) -> dict[str, Any]:
    alert = change.alert
    return {
        "at": change.at,
        "kind": change.kind,
        "alert": str(alert.public_id),
        "ticket": None,
        "severity": SEVERITIES[alert.severity],
        "title": alert.title,
        **place_of(alert),
        "who": name_of(change.actor),
        "rung": None,
        "url": None,
    }


def _step_line(step: TicketStep) -> dict[str, Any]:
    ticket = step.ticket
    return {
        "at": step.fired_at,
        "kind": "climbed",
        "alert": None,
        "ticket": str(ticket.public_id),
        "severity": SEVERITIES[ticket.severity],
        "title": ticket.title,
        **place_of(ticket),
        "who": step.title,
        "rung": step.index + 1,
        "url": f"/tickets/{ticket.public_id}/",
    }
