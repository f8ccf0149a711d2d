"""Nudges: "look now" for a Celery worker. Best effort: a sweep finds the work when a nudge is lost (decision 5)."""

import logging
import time
from functools import partial

from celery import current_app
from django.db import transaction

log = logging.getLogger(__name__)
PAUSE = 1.0
"""Seconds without another try after a failure, so that a dead Redis is not paid for at every commit."""
lost = 0
"""Nudges this process could not deliver; shown by /metrics."""
_silent_until = 0.0


def nudge(task: str) -> None:
    """Ask for ``task`` to run as soon as the present transaction has committed."""
    transaction.on_commit(partial(_publish, task), robust=True)


def _publish(task: str) -> None:
    global lost, _silent_until
    if time.monotonic() < _silent_until:
        lost += 1
        return
    try:
        current_app.send_task(task, ignore_result=True, expires=30, retry=False)
    except Exception as error:
        lost += 1
        _silent_until = time.monotonic() + PAUSE
        log.warning("nudge %s not delivered (%s): the sweep will find the work", task, error)
