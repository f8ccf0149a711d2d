"""Nudges: "look now" for a Celery worker. Best effort: a sweep finds the work when a nudge is lost (decision 5).

A nudge that waits in the queue already is not sent again: a mark says so, which the task takes away before it looks. So
whatever was committed before a nudge was spared is there when the task looks, a flood of posts leaves one entry in the
queue, and behind it everybody else has a turn. What somebody waits to see goes first: each place in the queue has a
mark of its own, so that what goes first is not spared for the sake of an entry that waits behind everybody.
"""

import logging
import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from celery import Task, current_app
from django.db import transaction

from services.kernel.redisclient import client

log = logging.getLogger(__name__)
PAUSE = 1.0
"""Seconds without another try after a failure, so that a dead Redis is not paid for at every commit."""
MARK_MS = 2_000
"""How long a mark stands for a nudge that was lost with its worker."""
TURN = 0.5
"""Seconds after which others have their turn at a worker: what just arrived waits about as long for a free one."""
FIRST, SOON, LATER = 0, 3, 6
"""Places in the queue: what just arrived is judged, then what it means for people, then all the rest."""
lost = 0
"""Nudges this process could not deliver; shown by /metrics."""
_silent_until = 0.0


def in_turns(task: str, *steps: Callable[[], object]) -> None:
    """Repeat each step until it has nothing to do or the ``TURN`` is over; what is left comes up again behind others.

    Without it ten thousand tickets that became due at once would keep a worker from whatever happens meanwhile. Every
    step is taken once at least, so that the first one's backlog does not keep the others waiting.
    """
    more, until = False, time.monotonic() + TURN
    for step in steps:
        while step():
            if time.monotonic() >= until:
                more = True
                break
    if more:
        nudge(task)


def nudge(task: str, *, place: int = LATER) -> None:
    """Ask for ``task`` to run as soon as the present transaction has committed."""
    transaction.on_commit(partial(_publish, task, place), robust=True)


if TYPE_CHECKING:
    _Task = Task[Any, Any]
else:
    _Task = Task  # generic for the type checker alone


class Nudged(_Task):
    """A task that takes its mark away before it looks: from here on a nudge means news."""

    def before_start(self, task_id: str, args: Any, kwargs: Any) -> None:
        """Take the mark away; without Redis it goes by itself."""
        del task_id, args, kwargs
        place = (self.request.delivery_info or {}).get("priority")
        try:
            client().delete(_mark(str(self.name), LATER if place is None else place))
        except Exception as error:
            log.warning("the mark of %s stays (%s): it ends by itself", self.name, error)


def _mark(task: str, place: int) -> str:
    return f"ioc:nudge:{task}:{place}"


def _publish(task: str, place: int) -> None:
    global lost, _silent_until
    if time.monotonic() < _silent_until:
        lost += 1
        return
    try:
        if client().set(_mark(task, place), 1, nx=True, px=MARK_MS):
            current_app.send_task(task, priority=place, ignore_result=True, expires=30, retry=False)
    except Exception as error:
        lost += 1
        _silent_until = time.monotonic() + PAUSE
        log.warning("nudge %s not delivered (%s): the sweep will find the work", task, error)
