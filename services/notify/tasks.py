"""The sender, nudged by whoever wrote a message and by beat."""

from celery import shared_task

from services.kernel.nudge import in_turns
from services.notify import outbox


@shared_task
def send() -> None:
    """Send what is due, by turns."""
    in_turns("services.notify.tasks.send", outbox.send_due)
