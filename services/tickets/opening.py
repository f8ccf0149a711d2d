"""An alert becomes a ticket: policy snapshot, number, deadline and every step's time, in one transaction."""

from datetime import datetime

from services.alerts.models import Alert
from services.kernel.clock import LOCAL
from services.kernel.nudge import nudge
from services.tickets import people, workflow
from services.tickets.announce import announce
from services.tickets.models import Policy, Ticket, TicketNumber, TicketStep
from services.tickets.periods import schedule
from services.tickets.policies import snapshot
from services.worktime.selectors import current_calendar


def next_code(realm: str, now: datetime) -> str:
    """Return the next number of the realm's local year, such as ``PX-26-11898``; the row's lock orders the callers."""
    year = now.astimezone(LOCAL).year
    TicketNumber.objects.get_or_create(realm=realm, year=year)
    number = TicketNumber.objects.select_for_update().get(realm=realm, year=year)
    number.last += 1
    number.save(update_fields=["last"])
    return f"PX-{year % 100:02d}-{number.last:05d}"


def open_ticket(*, alert: Alert, policy: Policy, now: datetime) -> Ticket:
    """Open the alert's ticket under a policy. The caller holds the alert's lock and knows that no ticket is open."""
    kept = snapshot(policy)
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
    times = schedule(now, kept["deadline"], kept["steps"], current_calendar())
    ticket.due_at = times.due_at
    ticket.escalate_at = times.steps[0] if times.steps else None
    ticket.save()
    lay_steps(ticket, list(times.steps), now)
    announce(ticket, "open", now=now, before=workflow.NEW, acting_user=None, detail={"policy": kept["slug"]})
    nudge("services.tickets.tasks.fire_timers")
    return ticket


def lay_steps(ticket: Ticket, times: list[datetime], now: datetime) -> None:
    """Write the steps of the ticket's present generation with their times."""
    TicketStep.objects.bulk_create(
        TicketStep(
            ticket=ticket,
            generation=ticket.generation,
            index=index,
            title=people.label(step["target"], ticket, now),
            target=step["target"],
            until=step.get("until", TicketStep.UNTIL_RESOLVED),
            due_at=moment,
        )
        for index, (step, moment) in enumerate(zip(ticket.policy["steps"], times, strict=True))
    )


def restart(ticket: Ticket, now: datetime) -> None:
    """Begin a new generation: the policy's clock runs again from now and every step is laid anew."""
    times = schedule(now, ticket.policy["deadline"], ticket.policy["steps"], current_calendar())
    ticket.generation += 1
    ticket.clock_from, ticket.due_at = now, times.due_at
    ticket.step_index = -1
    ticket.escalate_at = times.steps[0] if times.steps else None
    ticket.acknowledged_at = ticket.resolved_at = ticket.closed_at = ticket.waiting_until = None
    ticket.condition_gone_at = None
    ticket.outcome = ""
    ticket.save()
    lay_steps(ticket, list(times.steps), now)
    nudge("services.tickets.tasks.fire_timers")
