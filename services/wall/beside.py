"""What the relay's process does besides: watching over others needs a process that works when they do not.

Apps above the wall name their jobs at start (``AppConfig.ready``); the relay runs each in a thread of its own.
"""

import threading
from collections.abc import Callable

Job = Callable[[], None]
_JOBS: dict[str, Job] = {}


def beside(name: str, job: Job) -> None:
    """Name a job that never returns and minds its own failures and database connection."""
    _JOBS[name] = job


def start() -> None:
    """Start every job; they end with the process."""
    for name, job in _JOBS.items():
        threading.Thread(target=job, name=name, daemon=True).start()
