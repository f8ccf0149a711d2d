"""Nudges of intake: store what is large, judge what is stored, sweep what time makes true, listen for silence."""

from celery import shared_task

from services.intake import evaluation, heartbeats, large


@shared_task
def evaluate() -> None:
    """Store and judge until nothing waits."""
    while large.store_due():
        pass
    while evaluation.evaluate_due():
        pass


@shared_task
def sweep_rules() -> None:
    """Run every sweep that is due."""
    evaluation.ensure_runs()
    while evaluation.sweep_due():
        pass


@shared_task
def check_heartbeats() -> None:
    """Notice sources that fell silent or speak again."""
    heartbeats.check()
