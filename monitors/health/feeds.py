"""Case reports and bed counts as communes, hospitals and spreadsheets send them become records."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, Literal

import msgspec
from django.contrib.gis.geos import Point
from django.utils.translation import gettext as _

from monitors.health.actions import keep_bed_days, keep_tallies
from monitors.health.diseases import EVERY, OWNER, diseases
from monitors.health.facilities import Facility, facilities
from monitors.health.models import Capacity, CapacityVersion, CaseReport, CaseReportVersion
from monitors.health.places import Found, find_units
from monitors.health.science.ages import ages_error
from monitors.health.science.deadlines import case_due
from services.contract import Batch, Item, Stored
from services.directory.text import fold
from services.kernel.clock import LOCAL
from services.kernel.records import upsert_states

EARLIEST = date(2000, 1, 1)
MOST_PER_BED = 3
"""Inpatients for each bed beyond which a count is a typing error: two to a bed happens."""
Count = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]
Slug = Annotated[str, msgspec.Meta(max_length=60, pattern=r"^[A-Za-z0-9._:/-]*$")]
"""Names of things. No free text anywhere: a patient's name has no place to stand."""


class CasePayload(msgspec.Struct, forbid_unknown_fields=True):
    """How many cases of a disease were found in a commune on a day (or in the week up to it); zero is a report too.

    ``suspected``, ``probable`` and ``confirmed`` are disjoint: a case that is confirmed leaves the suspected ones in
    the next version. Disease ``all`` with zeros says: nothing else to report. ``day`` of a week's report is the
    week's last day; it counts what no day's report did. ``reporter`` is a facility's slug, empty for the commune's
    station; a facility may leave out ``unit`` and counts for its own commune. ``cluster`` is the same for cases that
    are linked. ``as_of`` says which of two versions is newer, by default the time of arrival.
    """

    disease: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
    day: date
    unit: Annotated[str, msgspec.Meta(max_length=5)] = ""
    suspected: Count = 0
    probable: Count = 0
    confirmed: Count = 0
    deaths: Count = 0
    period: Literal["day", "week"] = "day"
    reporter: Slug = ""
    cluster: Slug = ""
    ages: dict[Annotated[str, msgspec.Meta(max_length=10)], Count] = {}
    detected_at: Annotated[datetime, msgspec.Meta(tz=True)] | None = None
    as_of: Annotated[datetime, msgspec.Meta(tz=True)] | None = None
    version: Annotated[int, msgspec.Meta(ge=0, le=2**62)] = 0
    simulated: Annotated[str, msgspec.Meta(max_length=60)] = ""

    @property
    def cases(self) -> int:
        """All cases, however sure."""
        return self.suspected + self.probable + self.confirmed


class CapacityPayload(msgspec.Struct, forbid_unknown_fields=True):
    """Beds and free places of a facility at ``as_of``; ``free_slots`` are those of a fever clinic's next hours."""

    facility: Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
    as_of: Annotated[datetime, msgspec.Meta(tz=True)]
    beds: Annotated[int, msgspec.Meta(ge=0, le=100_000)]
    inpatients: Annotated[int, msgspec.Meta(ge=0, le=300_000)]
    icu_beds: Annotated[int, msgspec.Meta(ge=0, le=100_000)] = 0
    icu: Annotated[int, msgspec.Meta(ge=0, le=100_000)] = 0
    free_slots: Annotated[int, msgspec.Meta(ge=0, le=100_000)] | None = None
    version: Annotated[int, msgspec.Meta(ge=0, le=2**62)] = 0
    simulated: Annotated[str, msgspec.Meta(max_length=60)] = ""


# --- a spreadsheet's headings ----------------------------------------------------------------------------------------

HEADINGS = {
    "benh": "disease",
    "ma benh": "disease",
    "ten benh": "disease",
    "ma xa": "unit",
    "ma don vi": "unit",
    "ngay": "day",
    "ky": "period",
    "nghi ngo": "suspected",
    "co the": "probable",
    "xac dinh": "confirmed",
    "tu vong": "deaths",
    "noi bao cao": "reporter",
    "chum ca benh": "cluster",
    "phat hien luc": "detected_at",
    "cap nhat luc": "as_of",
    "phien ban": "version",
}
"""Headings without accents and the field each stands for."""
_PERIODS = {"ngay": "day", "tuan": "week"}


def adapt(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a spreadsheet's row in the payload's shape: Vietnamese headings, names of diseases, ``20/11/2026``."""
    item = {HEADINGS.get(fold(str(heading)), str(heading)): value for heading, value in raw.items()}
    named = item.get("disease")
    if isinstance(named, str) and named not in diseases() and named != EVERY:
        item["disease"] = _codes().get(fold(named), named)
    if isinstance(item.get("period"), str):
        item["period"] = _PERIODS.get(fold(item["period"]), item["period"])
    if isinstance(item.get("day"), str) and "/" in item["day"]:
        item["day"] = _iso(item["day"])
    return item


def _codes() -> dict[str, str]:
    return {fold(name): one.code for one in diseases().values() for name in one.name.values()}


def _iso(text: str) -> str:
    parts = text.strip().split("/")
    if len(parts) == 3 and all(part.isdecimal() for part in parts):
        return f"{parts[2]:0>4}-{parts[1]:0>2}-{parts[0]:0>2}"
    return text


# --- cases -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Known:
    """What the row already stored says: when it was first heard, and what it counted towards."""

    heard_at: datetime
    disease: str
    unit: str
    first_day: date
    day: date


def store_cases(batch: Batch) -> list[Stored]:
    """Store case reports and bring the tallies up to date; as many statements for a thousand as for one."""
    units = find_units({_unit(item.payload) for item in batch.items}, batch.now)
    known = _known(batch)
    answers: list[Stored] = []
    prepared: list[tuple[Item, CaseReport]] = []
    for item in batch.items:
        payload: CasePayload = item.payload
        found = units[_unit(payload)].on(payload.day)
        errors = _case_errors(payload, found, batch.now)
        if errors:
            answers.append(Stored(item.index, "rejected", errors=errors))
        else:
            prepared.append((item, _report(payload, found.code, batch, known.get(_name(payload)))))
    stored = upsert_states(batch, prepared, CaseReportVersion)
    written = {answer.index for answer in stored if answer.outcome in {"accepted", "updated"}}
    fresh = [record for item, record in prepared if item.index in written]
    before = [known[one.external_id] for one in fresh if one.external_id in known]
    keep_tallies(batch.realm, fresh, [(one.disease, one.unit, one.first_day, one.day) for one in before])
    return answers + stored


def _known(batch: Batch) -> dict[str, _Known]:
    names = {_name(item.payload) for item in batch.items}
    rows = CaseReport.objects.filter(realm=batch.realm, source=batch.source, external_id__in=names)
    values = rows.values_list("external_id", "heard_at", "disease", "unit", "first_day", "day")
    return {row[0]: _Known(row[1], row[2], row[3], row[4], row[5]) for row in values}


def _name(payload: CasePayload) -> str:
    return f"{payload.reporter}:{payload.disease}:{_unit(payload)}:{payload.day.isoformat()}"


def _unit(payload: CasePayload) -> str:
    """Return the commune's code as it was sent, else that of the facility that reports."""
    place = facilities().get(payload.reporter)
    return payload.unit or (place.unit if place else "")


def _case_errors(payload: CasePayload, found: Found, now: datetime) -> dict[str, str]:
    errors = {}
    if not found.code:
        errors["unit"] = found.error
    if payload.disease != EVERY and payload.disease not in diseases():
        errors["disease"] = _("there is no notifiable disease of that code")
    if payload.disease == EVERY and (payload.cases or payload.deaths):
        errors["disease"] = _("stands for no cases at all: report each disease by its own code")
    if payload.reporter and payload.reporter not in facilities():
        errors["reporter"] = _("there is no facility of that name")
    errors |= _time_errors(payload, now)
    if payload.deaths > payload.cases:
        errors["deaths"] = _("are more than the cases: a death is counted with its case")
    ages = ages_error(payload.ages, payload.cases)
    if ages:
        errors["ages"] = ages
    return errors


def _time_errors(payload: CasePayload, now: datetime) -> dict[str, str]:
    errors = {}
    today = now.astimezone(LOCAL).date()
    if payload.day > today:
        errors["day"] = _("lies in the future")
    elif payload.day < EARLIEST:
        errors["day"] = _("the date is out of range")
    if payload.detected_at and payload.detected_at > now + timedelta(minutes=5):
        errors["detected_at"] = _("lies in the future")
    return errors


def _report(payload: CasePayload, unit: str, batch: Batch, before: _Known | None) -> CaseReport:
    disease = diseases().get(payload.disease)
    place = facilities().get(payload.reporter)
    due = case_due(payload.day, payload.detected_at, disease.hours if disease else 0)
    return CaseReport(
        external_id=_name(payload),
        occurred_at=datetime.combine(payload.day, time(0), LOCAL),
        as_of=payload.as_of or batch.now,
        version=payload.version,
        unit=unit,
        department=OWNER,
        disease=payload.disease,
        day=payload.day,
        first_day=payload.day - timedelta(days=6 if payload.period == "week" else 0),
        reporter=payload.reporter,
        reporting_unit=place.unit if place else unit,
        reported_unit="" if _unit(payload) == unit else payload.unit,
        suspected=payload.suspected,
        probable=payload.probable,
        confirmed=payload.confirmed,
        deaths=payload.deaths,
        cases=payload.cases,
        cluster=payload.cluster,
        ages=payload.ages,
        detected_at=payload.detected_at,
        due_at=due,
        heard_at=before.heard_at if before else _heard(payload, due, batch),
    )


def _heard(payload: CasePayload, due: datetime, batch: Batch) -> datetime:
    """Return when the report came: of backfill what it says itself; where it says nothing, nobody is called late."""
    return (payload.as_of or due) if batch.historical else batch.now


# --- beds ------------------------------------------------------------------------------------------------------------


def store_capacity(batch: Batch) -> list[Stored]:
    """Store what facilities say of their beds, and the day's bed count; the same few statements for any number."""
    known = facilities()
    answers: list[Stored] = []
    prepared: list[tuple[Item, Capacity]] = []
    for item in batch.items:
        place = known.get(item.payload.facility)
        errors = _capacity_errors(item.payload, place)
        if errors or place is None:
            answers.append(Stored(item.index, "rejected", errors=errors))
        else:
            prepared.append((item, _capacity(item.payload, place)))
    stored = upsert_states(batch, prepared, CapacityVersion)
    keep_bed_days(batch.realm, [record for _item, record in prepared if record.beds])
    return answers + stored


def _capacity_errors(payload: CapacityPayload, place: Facility | None) -> dict[str, str]:
    errors = {}
    if place is None:
        errors["facility"] = _("there is no facility of that name")
    if payload.inpatients > MOST_PER_BED * payload.beds:
        errors["inpatients"] = _("are more than three for each bed")
    if payload.icu_beds > payload.beds:
        errors["icu_beds"] = _("are more than all beds")
    if payload.icu > payload.inpatients:
        errors["icu"] = _("are more than all inpatients")
    return errors


def _capacity(payload: CapacityPayload, place: Facility) -> Capacity:
    return Capacity(
        external_id=place.slug,
        occurred_at=payload.as_of,
        as_of=payload.as_of,
        version=payload.version,
        unit=place.unit,
        department=OWNER,
        facility=place.slug,
        kind=place.kind,
        night=place.night,
        place=Point(place.lon, place.lat, srid=4326),
        beds=payload.beds,
        inpatients=payload.inpatients,
        icu_beds=payload.icu_beds,
        icu=payload.icu,
        free_slots=payload.free_slots,
    )
