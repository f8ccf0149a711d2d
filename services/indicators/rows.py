"""Rows through intake: what a monitor's source takes when its payload is one value of one indicator.

Source(slug="workbook", title=…, kind="state", payload=IndicatorRow, store=store, adapt=adapt)
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Annotated, Any

import msgspec
from django.utils.translation import gettext as _

from services.contract import Batch, Item, Outcome, Stored
from services.directory.text import clean
from services.indicators.actions import Entry
from services.indicators.catalogue import Catalogue, catalogue
from services.indicators.checking import ACTUAL, Cells, Checked, Checker
from services.indicators.loading import save_targets
from services.indicators.models import Delivery, Target
from services.indicators.territory import territory
from services.indicators.workbooks.headings import fields_of

Words = Annotated[str, msgspec.Meta(max_length=200)]
FUTURE_TOLERANCE = timedelta(minutes=5)
"""How far ahead a sender's clock may run."""


class IndicatorRow(msgspec.Struct):
    """One value. ``code`` names the indicator (or ``name`` does), ``unit`` the administrative unit (default: province)
    or department.

    ``period``: 2026-09, 9/2026, quý III/2026, 2026, a date. ``value`` may be written ``1.234,5``.
    ``kind``: actual (default), plan, central. ``reason`` is needed to change a closed period. ``delivered_at``, with
    its time zone, is when it had been delivered before: it counts in a backfill only, where nobody waited for it.
    """

    period: Annotated[str, msgspec.Meta(min_length=1, max_length=40)] | int
    value: float | Annotated[str, msgspec.Meta(max_length=60)] | None
    code: Words = ""
    name: Words = ""
    measure: Annotated[str, msgspec.Meta(max_length=60)] = ""
    unit: Annotated[str, msgspec.Meta(max_length=60)] = ""
    unit_name: Annotated[str, msgspec.Meta(max_length=120)] = ""
    kind: Annotated[str, msgspec.Meta(max_length=40)] = ""
    reason: Annotated[str, msgspec.Meta(max_length=500)] = ""
    delivered_at: datetime | None = None


def adapt(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return an item under the payload's own names: headings may be the template's, in any encoding."""
    found = fields_of([str(name) for name in raw])
    if found is None:
        return raw
    item = {}
    for name, (heading, value) in zip(found.names, raw.items(), strict=True):
        text = clean(found.decode(value)) if isinstance(value, str) else value
        item[name or heading] = text
    return item


def store(batch: Batch) -> list[Stored]:
    """Store a batch of rows: values, revisions and roll-ups in the caller's transaction; a record id is a sheet's."""
    known, land = catalogue(), territory()
    checkers: dict[str, Checker] = {}
    answers: list[Stored] = []
    passed: dict[str, list[tuple[Item, Checked]]] = {}
    for item in batch.items:
        reason = item.payload.reason
        if reason not in checkers:
            checkers[reason] = Checker(batch.realm, batch.now, known, land, reason=reason)
        checked, problems = checkers[reason].check(_cells(item.payload))
        errors = {problem.field: problem.text for problem in problems if problem.level == "error"}
        errors |= _untrue(item.payload.delivered_at, batch.now)
        if errors or checked is None:
            answers.append(Stored(item.index, "rejected", errors=errors or {"value": _("is missing")}))
        else:
            passed.setdefault(reason, []).append((item, _dated(checked, item.payload, batch)))
    for reason, rows in passed.items():
        delivery = Delivery(realm=batch.realm, source=batch.source, at=batch.now, reason=reason)
        answers += _taken(rows, Entry(batch.realm, delivery, known, land))
        answers += _planned(batch, [(item, one) for item, one in rows if one.kind != ACTUAL], known)
    return answers


def _untrue(delivered: datetime | None, now: datetime) -> dict[str, str]:
    if delivered is None:
        return {}
    if delivered.tzinfo is None:
        return {"delivered_at": _("needs a time zone, such as +07:00")}
    return {"delivered_at": _("lies in the future")} if delivered > now + FUTURE_TOLERANCE else {}


def _dated(checked: Checked, row: IndicatorRow, batch: Batch) -> Checked:
    """Note when a row of a backfill was delivered; what comes live is known since it came, whatever it says."""
    if not batch.historical or row.delivered_at is None:
        return checked
    return replace(checked, given=replace(checked.given, stated=row.delivered_at))


def _cells(row: IndicatorRow) -> Cells:
    return Cells(
        code=row.code,
        name=row.name,
        measure=row.measure,
        unit=row.unit,
        unit_name=row.unit_name,
        period=row.period,
        value=row.value,
        kind=row.kind,
    )


def _taken(rows: Sequence[tuple[Item, Checked]], entry: Entry) -> list[Stored]:
    actual = [(item, one) for item, one in rows if one.kind == ACTUAL]
    actual.sort(key=lambda row: row[1].given.stated or entry.delivery.at)  # of one place what was said last stays
    done = entry.take([one.given for _item, one in actual])
    entry.finish()
    outcomes: tuple[tuple[Outcome, list[int]], ...] = (
        ("accepted", done.accepted),
        ("updated", done.updated),
        ("duplicate", done.unchanged),
    )
    return [
        Stored(actual[index][0].index, outcome, done.sheets.get(index))
        for outcome, found in outcomes
        for index in found
    ]


def _planned(batch: Batch, rows: Sequence[tuple[Item, Checked]], known: Catalogue) -> list[Stored]:
    """Set plans; the last of several for one place counts."""
    save_plans(batch.realm, batch.source, [one for _item, one in rows], known)
    return [Stored(item.index, "accepted") for item, _one in rows]


def save_plans(realm: str, source: str, rows: Iterable[Checked], known: Catalogue) -> None:
    """Set plans of a realm; the last of several for one place counts."""
    plans = {(one.given.code, one.given.unit, one.given.period, one.kind): one.given.value for one in rows}
    save_targets(
        [
            Target(realm=realm, indicator=known[code], unit=unit, period=at.text, kind=kind, value=value, source=source)
            for (code, unit, at, kind), value in plans.items()
            if value is not None
        ]
    )
