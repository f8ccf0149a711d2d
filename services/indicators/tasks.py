"""Nudges of indicators: check and store the workbooks that wait, let monitors publish."""

from celery import shared_task

from services.indicators import publishing
from services.indicators.workbooks import processing


@shared_task
def process_workbooks() -> None:
    """Check and store until no workbook waits."""
    while processing.process_due():
        pass


@shared_task
def publish_figures() -> None:
    """Let every monitor publish whose time has come."""
    publishing.run_due()
