"""Nudges of public safety: look at cameras, let go of pictures."""

from celery import shared_task

from monitors.public_safety import actions
from monitors.public_safety.watching import looking


@shared_task
def check_cameras() -> None:
    """Look at the cameras whose turn it is; the rest is for the next nudge, so that other work comes in between."""
    looking.follow_pack()
    looking.check_cameras()


@shared_task
def purge_pictures() -> None:
    """Delete pictures whose retention is over."""
    actions.purge()
