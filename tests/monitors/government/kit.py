"""What the tests of this monitor share: tasks and indicator rows as they are sent, and today."""

from datetime import date, timedelta
from typing import Any

from services.indicators import periods, selectors
from services.kernel import clock
from services.kernel.clock import LOCAL
from tests.monitors.kit import REALM

AN, BINH, CAT = "99001", "99002", "99003"
BUILDING, HEALTH = "so-xay-dung", "so-y-te"
DAY = timedelta(days=1)


def today(realm: str = REALM) -> date:
    """Return the realm's day."""
    return clock.now(realm).astimezone(LOCAL).date()


def month(realm: str = REALM, back: int = 0) -> str:
    """Return the realm's month, or an earlier one, as it is sent."""
    return periods.containing(today(realm), "month").before(back).text


def task(number: int = 1, due: int = 30, **more: Any) -> dict[str, Any]:
    """Return a task that is due in so many days (negative: it was)."""
    day = today()
    item = {
        "code": f"NV-{number}",
        "document": f"{number}/UBND-TH",
        "title": f"Việc số {number}",
        "assigned_to": BUILDING,
        "assigned_on": (day - 60 * DAY).isoformat(),
        "due_on": (day + due * DAY).isoformat(),
        "as_of": clock.now(REALM).isoformat(),
    }
    return {**item, **more}


def row(code: str, value: float, unit: str, period: str) -> dict[str, Any]:
    """Return an indicator's value as the workbook source takes it."""
    return {"code": code, "value": value, "unit": unit, "period": period}


def dossiers(unit: str, period: str, *, finished: int, on_time: int, overdue: int = 0) -> list[dict[str, Any]]:
    """Return what an agency's on-time rate is made of."""
    counts = {"dossiers_finished": finished, "dossiers_on_time": on_time, "dossiers_overdue": overdue}
    return [row(code, value, unit, period) for code, value in counts.items()]


def value(code: str, unit: str, period: str, realm: str = REALM) -> float | None:
    """Return one value as it is shown."""
    return selectors.values_at([code], [unit], periods.parse(period), realm=realm).get((code, unit))
