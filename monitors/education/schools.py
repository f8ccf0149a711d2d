"""The province's schools as its pack knows them, and when they teach: what holds until a department sends its own."""

from datetime import date, time
from functools import cache
from pathlib import Path
from typing import Any, Literal

import msgspec

from monitors.education.science.terms import SchoolDays, Span
from services.directory.pack import PackError, Text, convert, pack, read_toml
from services.worktime.calendar import WorkCalendar
from services.worktime.selectors import current_calendar

OWNER = "so-giao-duc-dao-tao"
"""The department that answers for every school."""
Level = Literal["preschool", "primary", "lower_secondary", "upper_secondary", "general"]
LEVELS: dict[str, Text] = {
    "preschool": {"vi": "Mầm non", "en": "Kindergarten"},
    "primary": {"vi": "Tiểu học", "en": "Primary school"},
    "lower_secondary": {"vi": "Trung học cơ sở", "en": "Lower secondary school"},
    "upper_secondary": {"vi": "Trung học phổ thông", "en": "Upper secondary school"},
    "general": {"vi": "Phổ thông nhiều cấp học", "en": "School of several levels"},
}
LEVEL_CHOICES = [(code, name["en"]) for code, name in LEVELS.items()]
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Base of what the pack's file holds: a misspelt key is an error."""


class PackSchool(Row, frozen=True):
    """A school. ``standard`` is its level of the national standard, 0 for none."""

    slug: str
    name: str
    level: Level
    unit: str
    lon: float
    lat: float
    classes: int
    pupils: int
    teachers: int
    standard: Literal[0, 1, 2] = 0
    boarding: bool = False

    @property
    def description(self) -> dict[str, Any]:
        """What a department would send of it."""
        told: dict[str, Any] = msgspec.to_builtins(self)
        return {"code": told.pop("slug"), **told}


class _Span(Row, frozen=True):
    first: date
    last: date


class _File(Row, frozen=True):
    report_by: str = "09:00"
    weekdays: dict[Level, tuple[str, ...]] = {}
    terms: tuple[_Span, ...] = ()
    breaks: tuple[_Span, ...] = ()
    schools: tuple[PackSchool, ...] = ()


def pack_schools() -> dict[str, PackSchool]:
    """Return slug → school of the province in use; PackError when its file is wrong."""
    return {one.slug: one for one in _file(pack().folder).schools}


def report_by() -> time:
    """Return by when a school day's attendance is due, in the province's time (configuration)."""
    return time.fromisoformat(_file(pack().folder).report_by)


def school_days(calendar: WorkCalendar | None = None) -> SchoolDays:
    """Return when schools teach: the pack's terms and public holidays, by default of the calendar in force.

    1 statement, none for a calendar that is given.
    """
    file, calendar = _file(pack().folder), calendar or current_calendar()
    return SchoolDays(
        terms=tuple(sorted((Span(one.first, one.last) for one in file.terms), key=lambda span: span.first)),
        breaks=tuple(Span(one.first, one.last) for one in file.breaks),
        off=calendar.off - calendar.working,
        weekdays={level: frozenset(_WEEKDAYS.index(name) for name in names) for level, names in file.weekdays.items()},
    )


@cache
def _file(folder: Path) -> _File:
    path = folder / "schools.toml"
    found = convert(read_toml(path), _File, path) if path.exists() else _File()
    for one in found.schools:
        if not (abs(one.lon) <= 180 and abs(one.lat) <= 90 and min(one.classes, one.pupils, one.teachers) >= 0):
            message = f"{path}: {one.slug}: a place in degrees, and counts from 0"
            raise PackError(message)
    if len({one.slug for one in found.schools}) < len(found.schools):
        message = f"{path}: two schools have the same slug"
        raise PackError(message)
    if any(name not in _WEEKDAYS for names in found.weekdays.values() for name in names):
        message = f"{path}: weekdays are written monday to sunday"
        raise PackError(message)
    return found
