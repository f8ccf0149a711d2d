"""A centre of three small programs under the real supervisor; run as a script by test_supervise.py.

Arguments: a folder for its files, the exit status of its preparation, optionally ``--check``.
"""

import sys
from pathlib import Path

from ioc.machine.programs import Program
from ioc.machine.supervise import supervise

WITH_DEATH_SIGNAL = ["setpriv", "--pdeathsig", "TERM", "--"]


def sleeper(name: str) -> list[str]:
    """A shell that notes its process id and has a child of its own, like a worker with its pool."""
    return [
        *WITH_DEATH_SIGNAL,
        "sh",
        "-c",
        f"echo started; sleep 600 & echo $! > {name}.child; echo $$ > {name}.pid; wait",
    ]


def main() -> int:
    """Run until told to stop."""
    folder, status = Path(sys.argv[1]), sys.argv[2]
    (folder / "run").mkdir(parents=True, exist_ok=True)
    groups = {
        "servers": [Program("redis", sleeper("redis"), folder=folder)],
        "preparation": [Program("prepare", ["sh", "-c", f"echo preparing; exit {status}"], once=True, folder=folder)],
        "application": [
            Program("worker", sleeper("worker"), after="prepare", folder=folder),
            Program("greeting", ["sh", "-c", "echo hello"], once=True, after="prepare", folder=folder),
            Program("late", sleeper("late"), after="greeting", folder=folder),
            Program(
                "failing", [*WITH_DEATH_SIGNAL, "sh", "-c", "echo failing; exit 3"], after="prepare", folder=folder
            ),
        ],
    }
    return supervise(groups, var=folder, check_only="--check" in sys.argv)


if __name__ == "__main__":
    sys.exit(main())
