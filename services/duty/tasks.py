"""Nudges of duty: plans are written further ahead, swaps that nobody answered lapse."""

from celery import shared_task

from services.duty import planning
from services.duty.actions import swaps
from services.kernel.nudge import in_turns


@shared_task
def plan() -> None:
    """Plan what is due and let old swaps lapse, by turns."""
    in_turns(planning.TASK, planning.plan_due, swaps.lapse_due)
