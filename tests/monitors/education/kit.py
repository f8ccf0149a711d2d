"""Schools of the synthetic province, on a Wednesday in November with eight weeks of school behind it."""

from datetime import date, datetime, time, timedelta
from typing import Any

from services.kernel import clock
from tests.monitors.kit import REALM, send

AN, BINH, CAT = "99001", "99002", "99003"
PRIMARY, NURSERY, LOWER = "th-an", "mn-an", "thcs-an"
DAY, WEEK = timedelta(days=1), timedelta(days=7)
PUPILS = {PRIMARY: 640, NURSERY: 240, LOWER: 640, "th-binh": 300, "ptdtnt-cat": 180}
SCHOOLS, WORKBOOK = "education/schools", "education/workbook"


def a_school_day(hour: int = 10) -> date:
    """Move the demo's clock to the second Wednesday of the next November, at an hour; return that day."""
    now = clock.now(REALM).astimezone(clock.LOCAL)
    year = now.year if now.date() < second_wednesday(now.year) else now.year + 1
    day = second_wednesday(year)
    clock.move(REALM, datetime.combine(day, time(hour), clock.LOCAL) - now)
    return day


def second_wednesday(year: int) -> date:
    """Return the second Wednesday of a November: no holiday is near it, before it are eight weeks of school."""
    first = date(year, 11, 1)
    return first + timedelta(days=(2 - first.weekday()) % 7 + 7)


def called(school: str, day: date, absent: int = 0, **more: Any) -> dict[str, Any]:
    """Return a school's attendance as it sends it."""
    expected = more.pop("expected", PUPILS[school])
    return {"school": school, "day": day.isoformat(), "expected": expected, "present": expected - absent, **more}


def usual_weeks(day: date, *schools: str, share: float = 0.03, weeks: int = 8) -> None:
    """Send the same weekday of the weeks before as a backfill, a few percent absent."""
    items = [
        called(school, day - n * WEEK, round(share * PUPILS[school]) + n % 2)
        for school in schools
        for n in range(1, weeks + 1)
    ]
    assert send("education", *items, realm=REALM, historical=True).rejected == []


def school(code: str = PRIMARY, **more: Any) -> dict[str, Any]:
    """Return a school's description as the department sends it."""
    item = {"code": code, "name": "Trường Tiểu học An", "level": "primary", "unit": AN, "lon": 110.05, "lat": 10.1}
    return {**item, "classes": 20, "pupils": 640, "teachers": 30, **more}
