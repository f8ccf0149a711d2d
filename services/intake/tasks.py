"""Nudges of intake: store what is large, judge what is stored, sweep what time makes true, listen for silence."""

import time
from functools import partial

from celery import shared_task

from services.intake import corrections, evaluation, heartbeats, large
from services.kernel.nudge import SOON, TURN, in_turns, nudge


@shared_task
def evaluate() -> None:
    """Judge and store what waits, by turns, until nothing waits, somebody else does it or its turn is over.

    Whoever finds somebody else at it may leave: that one looks once more after it has let go, and whoever follows it
    goes ahead of what waits anyway, since what has just arrived may be among what is left.
    """
    until = time.monotonic() + TURN
    while time.monotonic() < until:
        judged, stored = evaluation.evaluate_due(), large.store_due()
        if not (judged or stored) and (judged is None or not evaluation.is_anything_due()):
            return
    nudge("services.intake.tasks.evaluate", place=SOON)


@shared_task
def sweep_rules() -> None:
    """Run the sweeps that are due, one at a time and by turns."""
    evaluation.ensure_runs()
    in_turns("services.intake.tasks.sweep_rules", partial(evaluation.sweep_due, 1))


@shared_task
def check_heartbeats() -> None:
    """Notice sources that fell silent or speak again."""
    heartbeats.check()


@shared_task
def empty_quarantine() -> None:
    """Let go of what refused items said, once their time is over."""
    corrections.empty_old()
