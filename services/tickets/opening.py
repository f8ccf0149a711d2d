"""An alert becomes a ticket: policy snapshot, number, deadline and every step's time, in one transaction."""

from datetime import datetime, timedelta

from django.db import connection

from services.alerts.models import Alert
from services.kernel.clock import LOCAL
from services.kernel.nudge import nudge
from services.tickets import people, workflow
from services.tickets.announce import announce
from services.tickets.dates import redate
from services.tickets.flow import checklists
from services.tickets.ladder import rows
from services.tickets.models import Policy, Ticket, TicketNumber, TicketStep
from services.tickets.policies import snapshot
from services.worktime.selectors import current_calendar

_NEXT = f"""
INSERT INTO {TicketNumber._meta.db_table} AS n (realm, year, last) VALUES (%s, %s, 1)
    ON CONFLICT (realm, year) DO UPDATE SET last = n.last + 1 RETURNING last
"""  # noqa: S608 - a table's name


def next_code(realm: str, now: datetime) -> str:
    """Return the next number of the realm's local year, such as ``PX-26-11898``; the row's lock orders the callers."""
    year = now.astimezone(LOCAL).year
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [realm, year])
        return f"PX-{year % 100:02d}-{cursor.fetchone()[0]:05d}"


def open_ticket(*, alert: Alert, policy: Policy, now: datetime) -> Ticket:
    """Open the alert's ticket under a policy. The caller holds the alert's lock and knows that no ticket is open."""
    kept = snapshot(policy) | ({"deadline": alert.deadline} if alert.deadline else {})
    ticket = Ticket(
        code=next_code(alert.realm, now),
        realm=alert.realm,
        monitor=alert.monitor,
        rule=alert.rule,
        alert=alert,
        title=alert.title,
        category=alert.category,
        severity=alert.severity,
        unit=alert.unit,
        department=alert.department,
        policy=kept,
        opened_at=now,
        clock_from=now,
        due_at=now,
    )
    ticket.save()
    lay_steps(ticket, now)
    ticket.save()
    checklists.lay(ticket)
    announce(ticket, "open", now=now, before=workflow.NEW, acting_user=None, detail={"policy": kept["slug"]})
    nudge("services.tickets.tasks.fire_timers")
    return ticket


def lay_steps(ticket: Ticket, now: datetime) -> None:
    """Write the steps of the ticket's present generation, repeats too, and date them; the caller saves the ticket."""
    steps = ticket.policy["steps"]
    keys = rows.order(ticket.clock_from, ticket.policy["deadline"], steps, current_calendar())
    ticket.policy = {**ticket.policy, "rows": keys}
    titles = [people.label(step["target"], ticket, now) for step in steps]
    TicketStep.objects.bulk_create(
        TicketStep(
            ticket=ticket,
            generation=ticket.generation,
            index=index,
            title=people.again(titles[number], turn),
            target=steps[number]["target"],
            until=steps[number].get("until", TicketStep.UNTIL_RESOLVED),
            due_at=now,
        )
        for index, (number, turn) in enumerate(keys)
    )
    redate(ticket)


def restart(ticket: Ticket, now: datetime) -> None:
    """Begin a new generation: the policy's clock runs again from now and every step is laid anew."""
    ticket.generation += 1
    ticket.clock_from, ticket.step_index = now, -1
    ticket.moved = ticket.extended = timedelta(0)
    ticket.acknowledged_at = ticket.resolved_at = ticket.closed_at = ticket.waiting_until = None
    ticket.condition_gone_at = None
    ticket.outcome = ticket.waiting_for = ""
    ticket.save()
    lay_steps(ticket, now)
    ticket.save()
    nudge("services.tickets.tasks.fire_timers")
