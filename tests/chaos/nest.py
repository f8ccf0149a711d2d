"""``python -m tests.chaos.nest``: hatches programs that do the centre's work and die at an exact point of it.

A line of JSON on standard input is an order: ``role`` (sweeper, sender, relay, worker), ``point`` (before_commit,
after_commit; over a letter mid_send, after_send; over an SMS or webhook mid_text, after_text), ``count`` (which of
them: the first, the second …), ``victim`` (a process group to kill there instead, such as PostgreSQL's). The answer
says whether the point was reached. Each order is a fork, since a fresh program would take longer to start than a round
may last.
"""

import json
import logging
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django

log = logging.getLogger(__name__)
LIFETIME = 1.5
"""Seconds that a program works when its point doesn't come."""
REACHED = 7
"""Exit status of a program that killed somebody else at its point."""


def main() -> None:
    """Take orders until standard input ends; the Django of this process never opens a connection."""
    django.setup()
    from tests.chaos import roles  # noqa: PLC0415 - needs Django's settings

    _say("ready")
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if child == 0:
            try:
                _work(order, roles.ROLES[order["role"]])
            finally:
                os._exit(0)
        _pid, status = os.waitpid(child, 0)
        reached = os.WIFSIGNALED(status) or os.waitstatus_to_exitcode(status) == REACHED
        _say(json.dumps({"reached": reached}))


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _work(order: dict[str, Any], turn: Callable[[], object]) -> None:
    _arm(order["point"], order["count"], order.get("victim"))
    until = time.monotonic() + LIFETIME
    while time.monotonic() < until:
        try:
            turn()
        except Exception:  # whoever was killed before is coming back
            log.exception("%s", order)
        time.sleep(0.01)


def _arm(point: str, count: int, victim: int | None) -> None:
    left = [count]

    def here() -> None:
        left[0] -= 1
        if left[0] == 0:
            if victim is None:
                os.kill(os.getpid(), signal.SIGKILL)
            os.killpg(victim or 0, signal.SIGKILL)
            os._exit(REACHED)

    arms = {"commit": _arm_commits, "send": _arm_mail, "text": _arm_texts}
    arms[point.rpartition("_")[2]](point, here)


def _arm_commits(point: str, here: Callable[[], None]) -> None:
    """Count the commits of transactions that wrote something."""
    from django.db import connections  # noqa: PLC0415 - needs Django's settings

    connection: Any = connections["default"]
    wrote = [False]
    commit = connection._commit

    def noting(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        wrote[0] = wrote[0] or "INSERT INTO" in sql or sql.lstrip().startswith("UPDATE")
        return execute(sql, params, many, context)

    def committing() -> Any:
        counts, wrote[0] = wrote[0], False
        if counts and point == "before_commit":
            here()
        done = commit()
        if counts and point == "after_commit":
            here()
        return done

    connection.execute_wrappers.append(noting)
    connection._commit = committing


def _arm_mail(point: str, here: Callable[[], None]) -> None:
    """Count letters: a demo's are files, and a file is there when its draft gets its name."""
    name = Path.replace

    def replacing(self: Path, target: Any) -> Path:
        letter = str(target).endswith(".eml")
        if letter and point == "mid_send":
            here()
        done = name(self, target)
        if letter and point == "after_send":
            here()
        return done

    Path.replace = replacing  # type: ignore[assignment, method-assign]


def _arm_texts(point: str, here: Callable[[], None]) -> None:
    """Count answers of gateways, which alone speak TCP: when one is waited for, its request has gone out."""
    take = socket.socket.recv

    def taking(self: socket.socket, *given: Any) -> bytes:
        outward = self.family == socket.AF_INET
        if outward and point == "mid_text":
            here()
        got = take(self, *given)
        if outward and got and point == "after_text":
            here()
        return got

    socket.socket.recv = taking  # type: ignore[method-assign, assignment]


if __name__ == "__main__":
    main()
