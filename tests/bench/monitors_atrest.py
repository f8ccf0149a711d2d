"""What ``script/bench monitors`` measures on up to a million records of each monitor, in this process."""

import statistics
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import psycopg
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from monitors.environment import panels as environment_panels
from monitors.environment.models import LatestValue, Observation
from services import registry
from services.contract import Moment, Monitor, Panel, Rule, Scope
from services.intake.receiving import receive
from services.kernel import clock
from services.kernel.models import DEMO
from tests.bench.figure import Figure
from tests.bench.fills import FILLS
from tests.bench.load import OBSERVATIONS
from tests.bench.streams import STREAMS, Readings
from tests.harness.processes import IocProcesses

SIZES = (10_000, 100_000, 1_000_000)
RUNS = 5
GOAL_MS = 50.0


def measure(centre: IocProcesses, asked: Sequence[str] = ()) -> list[Figure]:
    """Fill the monitors' main tables step by step; measure panels at each size, rules and latest values at the end."""
    named = {monitor.slug for monitor in registry.monitors()} & set(asked)
    filled = [one for one in registry.monitors() if one.slug in (named & set(FILLS) or FILLS)]
    missing = [monitor.slug for monitor in registry.monitors() if monitor.panels and monitor.slug not in FILLS]
    figures = [Figure(f"monitors without a fill function {' '.join(missing)}".strip(), len(missing), "", at_most=0)]
    if LatestValue.objects.filter(realm=DEMO).count() < STREAMS:
        receive(source=OBSERVATIONS, realm=DEMO, items=[one.item() for one in Readings().take(STREAMS)])
    with psycopg.connect(centre.machine.env["DATABASE_URL"], autocommit=True) as server:
        for monitor in filled:
            figures += _panels(monitor, server)
    return [*figures, *_latest(), *_rules()]


# --- panels ----------------------------------------------------------------------------------------------------------


def _panels(monitor: Monitor, server: psycopg.Connection) -> list[Figure]:
    """Return what each panel takes at the largest size, compared with the smallest, and the worst one on the way."""
    begun = time.monotonic()
    taken: dict[int, dict[str, float]] = {}
    written = 0
    for size in SIZES:
        for fill in FILLS[monitor.slug]:
            fill.write(server, written + 1, size)
        written = size
        taken[size] = {panel.slug: _median_ms(partial(_figure, panel)) for panel in monitor.panels}
    worst = {size: max(values.values()) for size, values in taken.items()}
    print(f"{monitor.slug}: filled and measured in {time.monotonic() - begun:.0f} s", flush=True)
    last, first, slug = SIZES[-1], SIZES[0], monitor.slug
    return [
        *(
            Figure(f"{slug}/{panel} at {last:,}", ms, "ms", f"at {first:,}", taken[first][panel], at_most=GOAL_MS)
            for panel, ms in taken[last].items()
        ),
        Figure(f"{slug}, worst panel at {SIZES[1]:,}", worst[SIZES[1]], "ms", f"at {first:,}", worst[first]),
    ]


def _figure(panel: Panel) -> object:
    return panel.figure(_scope())


def _scope() -> Scope:
    return Scope(DEMO, clock.now(DEMO))


def _median_ms(act: Callable[[], Any]) -> float:
    """Return the median of five calls after a first one that finds nothing in memory."""
    act()
    spent = []
    for _ in range(RUNS):
        began = time.perf_counter()
        act()
        spent.append(1000 * (time.perf_counter() - began))
    return statistics.median(spent)


# --- latest values and rules -----------------------------------------------------------------------------------------


def _latest() -> list[Figure]:
    """Read the latest value of every datastream there is."""
    fields = ("station", "prop", "value", "quality", "occurred_at", "sound_value", "sound_at")
    rows = LatestValue.objects.filter(realm=DEMO).order_by().values_list(*fields)
    count = len(rows)
    ms = _median_ms(lambda: list(rows.all()))
    return [
        Figure("datastreams", count, "", at_least=STREAMS),
        Figure("latest value of all of them", ms, "ms", at_most=GOAL_MS),
        Figure("latest values as the wall's list", _median_ms(lambda: environment_panels.station_list(_scope())), "ms"),
    ]


def _rules() -> list[Figure]:
    """Count the statements of each rule that judges what arrives: for one new value and for five hundred."""
    rules = [rule for rule in registry.monitor("environment").rules if rule.detect]
    ids = list(Observation.objects.filter(realm=DEMO).order_by("-occurred_at").values_list("pk", flat=True)[:500])
    figures = []
    for rule in rules:
        few, many = _asked(rule, ids[:1]), _asked(rule, ids)
        name, ms = rule.id.partition(".")[2], _median_ms(partial(_judge, rule, ids))
        figures += [
            Figure(f"rule {name}: statements for 500 new values", many, "", "for one", few, at_most=few + 1),
            Figure(f"rule {name}: 500 new values among a million", ms, "ms"),
        ]
    return figures


def _asked(rule: Rule, ids: Sequence[int]) -> int:
    with CaptureQueriesContext(connection) as asked:
        _judge(rule, ids)
    return len([query for query in asked.captured_queries if not query["sql"].startswith(("BEGIN", "COMMIT"))])


def _judge(rule: Rule, ids: Sequence[int]) -> None:
    with transaction.atomic():
        list(rule.detect(ids, Moment(DEMO, clock.now(DEMO))) if rule.detect else ())
