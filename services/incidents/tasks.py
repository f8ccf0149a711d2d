"""Correlation, nudged by beat."""

from celery import shared_task

from services.incidents.correlation import correlate as correlate_due
from services.kernel.nudge import in_turns


@shared_task
def correlate() -> None:
    """Work on every alert whose place among incidents is to be looked at, by turns."""
    in_turns("services.incidents.tasks.correlate", correlate_due)
