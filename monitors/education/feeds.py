"""Schools and their attendance as departments, school software and spreadsheets send them become records."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, Literal

import msgspec
from django.contrib.gis.geos import Point
from django.utils.translation import gettext as _

from monitors.education.actions import keep_states, known_schools
from monitors.education.models import Attendance, AttendanceVersion, School, SchoolVersion
from monitors.education.schools import LEVELS, OWNER, Level, school_days
from services.contract import Batch, Item, Stored
from services.directory.models.units import UnitLevel
from services.directory.selectors import units_at, units_by_code
from services.directory.text import clean, fold
from services.kernel.clock import LOCAL
from services.kernel.records import upsert_states

EARLIEST = date(2000, 1, 1)
SKEW = timedelta(minutes=5)
"""How far a sender's clock may run ahead."""
Count = Annotated[int, msgspec.Meta(ge=0, le=20_000)]
Code = Annotated[str, msgspec.Meta(min_length=1, max_length=60, pattern=r"^[A-Za-z0-9._/-]+$")]
Instant = Annotated[datetime, msgspec.Meta(tz=True)]
Version = Annotated[int, msgspec.Meta(ge=0, le=2**62)]
Tag = Annotated[str, msgspec.Meta(max_length=60)]


class SchoolPayload(msgspec.Struct, forbid_unknown_fields=True):
    """A school as the department knows it. ``standard``: level of the national standard, 0 for none.

    ``lon`` and ``lat`` are its place in degrees, ``unit`` the commune it stands in, by default the one of that place;
    ``closed_on`` is the first day on which it is no more. ``as_of`` says which of two descriptions is newer, by default
    the time of arrival.
    """

    code: Code
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=120)]
    level: Level
    lon: Annotated[float, msgspec.Meta(ge=-180, le=180)]
    lat: Annotated[float, msgspec.Meta(ge=-90, le=90)]
    classes: Annotated[int, msgspec.Meta(ge=0, le=500)]
    pupils: Count
    teachers: Count
    unit: Annotated[str, msgspec.Meta(max_length=5)] = ""
    standard: Literal[0, 1, 2] = 0
    boarding: bool = False
    closed_on: date | None = None
    as_of: Instant | None = None
    version: Version = 0
    simulated: Tag = ""


class AttendancePayload(msgspec.Struct, forbid_unknown_fields=True):
    """How many pupils a school expected on a day, and how many came; the same school and day again is a correction.

    ``absent_excused`` are those of the absent who had leave. ``session`` tells which roll call the counts stand for.
    No pupil is ever named here.
    """

    school: Code
    day: date
    expected: Count
    present: Count
    absent_excused: Count = 0
    session: Literal["day", "morning", "afternoon"] = "day"
    as_of: Instant | None = None
    version: Version = 0
    simulated: Tag = ""


# --- a spreadsheet's headings ----------------------------------------------------------------------------------------

ATTENDANCE_HEADINGS = {
    "ma truong": "school",
    "ngay": "day",
    "buoi": "session",
    "si so": "expected",
    "phai co mat": "expected",
    "co mat": "present",
    "vang co phep": "absent_excused",
    "cap nhat luc": "as_of",
    "phien ban": "version",
}
SCHOOL_HEADINGS = {
    "ma truong": "code",
    "ten truong": "name",
    "cap hoc": "level",
    "ma xa": "unit",
    "kinh do": "lon",
    "vi do": "lat",
    "so lop": "classes",
    "so hoc sinh": "pupils",
    "so giao vien": "teachers",
    "chuan quoc gia": "standard",
    "noi tru": "boarding",
    "giai the tu": "closed_on",
    "cap nhat luc": "as_of",
    "phien ban": "version",
}
"""Headings without accents and the field each stands for."""
_SESSIONS = {"sang": "morning", "chieu": "afternoon", "ca ngay": "day"}
_LEVELS = {
    **{fold(name): code for code, names in LEVELS.items() for name in names.values()},
    **{"thcs": "lower_secondary", "thpt": "upper_secondary", "th": "primary", "mn": "preschool"},
}
_TRUTHS = {"co": True, "khong": False, "x": True, "": False}


def adapt_attendance(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a spreadsheet's row in the payload's shape: Vietnamese headings, ``20/11/2026``, ``sáng``."""
    item = _named(raw, ATTENDANCE_HEADINGS)
    _translate(item, "session", _SESSIONS)
    _iso(item, "day")
    return item


def adapt_school(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a spreadsheet's row in the payload's shape: Vietnamese headings, ``THCS``, ``có``."""
    item = _named(raw, SCHOOL_HEADINGS)
    _translate(item, "level", _LEVELS)
    _translate(item, "boarding", _TRUTHS)
    _iso(item, "closed_on")
    return {name: value for name, value in item.items() if value != ""}


def _named(raw: Mapping[str, Any], headings: Mapping[str, str]) -> dict[str, Any]:
    return {headings.get(fold(str(heading)), str(heading)): value for heading, value in raw.items()}


def _translate(item: dict[str, Any], name: str, words: Mapping[str, Any]) -> None:
    value = item.get(name)
    if isinstance(value, str):
        item[name] = words.get(fold(value), value)


def _iso(item: dict[str, Any], name: str) -> None:
    value = item.get(name)
    parts = value.strip().split("/") if isinstance(value, str) else []
    if len(parts) == 3 and all(part.isdecimal() for part in parts):
        item[name] = f"{parts[2]:0>4}-{parts[1]:0>2}-{parts[0]:0>2}"


# --- schools ---------------------------------------------------------------------------------------------------------


def store_schools(batch: Batch) -> list[Stored]:
    """Store descriptions of schools; as many statements for a thousand as for one."""
    communes = _communes([item.payload for item in batch.items], batch.now)
    answers: list[Stored] = []
    prepared: list[tuple[Item, School]] = []
    for item, unit in zip(batch.items, communes, strict=True):
        errors = _school_errors(item.payload, unit, batch.now)
        if errors:
            answers.append(Stored(item.index, "rejected", errors=errors))
        else:
            prepared.append((item, _school(item.payload, unit, batch)))
    stored = upsert_states(batch, prepared, SchoolVersion)
    written = {answer.index for answer in stored if answer.outcome in {"accepted", "updated"}}
    keep_states(batch.realm, {row.code for item, row in prepared if item.index in written}, batch.now)
    return answers + stored


def _communes(payloads: Sequence[SchoolPayload], now: datetime) -> list[str]:
    """Return the commune of each school, empty where there is none: 1 statement, 3 when some name no commune."""
    today = now.astimezone(LOCAL).date()
    found = units_by_code({one.unit for one in payloads}, today)
    named = {code for code, unit in found.items() if unit.level == UnitLevel.COMMUNE}
    placed = [one for one in payloads if not one.unit]
    units = iter(units_at([(one.lon, one.lat) for one in placed], today) if placed else ())
    at = {id(one): unit.code if unit else "" for one, unit in zip(placed, units, strict=True)}
    return [at.get(id(one), one.unit if one.unit in named else "") for one in payloads]


def _school_errors(payload: SchoolPayload, unit: str, now: datetime) -> dict[str, str]:
    errors = _time_errors(payload.as_of, now)
    if not unit:
        errors["unit"] = _("there is no commune of that code") if payload.unit else _("there is no commune there")
    if payload.pupils and not payload.classes:
        errors["classes"] = _("is 0 although there are pupils")
    if payload.closed_on and payload.closed_on < EARLIEST:
        errors["closed_on"] = _("the date is out of range")
    return errors


def _school(payload: SchoolPayload, unit: str, batch: Batch) -> School:
    return School(
        external_id=payload.code,
        occurred_at=payload.as_of or batch.now,
        as_of=payload.as_of or batch.now,
        version=payload.version,
        unit=unit,
        department=OWNER,
        code=payload.code,
        name=clean(payload.name),
        level=payload.level,
        place=Point(payload.lon, payload.lat, srid=4326),
        classes=payload.classes,
        pupils=payload.pupils,
        teachers=payload.teachers,
        standard=payload.standard,
        boarding=payload.boarding,
        closed_on=payload.closed_on,
    )


# --- attendance ------------------------------------------------------------------------------------------------------


def store_attendance(batch: Batch) -> list[Stored]:
    """Store attendance and bring up to date how its schools stand; as many statements for a thousand as for one."""
    schools = known_schools(batch.realm, {item.payload.school for item in batch.items}, batch.now)
    days = school_days()
    answers: list[Stored] = []
    prepared: list[tuple[Item, Attendance]] = []
    for item in batch.items:
        school = schools.get(item.payload.school)
        errors = _attendance_errors(item.payload, school, batch.now)
        if errors or school is None:
            answers.append(Stored(item.index, "rejected", errors=errors))
        else:
            taught = days.is_school_day(item.payload.day, school.level)
            prepared.append((item, _attendance(item.payload, school, batch, taught=taught)))
    stored = upsert_states(batch, prepared, AttendanceVersion)
    written = {answer.index for answer in stored if answer.outcome in {"accepted", "updated"}}
    keep_states(batch.realm, {row.school for item, row in prepared if item.index in written}, batch.now)
    return answers + stored


def _attendance_errors(payload: AttendancePayload, school: School | None, now: datetime) -> dict[str, str]:
    errors = _time_errors(payload.as_of, now)
    if school is None:
        errors["school"] = _("there is no school of that code")
    elif school.closed_on and payload.day >= school.closed_on:
        errors["day"] = _("the school is closed since {day}").format(day=f"{school.closed_on:%d/%m/%Y}")
    if payload.day > now.astimezone(LOCAL).date():
        errors["day"] = _("lies in the future")
    elif payload.day < EARLIEST:
        errors["day"] = _("the date is out of range")
    if payload.present > payload.expected:
        errors["present"] = _("are more than were expected")
    elif payload.absent_excused > payload.expected - payload.present:
        errors["absent_excused"] = _("are more than the absent")
    return errors


def _time_errors(as_of: datetime | None, now: datetime) -> dict[str, str]:
    return {"as_of": _("lies in the future")} if as_of and as_of > now + SKEW else {}


def _attendance(payload: AttendancePayload, school: School, batch: Batch, *, taught: bool) -> Attendance:
    return Attendance(
        external_id=f"{payload.school}:{payload.day.isoformat()}",
        occurred_at=datetime.combine(payload.day, time(0), LOCAL),
        as_of=payload.as_of or batch.now,
        version=payload.version,
        unit=school.unit,
        department=OWNER,
        school=payload.school,
        day=payload.day,
        session=payload.session,
        expected=payload.expected,
        present=payload.present,
        excused=payload.absent_excused,
        school_day=taught,
    )
