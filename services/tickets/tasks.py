"""Nudges of the tickets: follow alerts, fire timers."""

from celery import shared_task

from services.kernel import clock
from services.kernel.nudge import in_turns
from services.tickets import dates, engine, follow, following, gaps, units
from services.tickets.decisions import digest


@shared_task
def follow_alerts() -> None:
    """Turn what alerts said into tickets, by turns."""
    in_turns("services.tickets.tasks.follow_alerts", following.follow_alerts)


@shared_task
def fire_timers() -> None:
    """Let due ladders climb, by turns; first read what alerts said, so that a lost nudge is made good here."""
    own = "services.tickets.tasks.fire_timers"
    in_turns(own, following.follow_alerts, dates.follow_calendar, engine.fire_timers)
    follow.retry()


@shared_task
def follow_units() -> None:
    """Hand over the tickets of units that have ended, by turns."""
    in_turns("services.tickets.tasks.follow_units", units.follow_units)


@shared_task
def send_digests() -> None:
    """Write the leaders' messages of the morning that are due, by turns."""
    for realm in clock.realms():
        digest.enrol(realm)
    in_turns("services.tickets.tasks.send_digests", digest.send_due)


@shared_task
def close_gaps() -> None:
    """Clear the alerts of duties that somebody holds again."""
    gaps.close_filled()
