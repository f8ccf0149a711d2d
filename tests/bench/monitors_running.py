"""What ``script/bench monitors`` measures while a centre's programs run."""

import gzip
import json
import statistics
import time
from datetime import UTC, datetime
from functools import partial
from typing import Any

import psycopg

from tests.bench.figure import Figure, quantile
from tests.bench.load import BATCH, OBSERVATIONS, Paced, Publisher, judged, post
from tests.bench.memory import memory
from tests.bench.streams import PROBES, STREAM_NAMES, Reading, Readings
from tests.flow.kit import SURICATA, Person, Source, Wall, alert_of, report, settle, waiting
from tests.harness.processes import IocProcesses
from tests.harness.waiting import wait_for

RUNS = 3
RUN = 1_500
"""Observations of one run."""
RATES = (1_500, 1_000, 700, 500, 300)
"""Records a second, one third of them by MQTT: the first that holds is the answer."""
LASTING = 10.0
"""Seconds that a rate, and the flood, last."""
GOAL = 2.0
FLOOD = 10_000


def measure(centre: IocProcesses, broker_url: str) -> list[Figure]:
    """Measure rates, the way to the wall, fairness and memory, in this order."""
    readings, source, publisher = Readings(), Source(centre, OBSERVATIONS, seconds=120), Publisher(broker_url)
    settle(centre, seconds=120)
    before = memory(centre)
    post(source, readings.take(len(STREAM_NAMES)))  # every datastream is known from here on
    settle(centre, seconds=120)
    try:
        with _Heights(centre, Person(centre, "operator")) as wall:
            assert isinstance(wall, _Heights)  # ``with`` only knows of a Wall
            rates = _rates(centre, source, publisher, readings)
            mixed = _mixed(centre, source, publisher, readings, wall)
            flood = _flood(centre, wall)
    finally:
        publisher.close()
    rest = {one.name: one.value for one in before}
    after = [Figure(f"{one.name}, after the load", one.value, one.unit, "at rest", rest[one.name])
             for one in memory(centre)]  # fmt: skip
    return [*rates, *mixed, *flood, *after]


# --- rates -----------------------------------------------------------------------------------------------------------


def _rates(centre: IocProcesses, source: Source, publisher: Publisher, readings: Readings) -> list[Figure]:
    stored: dict[str, list[float]] = {"http": [], "mqtt": []}
    done: dict[str, list[float]] = {"http": [], "mqtt": []}
    for _ in range(RUNS):
        for door, send in (("http", partial(post, source)), ("mqtt", publisher.send)):
            part, known = readings.take(RUN), _count(centre)
            began = time.perf_counter()
            send(part)
            wait_for(lambda goal=known + RUN: _count(centre) >= goal, seconds=120, what="all to be stored")  # type: ignore[misc]
            stored[door].append(RUN / (time.perf_counter() - began))
            wait_for(lambda: judged(centre), seconds=120, what="all to be judged")
            done[door].append(RUN / (time.perf_counter() - began))
    copied = statistics.median(_copy(centre) for _ in range(RUNS))
    names = {"http": f"observations over HTTP by {BATCH}", "mqtt": "observations over MQTT one by one"}
    peer = "bare COPY into the same table"
    return [
        Figure(f"{name}: {what}", statistics.median(rates[door]), "records/s", peer, copied)
        for door, name in names.items()
        for what, rates in (("durable", stored), ("durable and judged", done))
    ]


def _count(centre: IocProcesses) -> int:
    return int(centre.query("SELECT count(*) FROM environment_observation")[0][0])


def _copy(centre: IocProcesses) -> float:
    """Return rows per second of COPY of the observations into their own table, as another realm's."""
    with psycopg.connect(centre.machine.env["DATABASE_URL"], autocommit=True) as connection:
        # Nor are sums of rain kept: with the triggers COPY writes row by row and would be an easy peer.
        connection.execute("ALTER TABLE environment_observation DISABLE TRIGGER USER")
        columns = [
            row[0]
            for row in connection.execute(
                "SELECT attname FROM pg_attribute WHERE attrelid = 'environment_observation'::regclass AND attnum > 0 "
                "AND attname NOT IN ('id', 'realm') ORDER BY attnum"
            )
        ]
        named = ", ".join(columns)
        chosen = f"SELECT 'drill-1' AS realm, {named} FROM environment_observation WHERE realm = 'demo' LIMIT 5000"
        with connection.cursor().copy(f"COPY ({chosen}) TO STDOUT") as out:
            blocks = [bytes(block) for block in out]
        began = time.perf_counter()
        with connection.cursor().copy(f"COPY environment_observation (realm, {named}) FROM STDIN") as into:
            for block in blocks:
                into.write(block)
        spent = time.perf_counter() - began
        copied = connection.execute("DELETE FROM environment_observation WHERE realm = 'drill-1'").rowcount
        connection.execute("ALTER TABLE environment_observation ENABLE TRIGGER USER")
        return copied / spent


# --- from arrival to frame -------------------------------------------------------------------------------------------


class _Heights(Wall):
    """A wall that notes when each river's height first came with an alert's tile.

    On a machine under load a connection may be lost: it comes back as a browser does, and the wait for it counts.
    """

    def __init__(self, centre: IocProcesses, person: Person) -> None:
        super().__init__(centre, person, resumes=True)
        self.levels: dict[float, float] = {}

    def _take(self, text: str | bytes) -> None:
        now = time.perf_counter()
        super()._take(text)
        if b'"level"' not in (text if isinstance(text, bytes) else text.encode()):
            return
        message = json.loads(text)
        for tile in message.get("tiles", [message.get("tile", {})]):
            params = tile.get("payload", {}).get("title", {}).get("params", {})
            self.levels.setdefault(params.get("level"), now)


class _Probes:
    """Rivers above their alarm, each at a height of its own: when was it sent, when did the wall say so?"""

    def __init__(self, source: Source, wall: _Heights, first: float) -> None:
        self._source, self._wall, self._height = source, wall, first
        self._sent: list[tuple[float, float]] = []

    def send(self) -> None:
        """Post one height; remember when."""
        self._height = round(self._height + 0.01, 2)
        river = f"river-{len(self._sent) % PROBES}"
        self._sent.append((self._height, time.perf_counter()))
        post(self._source, [Reading(river, "water_level", self._height, datetime.now(UTC))])

    def spent(self) -> list[float]:
        """Return the seconds until the wall showed each height, or a newer one of the same river, once it has."""
        try:
            wait_for(lambda: all(map(self._shown, range(len(self._sent)))), seconds=90, what="every height", every=0.1)
        except AssertionError as problem:
            missing = [height for number, (height, _at) in enumerate(self._sent) if self._shown(number) is None]
            told = f"the wall, connected {self._wall.connections} times, never showed {missing}: {self._wall.trouble}"
            raise AssertionError(told) from problem
        return [(self._shown(number) or 0.0) - at for number, (_height, at) in enumerate(self._sent)]

    def _shown(self, number: int) -> float | None:
        levels, newer = self._wall.levels, self._sent[number::PROBES]
        return min((levels[height] for height, _at in newer if height in levels), default=None)


def _mixed(
    centre: IocProcesses, source: Source, publisher: Publisher, readings: Readings, wall: _Heights
) -> list[Figure]:
    """Find the highest of the rates at which what arrives is on the wall within the goal, and how long that takes."""
    senders = [source, Source(centre, OBSERVATIONS, seconds=120)]
    for number, rate in enumerate(RATES):
        settle(centre, seconds=120)
        probes = _Probes(Source(centre, OBSERVATIONS, seconds=120), wall, 10.5 + number)
        every = 3 * BATCH / 2 / rate
        batches = [Paced(2 * every, partial(_post_next, sender, readings)) for sender in senders]
        singles = Paced(every, lambda: publisher.send(readings.take(BATCH // 2)))
        began, known = time.perf_counter(), _count(centre)
        with batches[0], batches[1], singles, Paced(0.5, probes.send):
            time.sleep(LASTING)
        posted = sum(one.calls for one in batches) * BATCH
        sent = (posted + singles.calls * (BATCH // 2)) / (time.perf_counter() - began)
        wait_for(lambda goal=known + posted: _count(centre) >= goal, seconds=120, what="all stored")  # type: ignore[misc]
        p95 = quantile(probes.spent(), 0.95)
        print(f"asked for {rate} records/s: {sent:.0f} sent, p95 to the wall {p95:.2f} s", flush=True)
        if (p95 <= GOAL and sent >= 0.95 * rate) or rate == RATES[-1]:
            break
    return [
        Figure(
            "mixed records that hold (two thirds HTTP, one third MQTT)", sent, "records/s", at_least=0.95 * RATES[0]
        ),
        Figure("arrival to frame at that rate, p50", quantile(probes.spent(), 0.5), "s"),
        Figure("arrival to frame at that rate, p95", p95, "s", at_most=GOAL),
    ]


def _post_next(source: Source, readings: Readings) -> None:
    post(source, readings.take(BATCH))


# --- nobody starves anybody ------------------------------------------------------------------------------------------


def _flood(centre: IocProcesses, wall: Wall) -> list[Figure]:
    """Post reports one after the other, in quiet and while events come in by the ten thousand."""
    wait_for(lambda: not waiting(centre).get("chunks"), seconds=180, what="all to be judged")
    quiet = _reports(centre, wall)
    flood, number = Source(centre, SURICATA, seconds=300), iter(range(1_000_000))
    began = time.perf_counter()
    with Paced(0.01, lambda: _post_events(flood, next(number))) as flooding:
        time.sleep(1)
        crowded = _reports(centre, wall)
    rate = flooding.calls * FLOOD / (time.perf_counter() - began)
    return [
        Figure(f"security events meanwhile, posts of {FLOOD}", rate, "events/s"),
        Figure("a report's alert on the wall during that flood, p50", quantile(crowded, 0.5), "s", "without it",
               quantile(quiet, 0.5)),
        Figure("a report's alert on the wall during that flood, p95", quantile(crowded, 0.95), "s", "without it",
               quantile(quiet, 0.95), at_most=GOAL),
    ]  # fmt: skip


def _reports(centre: IocProcesses, wall: Wall) -> list[float]:
    source = Source(centre, seconds=120)
    sent: dict[str, float] = {}
    pace = Paced(0.5, lambda: _send_report(source, sent))
    with pace:
        time.sleep(LASTING)
    spent = []
    for name, at in sent.items():
        key = "alert:" + wait_for(partial(alert_of, centre, name), seconds=120, what="the alert")
        wait_for(lambda key=key: (key, 1) in wall.arrived, seconds=60, what="its frame")  # type: ignore[misc]
        spent.append(wall.arrived[key, 1] - at)
    return spent


def _send_report(source: Source, sent: dict[str, float]) -> None:
    item: dict[str, Any] = report()
    sent[item["external_id"]] = time.perf_counter()
    source.post(item).raise_for_status()


def _post_events(source: Source, number: int) -> None:
    at = datetime.now(UTC).isoformat()
    lines = (
        b'{"timestamp":"%s","event_type":"flow","src_ip":"10.0.%d.%d","src_port":%d,"dest_ip":"10.9.0.1","dest_port":443,'
        b'"proto":"TCP","flow_id":%d,"host":"flood","flow":{"pkts_toserver":12,"bytes_toserver":3456}}'
        % (at.encode(), n % 250, number % 250, n % 60_000, number * FLOOD + n)
        for n in range(FLOOD)
    )
    body = gzip.compress(b"\n".join(lines), 1)
    source.post(body, "application/x-ndjson", Content_Encoding="gzip").raise_for_status()
