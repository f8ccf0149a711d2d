"""``script/bench walk``: from a POST to the frame in an open browser, and ten thousand events in one request."""

import gzip
import os
import statistics
import time
from functools import partial

import django
import psycopg

from ioc.machine.places import ROOT
from tests.bench import bench_start
from tests.bench.figure import Figure, quantile
from tests.bench.memory import memory
from tests.harness.browser import chromium, window
from tests.harness.processes import IocProcesses
from tests.harness.slot import Servers
from tests.harness.waiting import wait_for

SAMPLE = ROOT.parent / "shared" / "data" / "suricata_eve_sample.ndjson.gz"
OWN = ROOT / "fixtures" / "cybersecurity" / "normal.ndjson"
REPORTS = 40
RUNS = 3

# Notes, in the page itself, when the frame of each new alert arrived: the socket's own event, before anything is drawn.
_LISTEN = """
window.__arrived = {};
const Plain = window.WebSocket;
window.WebSocket = class extends Plain {
  constructor(...given) {
    super(...given);
    this.addEventListener("message", (event) => {
      const said = JSON.parse(event.data);
      if (said.type !== "frame" || said.tile.gone || said.tile.payload?.kind !== "alert") return;
      window.__arrived[said.tile.key] ??= Date.now();
    });
  }
};
"""


def measure(servers: Servers, rest: list[str]) -> list[Figure]:
    """Measure the walk on the default set-up, in realm demo, without the simulator."""
    del rest
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ioc.settings")
    django.setup()  # the kit of the flow tests knows the protocol's names from the code itself
    start = [figure for figure in bench_start.measure(servers, []) if figure.name == "warm start"]
    with IocProcesses(servers) as centre:
        seen, answered = _post_to_frame(centre)
        used = memory(centre)
        flood = _flood(centre)
    return [
        *start,
        Figure("POST to frame in an open browser, p50", quantile(seen, 0.5), "s", "the POST's own answer",
               quantile(answered, 0.5), at_most=0.3),
        Figure("POST to frame in an open browser, p95", quantile(seen, 0.95), "s", "the POST's own answer",
               quantile(answered, 0.95), at_most=1),
        *flood,
        *used,
    ]  # fmt: skip


def _post_to_frame(centre: IocProcesses) -> tuple[list[float], list[float]]:
    """Return, for each of 40 reports posted one after the other, seconds to its frame and seconds to its answer."""
    from tests.flow.kit import Source, alert_of, report  # noqa: PLC0415 - needs Django's settings

    source, seen, answered = Source(centre), [], []
    with chromium() as browser, window(browser) as context:
        context.add_init_script(_LISTEN)
        page = context.new_page()
        page.goto(f"{centre.url}/accounts/login/?next=/wall/")
        page.fill("input[name=username]", "operator")
        page.fill("input[name=password]", centre.accounts["operator"])
        page.press("input[name=password]", "Enter")
        page.wait_for_selector(".tile")
        for _ in range(REPORTS):
            item = report()
            sent = time.time()
            source.post(item).raise_for_status()
            answered.append(time.time() - sent)
            key = "alert:" + wait_for(partial(alert_of, centre, item["external_id"]), seconds=20, what="alert")
            page.wait_for_function("key => key in window.__arrived", arg=key)
            seen.append(page.evaluate("key => window.__arrived[key]", key) / 1000 - sent)
    return seen, answered


def _flood(centre: IocProcesses) -> list[Figure]:
    """Post the real sample (or our own lines, repeated) in one request; compare with COPY of the rows it left."""
    from tests.flow.kit import SURICATA, Source, settle  # noqa: PLC0415 - needs Django's settings

    lines = gzip.decompress(SAMPLE.read_bytes()).splitlines() if SAMPLE.exists() else _own_lines(9_000)
    sensor = Source(centre, SURICATA, seconds=300)
    settle(centre, seconds=120)
    rates = []
    for size in (len(lines) // 4, len(lines)):
        centre.query("TRUNCATE cybersecurity_event, alerts_alert CASCADE")
        began = time.perf_counter()
        told = sensor.post(b"\n".join(lines[:size]), "application/x-ndjson").json()
        wait_for(lambda: _judged(centre), seconds=300, what="everything to be judged", every=0.05)
        rates.append((told["accepted"] + told["duplicate"]) / (time.perf_counter() - began))
    copies = [_copy(centre) for _ in range(RUNS)]
    alerts = centre.query("SELECT count(*) FROM alerts_alert WHERE monitor = 'cybersecurity'")[0][0]
    return [
        Figure(f"{size} events in one request: stored, judged, deduplicated", rate, "events/s", "bare COPY",
               statistics.median(copies))
        for size, rate in zip((len(lines) // 4, len(lines)), rates, strict=True)
    ] + [Figure("alerts that come of them", float(alerts), "alerts", at_most=60)]  # fmt: skip


def _own_lines(count: int) -> list[bytes]:
    """Our own payload file repeated, each line with its own number, where the sample of real events isn't there."""
    plain = OWN.read_bytes().splitlines()
    return [plain[n % len(plain)].replace(b"{", b'{"bench":%d,' % n, 1) for n in range(count)]


def _judged(centre: IocProcesses) -> bool:
    return bool(centre.query("SELECT count(*) = 0 FROM intake_intakechunk WHERE evaluated_at IS NULL")[0][0])


def _copy(centre: IocProcesses) -> float:
    """Return rows per second of COPY into a table of the same shape, without indexes: no store can be quicker."""
    with psycopg.connect(centre.machine.env["DATABASE_URL"], autocommit=True) as connection:
        connection.execute("DROP TABLE IF EXISTS peer; CREATE UNLOGGED TABLE peer (LIKE cybersecurity_event)")
        with connection.cursor().copy("COPY (SELECT * FROM cybersecurity_event) TO STDOUT") as out:
            blocks = [bytes(block) for block in out]
        began = time.perf_counter()
        with connection.cursor().copy("COPY peer FROM STDIN") as into:
            for block in blocks:
                into.write(block)
        spent = time.perf_counter() - began
        rows = connection.execute("SELECT count(*) FROM peer").fetchone()
        connection.execute("DROP TABLE peer")
    return (rows[0] if rows else 0) / spent
