"""Nudges of the tickets: follow alerts, fire timers."""

from celery import shared_task

from services.tickets import dates, engine, follow, following, units


@shared_task
def follow_alerts() -> None:
    """Turn what alerts said into tickets, until nothing waits."""
    while following.follow_alerts():
        pass


@shared_task
def fire_timers() -> None:
    """Let due ladders climb; first read what alerts said, so that a lost nudge is made good here."""
    follow_alerts()
    while dates.follow_calendar():
        pass
    while engine.fire_timers():
        pass
    follow.retry()


@shared_task
def follow_units() -> None:
    """Hand over the tickets of units that have ended."""
    while units.follow_units():
        pass
