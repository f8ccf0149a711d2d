"""The sender, nudged by whoever wrote a message and by beat."""

from celery import shared_task

from services.notify import outbox


@shared_task
def send() -> None:
    """Send what is due, until nothing is."""
    while outbox.send_due():
        pass
