"""The alerts' timers, nudged by beat."""

from celery import shared_task

from services.alerts import actions, maintenance
from services.alerts.announce import review
from services.alerts.settling import under_review
from services.kernel import clock
from services.kernel.nudge import in_turns


@shared_task
def fire_timers() -> None:
    """Work on every alert and every maintenance whose timer has come, by turns."""
    in_turns("services.alerts.tasks.fire_timers", maintenance.fire_timers, actions.fire_timers)


@shared_task
def settle() -> None:
    """Judge again what is suppressed by design: two changes at the same moment may have missed each other."""
    for realm, now in clock.realms().items():
        review(realm, under_review(realm), now)
