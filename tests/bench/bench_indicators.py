"""``script/bench indicators [--indicators N]``: 1,000 indicators × 103 units × 10 years of months, and what boards ask.

The peer is a plain table of one row per value with the index it needs, measured in the same run at a tenth of the size.
"""

import argparse
import gc
import io
import os
import random
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import django
from openpyxl import Workbook, load_workbook

from tests.bench.figure import Figure, quantile
from tests.harness.databases import clone, prepared
from tests.harness.slot import Servers

YEARS = range(2017, 2027)
NOW = datetime(2026, 11, 20, 3, tzinfo=UTC)
ASKED = 40
"""How often each question is asked, of other indicators and units each time."""


def measure(servers: Servers, rest: list[str]) -> list[Figure]:
    """Fill a tenth, then the whole, and ask; then a workbook of 50,000 rows."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--indicators", type=int, default=1000)
    parser.add_argument("--rows", type=int, default=50_000)
    given = parser.parse_args(rest)
    template = prepared(servers.postgres, servers.folder, demo=False)
    clone(servers.postgres, template, "bench_indicators")
    os.environ |= {
        "DATABASE_URL": servers.postgres.url("bench_indicators"),
        "REDIS_URL": servers.redis.url(),
        "DJANGO_SETTINGS_MODULE": "ioc.settings",
        "IOC_VAR": str(servers.folder),
        "IOC_DEMO": "0",
    }
    django.setup()
    tenth = max(10, given.indicators // 10)
    figures = [*_asked(0, tenth), *_peer(tenth), *_asked(tenth, given.indicators)]
    return [*figures, *_workbooks(given.rows)]


# --- what boards ask -------------------------------------------------------------------------------------------------


def _asked(first: int, last: int) -> list[Figure]:
    """Fill indicators ``first`` to ``last`` and ask of all there are."""
    from services.contract import Scope  # noqa: PLC0415 - needs Django's settings
    from services.indicators import periods, selectors  # noqa: PLC0415
    from services.indicators.actions import Given, record_values  # noqa: PLC0415
    from services.indicators.comparing import compare  # noqa: PLC0415
    from services.indicators.figures import figure_of  # noqa: PLC0415

    units = _units()
    began = time.perf_counter()
    _fill(first, last, units)
    filled = time.perf_counter() - began
    dice = random.Random(7)
    codes = [f"bench_{n:04d}" for n in range(last)]
    start, end, month = (periods.parse(text) for text in ("2017-01", "2026-12", "2026-10"))

    def figure() -> None:
        figure_of(dice.choice(codes), Scope(realm="live", now=NOW, unit=dice.choice([None, *units[1:]])))

    def compared() -> None:
        compare(dice.choice(codes), dice.choice(units), month, realm="live")

    def pivot() -> None:
        table = selectors.pivot(dice.choice(codes), dice.sample(units, 50), realm="live", first=start, last=end)
        assert len(table.rows) * len(table.rows[0]) == 6000

    def correct() -> None:
        row = Given(dice.choice(codes), dice.choice(units[1:]), month, float(dice.randrange(1000)))
        record_values(realm="live", source="bench", rows=[row], reason="bench")

    values = f"{last * len(units) * len(YEARS) * 12 / 1e6:.3g} million values"
    size = _one("SELECT pg_total_relation_size('indicators_sheet')") / 2**20
    return [
        Figure(f"{values}: filled in", filled, "s"),
        Figure(f"{values}: table and indexes", size, "MB"),
        Figure(f"{values}: a board's figure, p95", _p95(figure), "ms", at_most=50),
        Figure(f"{values}: same period, year to date, plan, p95", _p95(compared), "ms", at_most=50),
        Figure(f"{values}: pivot of 50 × 120, p95", _p95(pivot), "ms", at_most=200),
        Figure(f"{values}: correction with its roll-ups, p95", _p95(correct), "ms", at_most=100),
    ]


def _p95(ask: Callable[[], None]) -> float:
    ask()
    spent = []
    for _ in range(ASKED):
        began = time.perf_counter()
        ask()
        spent.append((time.perf_counter() - began) * 1000)
    return quantile(spent, 0.95)


def _units() -> list[str]:
    """The province first, then its communes."""
    from services.directory.pack import pack  # noqa: PLC0415
    from services.directory.selectors import units_on  # noqa: PLC0415

    return [pack().code, *sorted(units_on(NOW.date()).values_list("code", flat=True))]


def _fill(first: int, last: int, units: list[str]) -> None:
    """Store definitions, every tenth of them a rate over its neighbours, and sheets whose sums are known."""
    from django.db import connection  # noqa: PLC0415

    from services.indicators.loading import load_definitions  # noqa: PLC0415
    from services.indicators.models import Definition  # noqa: PLC0415

    definitions = [_definition(Definition, n) for n in range(first, last)]
    load_definitions(definitions)
    ids = dict(Definition.objects.filter(code__startswith="bench_").values_list("code", "pk"))
    numbers = list(range(first, last))
    with connection.cursor() as cursor:
        cursor.execute(
            _SHEETS,
            {
                "ids": [ids[f"bench_{n:04d}"] for n in numbers], "numbers": numbers, "units": units,
                "from": YEARS[0], "to": YEARS[-1], "communes": len(units) - 1,
            },
        )  # fmt: skip
        cursor.execute("ANALYZE indicators_sheet")


def _definition(model: Any, n: int) -> Any:
    how = {"over_area": "weighted", "weight_area": f"bench_{n - 1:04d}", "over_time": "weighted",
           "weight_time": f"bench_{n - 1:04d}"} if n % 10 == 9 else {"over_area": "sum"}  # fmt: skip
    if n % 10 == 8:
        how = {"formula": f"bench_{n - 1:04d} ÷ bench_{n - 2:04d}"}
    names = {"name": f"Chỉ tiêu {n}", "name_en": f"Indicator {n}"}
    return model(code=f"bench_{n:04d}", valid_from=date(2015, 1, 1), **names, **how)


# A commune's month: indicator mod 50 + year − first year + month + its own number; the province's is the sum of them.
_SHEETS = """
INSERT INTO indicators_sheet (realm, indicator_id, unit, year, part, values, known, batches, parts)
SELECT 'live', i.id, u.code, y, 0, m.v || q.v || (SELECT sum(x) FROM unnest(m.v) x),
       array_fill('2026-11-01 00:00+00'::timestamptz, '{12}') || array_fill(NULL::timestamptz, '{5}'),
       array_fill(NULL::bigint, '{17}'), array_fill(0::smallint, '{17}')
  FROM unnest(%(ids)s::int[], %(numbers)s::int[]) AS i (id, n)
 CROSS JOIN unnest(%(units)s::text[]) WITH ORDINALITY AS u (code, n)
 CROSS JOIN generate_series(%(from)s, %(to)s) AS y
 CROSS JOIN LATERAL (
    SELECT array_agg((CASE WHEN u.n = 1
        THEN %(communes)s * (i.n %% 50 + y - %(from)s + k) + %(communes)s * (%(communes)s - 1) / 2
        ELSE i.n %% 50 + y - %(from)s + k + u.n - 2 END)::float8 ORDER BY k) AS v FROM generate_series(1, 12) k) m
 CROSS JOIN LATERAL (
    SELECT array_agg(m.v[3 * k - 2] + m.v[3 * k - 1] + m.v[3 * k] ORDER BY k) AS v FROM generate_series(1, 4) k) q
"""


# --- the peer: one row per value -------------------------------------------------------------------------------------


def _peer(count: int) -> list[Figure]:
    """Store the same values as plain rows and ask the database alone for the same pivot."""
    from django.db import connection  # noqa: PLC0415

    units = _units()
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE peer AS SELECT realm, indicator_id, unit, make_date(year, n::int, 1) AS period, v AS value "
            "FROM indicators_sheet, unnest(values) WITH ORDINALITY AS one (v, n) WHERE n <= 12"
        )
        cursor.execute("CREATE UNIQUE INDEX ON peer (realm, indicator_id, unit, period)")
        cursor.execute("ANALYZE peer")
        cursor.execute("SELECT DISTINCT indicator_id FROM peer")
        ids = [row[0] for row in cursor.fetchall()]
        dice = random.Random(7)

        def plain() -> None:
            cursor.execute(
                "SELECT unit, period, value FROM peer WHERE realm = 'live' AND indicator_id = %s AND unit = ANY(%s)",
                [dice.choice(ids), dice.sample(units, 50)],
            )
            assert len(cursor.fetchall()) == 6000

        def compact() -> None:
            cursor.execute(
                "SELECT unit, year, values FROM indicators_sheet WHERE realm = 'live' AND indicator_id = %s "
                "AND unit = ANY(%s)",
                [dice.choice(ids), dice.sample(units, 50)],
            )
            assert len(cursor.fetchall()) >= 500

        sizes = [_one(f"SELECT pg_total_relation_size('{name}')") for name in ("indicators_sheet", "peer")]
        figures = [
            Figure("a pivot's rows as sheets, p95", _p95(compact), "ms", "plain rows", _p95(plain)),
            Figure("bytes a value (with history's marks)", sizes[0] / (count * len(units) * 120), "bytes", "plain rows",
                   sizes[1] / (count * len(units) * 120)),
        ]  # fmt: skip
        cursor.execute("DROP TABLE peer")
    return figures


def _one(statement: str) -> float:
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute(statement)
        return float(cursor.fetchone()[0])


# --- workbooks -------------------------------------------------------------------------------------------------------


def _workbooks(rows: int) -> list[Figure]:
    """Check and store a workbook of a fifth of the rows, then one of all; each in the memory it needs at most."""
    from services.indicators.models import Workbook as Uploaded  # noqa: PLC0415 - needs Django's settings
    from services.indicators.workbooks import processing  # noqa: PLC0415

    figures = []
    for count, year in ((rows // 5, 2024), (rows, 2025)):
        body = _book(count, year)
        gc.collect()
        _reset_peak()
        before, worked = _resident("VmRSS"), time.process_time()
        began = time.perf_counter()
        row = processing.process(processing.submit(realm="live", name="bench.xlsx", body=body, reason="bench"))
        spent, worked = time.perf_counter() - began, time.process_time() - worked
        peak = _resident("VmHWM") - before
        assert row.state == Uploaded.State.STORED, row.errors[:3]
        alone = _parsed(body)
        most = 15 if count >= 50_000 else None
        figures += [
            Figure(f"workbook of {count} rows: checked and stored", spent, "s", "reading its cells alone", alone,
                   at_most=most),
            Figure(f"workbook of {count} rows: of that, the program itself at work", worked, "s"),
            Figure(f"workbook of {count} rows: memory above the program's own", peak, "MB"),
        ]  # fmt: skip
    return figures


def _book(rows: int, year: int) -> bytes:
    from services.indicators.catalogue import catalogue  # noqa: PLC0415
    from services.indicators.periods import Period  # noqa: PLC0415
    from services.indicators.workbooks.headings import HEADINGS  # noqa: PLC0415

    units = _units()[1:]
    known = catalogue()
    codes = [code for code in sorted(known.by_code) if code.startswith("bench_") and int(code[-1]) < 7]
    book = Workbook(write_only=True)
    page = book.create_sheet("Số liệu")
    page.append(
        [HEADINGS[name][0] for name in ("code", "name", "measure", "unit", "unit_name", "period", "value", "note")]
    )
    made = 0
    for code in codes:
        for unit in (unit for unit in units if unit):
            for month in range(8, 13) if year == 2025 else range(1, 13):
                if made == rows:
                    break
                period = Period(year, month, 1, "month").text
                page.append([code, known[code].name, "", unit, "", period, made % 977 + 0.5, None])
                made += 1
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _parsed(body: bytes) -> float:
    began = time.perf_counter()
    for _row in load_workbook(io.BytesIO(body), read_only=True).worksheets[0].iter_rows(values_only=True):
        pass
    return time.perf_counter() - began


def _reset_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def _resident(name: str) -> float:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name)) / 1024
