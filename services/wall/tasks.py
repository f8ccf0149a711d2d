"""Nudges of the wall: compute panels, and tidy what is no longer needed."""

from celery import shared_task

from services.wall import panels, tidying


@shared_task
def refresh_panels() -> None:
    """Compute the panels that are due; beat asks every second, actions ask at once."""
    panels.refresh()


@shared_task
def tidy() -> None:
    """Thin out the history of panels and forget panels nobody watches."""
    tidying.tidy()
