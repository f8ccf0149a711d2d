"""The alerts' timers, nudged by beat."""

from celery import shared_task

from services.alerts import actions


@shared_task
def fire_timers() -> None:
    """Work on every alert whose timer has come."""
    while actions.fire_timers() == 200:
        pass
