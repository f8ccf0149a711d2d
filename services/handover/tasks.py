"""Nudges of the hand-over log."""

from celery import shared_task

from services.handover import actions
from services.kernel.nudge import in_turns


@shared_task
def open_due() -> None:
    """Open the entries of shifts that end soon, and note those that nobody signed, by turns."""
    in_turns("services.handover.tasks.open_due", actions.open_due, actions.mark_late)
