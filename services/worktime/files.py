"""Reads a pack's ``calendar.toml``: the week's pattern and the days that differ."""

import tomllib
from datetime import date, time
from pathlib import Path
from typing import Any, Literal

import msgspec

from services.worktime.calendar import WorkCalendar
from services.worktime.models import CalendarDay

_WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WeekDay = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


class CalendarFileError(ValueError):
    """The file cannot be used; the message says where and why."""


class _Hours(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    weekdays: tuple[_WeekDay, ...]
    intervals: tuple[str, ...]


class _Day(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    date: date
    kind: Literal["off", "working"]
    note: str = ""


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    hours: _Hours
    days: tuple[_Day, ...] = ()


def read_calendar(path: Path) -> tuple[dict[str, Any], list[CalendarDay]]:
    """Return the hours as ``CalendarEdition.hours`` wants them and unsaved days; CalendarFileError when it is wrong."""
    try:
        found = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), _File)
        intervals = [_interval(text) for text in found.hours.intervals]
        WorkCalendar(intervals=tuple(intervals))  # refuses hours that overlap
    except (OSError, ValueError) as error:  # TOMLDecodeError and ValidationError are ValueErrors
        message = f"{path}: {error}"
        raise CalendarFileError(message) from error
    hours = {
        "weekdays": [_WEEK.index(day) for day in found.hours.weekdays],
        "intervals": [[opens.isoformat("minutes"), closes.isoformat("minutes")] for opens, closes in intervals],
    }
    return hours, [CalendarDay(date=day.date, kind=day.kind, note=day.note) for day in found.days]


def _interval(text: str) -> tuple[time, time]:
    opens, _, closes = text.partition("-")
    return time.fromisoformat(opens.strip()), time.fromisoformat(closes.strip())
