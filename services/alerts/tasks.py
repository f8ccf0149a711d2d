"""The alerts' timers, nudged by beat."""

from celery import shared_task

from services.alerts import actions
from services.kernel.nudge import in_turns


@shared_task
def fire_timers() -> None:
    """Work on every alert whose timer has come, by turns."""
    in_turns("services.alerts.tasks.fire_timers", actions.fire_timers)
