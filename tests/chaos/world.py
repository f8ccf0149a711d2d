"""A seeded round of trouble: sources that post, an operator who acts, and programs that are killed meanwhile.

What is done, and what is killed after how many deeds, follows from the seed; how the programs interleave does not.
"""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx

from tests.chaos.points import ACTS_FOR, TEXTS, Nest, Order
from tests.chaos.texts import CHANNELS, Post
from tests.flow.kit import PORTAL, SURICATA, Person, Source, report
from tests.harness.processes import IocProcesses
from tests.harness.slot import Servers
from tests.harness.waiting import wait_for

PATIENCE = 90.0
"""Seconds a client tries again before it gives up, which is a failure."""
VICTIMS = {"worker": 3, "relay": 3, "redis": 2, "beat": 1, "web": 2, "postgres": 1}
"""Who is killed, and how often compared with the others."""
AT_A_POINT = 0.4
"""The share of kills that hit an exact point of the work."""
NEXT_VERB = {"new": "accept", "accepted": "start", "in_progress": "resolve"}


@dataclass
class Ledger:
    """What clients were promised, kept over all rounds."""

    reports: set[str] = field(default_factory=set)
    hosts: Counter[str] = field(default_factory=Counter)
    deeds: dict[str, int] = field(default_factory=dict)
    troubles: list[str] = field(default_factory=list)
    _done: int = 0
    _changed: threading.Condition = field(default_factory=threading.Condition)

    def tick(self) -> None:
        """Count an answer, whatever it said."""
        with self._changed:
            self._done += 1
            self._changed.notify_all()

    def trouble(self, text: str) -> None:
        """Note something that must not happen."""
        with self._changed:
            self.troubles.append(text)

    def pass_by(self, count: int, *, seconds: float) -> None:
        """Wait until so many more answers came, or for so long."""
        with self._changed:
            goal = self._done + count
            self._changed.wait_for(lambda: self._done >= goal, timeout=seconds)


class Client:
    """Somebody who does not give up: after a lost connection or a 503 the same request is sent again."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger

    def insist(self, what: str, send: Callable[[], httpx.Response]) -> httpx.Response | None:
        """Send until there is an answer; None, and a trouble, when there is none or it is a 500."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                answer = send()
            except httpx.TransportError:
                time.sleep(0.02)
                continue
            if answer.status_code == 503:
                time.sleep(0.02)
                continue
            self.ledger.tick()
            if answer.status_code >= 500:
                self.ledger.trouble(f"{what}: {answer.status_code} {answer.text[:500]}")
                return None
            return answer
        self.ledger.trouble(f"{what}: nobody answered for {PATIENCE} s")
        return None

    def insist_on_all(self, what: str, source: Source, items: list[dict[str, Any]], **headers: str) -> bool:
        """Send items until every one is stored or known to be; False, and a trouble, when some are not."""
        answer = self.insist(what, lambda: source.post(items, **headers))
        if answer is None:
            return False
        told = answer.json()
        if answer.status_code == 202 and told["accepted"] + told["duplicate"] == len(items):
            return True
        self.ledger.trouble(f"{what}: {len(items)} items were answered {answer.status_code} {told}")
        return False


class Reporter(Client):
    """Posts reports, alone and in batches, some of them again."""

    def run(self, centre: IocProcesses, seed: str, count: int) -> None:
        """Post so many times."""
        dice, source = random.Random(seed), Source(centre, PORTAL, seconds=15)
        known: list[str] = []
        for number in range(count):
            fresh = [f"chaos-{seed}-{number}-{n}" for n in range(dice.choice([1, 1, 1, 3, 7]))]
            again = dice.sample(known, min(len(known), dice.choice([0, 0, 1, 2])))
            items = [report(name, urgent=dice.random() < 0.3) for name in [*fresh, *again]]
            headers = {"idempotency_key": f"{seed}-{number}"} if dice.random() < 0.5 else {}
            if self.insist_on_all(f"reports {seed}-{number}", source, items, **headers):
                known += fresh
                self.ledger.reports |= set(fresh)


class Sensor(Client):
    """Posts events of machines of its own, whose alerts count them."""

    def run(self, centre: IocProcesses, seed: str, count: int, at: str, hosts: list[str]) -> None:
        """Post so many times."""
        dice, source = random.Random(seed), Source(centre, SURICATA, seconds=15)
        for number in range(count):
            events = [_event(f"{seed}-{number}-{n}", dice.choice(hosts), at) for n in range(dice.choice([1, 4, 9]))]
            if self.insist_on_all(f"events {seed}-{number}", source, events):
                self.ledger.hosts.update(event["dest_ip"] for event in events)


def _event(name: str, host: str, at: str) -> dict[str, Any]:
    """Return an attack on a machine, with a signature of that machine's own (or many would be one campaign)."""
    number = 1000 + int(host.rpartition(".")[2])
    return {
        "external_id": f"chaos-{name}",
        "timestamp": at,
        "event_type": "alert",
        "src_ip": "203.0.113.9",
        "dest_ip": host,
        "alert": {"signature": "Probe", "category": "Web Application Attack", "severity": 1, "signature_id": number},
    }


class Operator(Client):
    """Acknowledges and resolves alerts, takes tickets on and ends them; every deed has a note of its own."""

    def run(self, person: Person, seed: str, count: int) -> None:
        """Do so many verbs."""
        dice = random.Random(seed)
        for number in range(count):
            kind = dice.choice(["alerts", "tickets", "tickets"])
            rows = self._open(person, kind)
            if rows:
                row = dice.choice(rows)
                verb = _verb(dice, kind, row["state"])
                self._act(person, verb, kind, row["id"], f"chaos-{seed}-{number}-{kind}-{verb}")

    def _open(self, person: Person, kind: str) -> list[dict[str, Any]]:
        answer = self.insist(f"list of {kind}", lambda: person.ask(f"/api/{kind}/", open="true", page_size=30))
        return list(answer.json()["results"]) if answer is not None and answer.status_code == 200 else []

    def _act(self, person: Person, verb: str, kind: str, public_id: str, note: str) -> None:
        fields = {"outcome": "fixed"} if (verb, kind) == ("resolve", "tickets") else {}
        answer = self.insist(note, lambda: person.do(verb, kind, public_id, key=note, note=note, **fields))
        if answer is None:
            return
        self.ledger.deeds[note] = int(answer.status_code == 200)
        if answer.status_code not in {200, 409}:
            self.ledger.trouble(f"{note}: {answer.status_code} {answer.text[:300]}")


def _verb(dice: random.Random, kind: str, state: str) -> str:
    if kind == "alerts":
        return dice.choice(["acknowledge", "acknowledge", "resolve"])
    return dice.choice(["acknowledge", "comment", NEXT_VERB.get(state, "comment")])


class Round:
    """One seeded round; ``run`` does everything in it and leaves every program running."""

    def __init__(self, nest: Nest, servers: Servers, person: Person, post: Post, ledger: Ledger, seed: int) -> None:
        self.seed = seed
        self.killed: list[str] = []
        self._nest, self._centre, self._servers = nest, nest.centre, servers
        self._person, self._post, self._ledger = person, post, ledger
        self._dice = random.Random(seed)

    def run(self) -> None:
        """Let the clients work, kill meanwhile, and have everything running again."""
        if self._dice.random() < 0.4:
            move_clock(self._centre, timedelta(minutes=self._dice.randint(5, 45)))
        self._post.tell(self._dice.choice(CHANNELS), 2)
        threads = [threading.Thread(target=self._guarded(job), daemon=True) for job in self._jobs()]
        for thread in threads:
            thread.start()
        for _ in range(self._dice.choice([1, 1, 2, 3])):
            (self._strike_at_a_point if self._dice.random() < AT_A_POINT else self._strike)()
        for thread in threads:
            thread.join(timeout=2 * PATIENCE)
            if thread.is_alive():
                self._ledger.trouble(f"a client of round {self.seed} never ended")
        self._revive()

    def _jobs(self) -> list[Callable[[], None]]:
        at = self._centre.query("SELECT ioc_now('demo')")[0][0].isoformat()
        hosts = [f"198.51.{self.seed % 250}.{n}" for n in range(1, 6)]
        return [
            lambda: Reporter(self._ledger).run(self._centre, f"{self.seed}a", 8),
            lambda: Reporter(self._ledger).run(self._centre, f"{self.seed}b", 8),
            lambda: Sensor(self._ledger).run(self._centre, f"{self.seed}s", 5, at, hosts),
            lambda: Operator(self._ledger).run(self._person, f"{self.seed}o", 6),
        ]

    def _guarded(self, job: Callable[[], None]) -> Callable[[], None]:
        def run() -> None:
            try:
                job()
            except Exception as error:
                self._ledger.trouble(f"a client of round {self.seed} failed: {error!r}")

        return run

    def _strike(self) -> None:
        """Kill one program after some answers, and start it again after some more, or a while.

        Only this thread starts programs: they end with the thread that started them.
        """
        names, weights = zip(*VICTIMS.items(), strict=True)
        victim = self._dice.choices(names, weights)[0]
        self._ledger.pass_by(self._dice.randint(0, 9), seconds=1.5)
        self.killed.append(victim)
        if victim == "postgres":
            self._kill_postgres()
            return
        self._centre.kill(victim)
        self._ledger.pass_by(self._dice.randint(0, 5), seconds=self._dice.uniform(0, 0.6))
        self._centre.start(victim)

    def _strike_at_a_point(self) -> None:
        """Have a program that works in another one's stead die, or kill a server, at an exact point of its work."""
        order = Order.by(self._dice)
        absent = ACTS_FOR[order.role]
        self._ledger.pass_by(self._dice.randint(0, 5), seconds=1.0)
        self._centre.kill(absent)
        if absent == "relay":  # or its lease would keep the other one waiting
            self._centre.query("UPDATE kernel_lease SET until = clock_timestamp() WHERE name = 'relay'")
        if order.point in TEXTS:
            self._post.tell(self._dice.choice(CHANNELS), order.count)
        victims = {"postgres": self._servers.children["postgres"], "redis": self._centre.children["redis"]}
        child = victims.get(order.victim)
        reached = self._nest.run(order, child.pid if child else None)
        self.killed.append(f"{order}{'' if reached else ' (not reached)'}")
        if reached and order.victim == "postgres":
            self._kill_postgres()
        if reached and order.victim == "redis":
            self._centre.kill("redis")
            self._centre.start("redis")
        self._centre.start(absent)

    def _kill_postgres(self) -> None:
        """Kill it if it lives and start it again; for a moment its orphans hold the memory that the next one wants."""
        postgres = self._servers.children["postgres"]
        postgres.kill()

        def ready() -> bool:
            if not postgres.running():
                postgres.start()
            return self._servers.postgres.ready()

        wait_for(ready, seconds=60, what="PostgreSQL to be back", every=0.05)

    def _revive(self) -> None:
        """Start what does not run (here nobody else does that) and wait until the site is ready."""
        for name in self._centre.children:
            if not self._centre.running(name):
                self._centre.start(name)
        self._centre.wait_ready()


def move_clock(centre: IocProcesses, by: timedelta) -> None:
    """Move the demo's clock forward."""
    centre.query("UPDATE kernel_realm SET clock_offset = clock_offset + %s WHERE name = 'demo'", by)
