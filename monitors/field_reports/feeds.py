"""Reports from the portal, from apps and from older systems become records, each with its commune and department."""

import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal

import msgspec
from django.contrib.gis.geos import Point
from django.utils.translation import gettext as _

from monitors.field_reports.deadlines import promised_until
from monitors.field_reports.models import FINISHED, Report, Status, StatusEvent
from services.contract import Batch, Item, Stored
from services.directory.models import Unit
from services.directory.pack import Category, pack
from services.directory.selectors import units_at, units_by_code
from services.directory.subjects import Personal, keep_subjects
from services.directory.text import clean
from services.kernel.clock import LOCAL
from services.kernel.records import insert_events
from services.worktime.selectors import current_calendar

Instant = Annotated[datetime, msgspec.Meta(tz=True)]
EARLIEST = datetime(2021, 5, 17, tzinfo=UTC) - timedelta(hours=7)
"""The service began on 17 May 2021."""
CLOCK_SKEW = timedelta(minutes=5)
"""How far a sender's clock may run ahead of ours."""


class Reporter(msgspec.Struct):
    """Who reports. Goes to ``directory.Subject`` and nowhere else."""

    name: Annotated[str, msgspec.Meta(max_length=150)] = ""
    phone: Annotated[str, msgspec.Meta(max_length=20)] | None = None


class Step(msgspec.Struct):
    """What an older system knows of a report's course; only for backfills."""

    status: Literal["received", "routed", "in_progress", "done", "not_fixed", "closed"]
    at: Instant
    text: Annotated[str, msgspec.Meta(max_length=2000)] = ""


class ReportPayload(msgspec.Struct):
    """One report. ``unit`` is a commune's code; a place is longitude and latitude in degrees.

    Without ``occurred_at`` it happened when it came in; sent again, it is the same report.
    """

    external_id: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    description: Annotated[str, msgspec.Meta(min_length=1, max_length=5000)]
    occurred_at: Instant | None = None
    category: Annotated[str, msgspec.Meta(max_length=60)] | None = None
    unit: Annotated[str, msgspec.Meta(max_length=5)] | None = None
    lon: Annotated[float, msgspec.Meta(ge=-180, le=180)] | None = None
    lat: Annotated[float, msgspec.Meta(ge=-90, le=90)] | None = None
    address: Annotated[str, msgspec.Meta(max_length=300)] | None = None
    reporter: Reporter | None = None
    history: Annotated[list[Step], msgspec.Meta(max_length=50)] | None = None


@dataclass(frozen=True, slots=True)
class _Routed:
    """Where a report belongs. ``suggested``: found on approximate boundaries, a dispatcher confirms it."""

    unit: Unit | None
    suggested: bool
    category: Category | None


def store(batch: Batch) -> list[Stored]:
    """Store reports: two statements for places, one for units named, then reports, steps and reporters in bulk."""
    units, located = _named_units(batch), _located(batch)
    calendar = current_calendar() if batch.historical else None
    answers: list[Stored] = []
    prepared: list[tuple[Item, Report]] = []
    people: dict[int, Personal] = {}
    for item in batch.items:
        payload: ReportPayload = item.payload
        errors, routed = _routed(item, units, located)
        errors |= _errors(payload, batch)
        if errors:
            answers.append(Stored(item.index, "rejected", errors=errors))
            continue
        report = _record(payload, routed, batch.now)
        if calendar is not None and report.closed_at:  # no ticket has set it
            report.due_at = promised_until(routed.category, report.occurred_at, calendar)
        if payload.reporter and (payload.reporter.name or payload.reporter.phone):
            report.subject_id = uuid.uuid4()
            people[item.index] = Personal(report.subject_id, payload.reporter.name, payload.reporter.phone or "")
        prepared.append((_without_person(item), report))
    stored = _same_again(insert_events(batch, prepared), batch)
    fresh = {answer.index for answer in stored if answer.outcome == "accepted"}
    _first_steps([(item, report) for item, report in prepared if item.index in fresh])
    keep_subjects(realm=batch.realm, people=[person for index, person in people.items() if index in fresh])
    return answers + stored


def _named_units(batch: Batch) -> dict[str, Unit]:
    codes = sorted({item.payload.unit for item in batch.items if item.payload.unit})
    return units_by_code(codes, batch.now.astimezone(LOCAL).date()) if codes else {}


def _located(batch: Batch) -> dict[int, Unit | None]:
    """Return the unit of each item that has a place, by the item's index; None where the place is in no unit."""
    places = {item.index: _place(item.payload) for item in batch.items}
    known = {index: place for index, place in places.items() if place is not None}
    if not known:
        return {}
    found = units_at(list(known.values()), batch.now.astimezone(LOCAL).date())
    return dict(zip(known, found, strict=True))


def _place(payload: ReportPayload) -> tuple[float, float] | None:
    return (payload.lon, payload.lat) if payload.lon is not None and payload.lat is not None else None


def _routed(
    item: Item, units: Mapping[str, Unit], located: Mapping[int, Unit | None]
) -> tuple[dict[str, str], _Routed]:
    """Return what is wrong with place and category, and where it goes: to the unit named, else to that of the place."""
    payload: ReportPayload = item.payload
    errors = {}
    category = pack().category(payload.category) if payload.category else None
    if payload.category and category is None:
        known = ", ".join(c.code for c in pack().categories)
        errors["category"] = _("no such category; there are {known}").format(known=known)
    unit, suggested = units.get(payload.unit or ""), False
    if payload.unit and (unit is None or unit.level != Unit.Level.COMMUNE):
        errors["unit"] = _("no such commune or ward today")
    if item.index in located:
        found = located[item.index]
        if found is None:
            errors["lon"] = _("the place lies outside the province")
        elif unit is None:
            unit, suggested = found, found.approximate
    return errors, _Routed(unit, suggested, category)


def _errors(payload: ReportPayload, batch: Batch) -> dict[str, str]:
    errors = {}
    if payload.occurred_at is not None and payload.occurred_at < EARLIEST:
        errors["occurred_at"] = _("the date is before the service began")
    if payload.lon is None and not payload.unit and not clean(payload.address or ""):
        errors["unit"] = _("say where: a commune or ward, a place or an address")
    if not clean(payload.description):
        errors["description"] = _("say what you see")
    if payload.history is not None and not batch.historical:
        errors["history"] = _("only a backfill tells what became of a report")
    elif payload.history and not _in_order(payload, batch):
        errors["history"] = _("steps go forward from the report to now")
    return errors


def _in_order(payload: ReportPayload, batch: Batch) -> bool:
    instants = [payload.occurred_at or batch.now, *(step.at for step in payload.history or []), batch.now + CLOCK_SKEW]
    return instants == sorted(instants)


def _record(payload: ReportPayload, routed: _Routed, now: datetime) -> Report:
    category, unit, place = routed.category, routed.unit, _place(payload)
    report = Report(
        external_id=payload.external_id,
        occurred_at=payload.occurred_at or now,
        unit=unit.code if unit else "",
        unit_suggested=routed.suggested,
        department=category.department if category else "",
        category=category.code if category else "",
        urgent=bool(category and category.urgent),
        description=payload.description.strip(),
        place=Point(*place, srid=4326) if place else None,
        address=clean(payload.address or ""),
        status=Status.RECEIVED,
        status_at=payload.occurred_at or now,
    )
    for step in payload.history or []:
        _take(report, step)
    return report


def _take(report: Report, step: Step) -> None:
    status = Status(step.status)
    if status in {Status.ROUTED, Status.IN_PROGRESS}:
        report.assigned_at = report.assigned_at or step.at
    if status in FINISHED:
        report.closed_at, report.public_text = step.at, step.text
        report.assigned_at = report.assigned_at or step.at
    report.status, report.status_at = status, step.at


def _same_again(stored: list[Stored], batch: Batch) -> list[Stored]:
    """Count a report that names no time and whose id is known as a duplicate: it has no other time to collide with."""
    timeless = {item.index for item in batch.items if item.payload.occurred_at is None}
    return [
        replace(answer, outcome="duplicate", errors=None)
        if answer.outcome == "rejected" and answer.index in timeless and answer.record_id is not None
        else answer
        for answer in stored
    ]


def _first_steps(stored: list[tuple[Item, Report]]) -> None:
    """Write how each new report began, and what a backfill tells of the rest."""
    steps = []
    for item, report in stored:
        told = [Step("received", report.occurred_at), *(item.payload.history or [])]
        steps += [_step(report, step) for step in told]
    StatusEvent.objects.bulk_create(steps, ignore_conflicts=True, batch_size=1000)


def _step(report: Report, step: Step) -> StatusEvent:
    return StatusEvent(
        realm=report.realm,
        report=report,
        at=step.at,
        status=step.status,
        unit=report.unit,
        department=report.department,
        text=step.text,
    )


def _without_person(item: Item) -> Item:
    """Return the item as its record keeps it: neither the raw form nor its digest knows the reporter."""
    raw: dict[str, Any] = {name: value for name, value in item.raw.items() if name != "reporter"}
    return replace(item, raw=raw, digest=hashlib.sha256(msgspec.json.encode(raw, order="deterministic")).digest())
