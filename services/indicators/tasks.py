"""Nudges of indicators: check and store the workbooks that wait."""

from celery import shared_task

from services.indicators.workbooks import processing


@shared_task
def process_workbooks() -> None:
    """Check and store until no workbook waits."""
    while processing.process_due():
        pass
