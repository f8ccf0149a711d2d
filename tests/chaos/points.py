"""Kills at an exact point of the work: before or after a commit, in the middle of a letter or a text or after it."""

import json
import random
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from types import TracebackType

from ioc.machine.places import ROOT
from tests.harness.processes import IocProcesses

COMMITS = ("before_commit", "after_commit")
TEXTS = ("mid_text", "after_text")
"""Over an SMS or a webhook: its request has gone out, its answer is not read yet, or not written down yet."""
POINTS = {
    "sweeper": COMMITS,
    "sender": (*COMMITS, "mid_send", "after_send", *TEXTS),
    "relay": COMMITS,
    "worker": COMMITS,
}
ACTS_FOR = {"sweeper": "worker", "sender": "worker", "relay": "relay", "worker": "worker"}
"""The centre's program that is killed meanwhile, so that the one which will die has the work for itself."""


@dataclass(frozen=True)
class Order:
    """Who dies where; ``victim`` is ``itself`` or the server that is killed at that point in its stead."""

    role: str
    point: str
    count: int
    victim: str

    @classmethod
    def by(cls, dice: random.Random) -> "Order":
        """Choose by the round's dice."""
        role = dice.choice(["sweeper", "sweeper", "sender", "sender", "relay", "worker"])
        victim = dice.choice(["itself", "itself", "itself", "postgres", "redis"])
        return cls(role, dice.choice(POINTS[role]), dice.choice([1, 1, 2, 3]), victim)

    def __str__(self) -> str:
        return f"{self.victim} at {self.point} {self.count} of the {self.role}"


@dataclass
class Nest:
    """The program ``tests.chaos.nest`` beside a centre; use it as a context manager."""

    centre: IocProcesses
    reached: Counter[str] = field(default_factory=Counter)
    _process: "subprocess.Popen[str] | None" = None

    def __enter__(self) -> "Nest":
        """Start it and wait until it takes orders."""
        log = (self.centre.folder / "log" / "nest.log").open("ab")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.chaos.nest"], cwd=ROOT, env=self.centre.env, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log,
        )  # fmt: skip
        assert self._answer() == "ready\n"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End it."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def run(self, order: Order, victim: int | None) -> bool:
        """Have an order carried out; return whether its point was reached."""
        assert self._process is not None
        assert self._process.stdin is not None
        words = {"role": order.role, "point": order.point, "count": order.count, "victim": victim}
        self._process.stdin.write(json.dumps(words) + "\n")
        self._process.stdin.flush()
        reached = bool(json.loads(self._answer())["reached"])
        self.reached[f"{order.role} {order.point}"] += reached
        return reached

    def _answer(self) -> str:
        assert self._process is not None
        assert self._process.stdout is not None
        return str(self._process.stdout.readline())
