"""Waiting for a condition by asking for it: the only way tests wait for another process."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def wait_for(ask: Callable[[], T], *, seconds: float = 30, what: str = "the condition", every: float = 0.02) -> T:
    """Ask until the answer is true and return it; AssertionError after so many seconds.

    A missing file, a refused connection or an unready value (OSError, ValueError, LookupError) counts as "not yet".
    """
    deadline = time.monotonic() + seconds
    while True:
        try:
            answer = ask()
        except (OSError, ValueError, LookupError) as problem:
            answer, last = None, f": {problem!r}"
        else:
            last = ""
        if answer:
            return answer
        if time.monotonic() > deadline:
            message = f"waited {seconds} s for {what}{last}"
            raise AssertionError(message)
        time.sleep(every)
