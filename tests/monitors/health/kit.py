"""Case reports and bed counts of the synthetic province."""

from datetime import date, datetime, timedelta
from typing import Any

from services.intake import receive
from services.intake.receiving import Receipt
from services.kernel import clock

AN, BINH, CAT = "99001", "99002", "99003"
HOSPITAL, FEVER = "bv-mau", "pk-sot-binh"
DAY = timedelta(days=1)


def today(realm: str = "live") -> date:
    """Return the province's day by the realm's clock."""
    return clock.now(realm).astimezone(clock.LOCAL).date()


def case(disease: str, day: date, suspected: int = 0, unit: str = AN, **more: Any) -> dict[str, Any]:
    """Return a case report as a commune sends it."""
    return {"disease": disease, "unit": unit, "day": day.isoformat(), "suspected": suspected, **more}


def nothing(day: date, unit: str = AN, **more: Any) -> dict[str, Any]:
    """Return a general report: nothing (else) to report."""
    return {"disease": "all", "unit": unit, "day": day.isoformat(), **more}


def week_free(last: date, unit: str = AN, **more: Any) -> dict[str, Any]:
    """Return a general report on the week up to a day."""
    return nothing(last, unit, period="week", **more)


def beds(made: int, inpatients: int, at: datetime, facility: str = HOSPITAL, **more: Any) -> dict[str, Any]:
    """Return what a hospital says of its beds."""
    return {"facility": facility, "beds": made, "inpatients": inpatients, "as_of": at.isoformat(), **more}


def send_beds(*items: dict[str, Any], realm: str = "live") -> Receipt:
    """Send bed counts through intake."""
    return receive(source="health/capacity", realm=realm, items=list(items))


def past_years(disease: str, counts: dict[int, int], day: date, unit: str = AN) -> list[dict[str, Any]]:
    """Return reports that make a month and its weeks known in earlier years: ``counts`` by years back, on one day."""
    items = []
    for back, cases in counts.items():
        middle = day.replace(year=day.year - back, day=15)
        monday = middle - timedelta(days=middle.weekday())
        items += [week_free(monday + timedelta(days=7 * n - 1), unit) for n in range(-3, 6)]
        items.append(case(disease, middle, cases, unit))
    return items
