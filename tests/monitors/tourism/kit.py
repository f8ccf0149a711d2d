"""Declarations, counts, events and complaints of the synthetic province."""

from datetime import date, datetime, timedelta
from typing import Any

from services.intake.receiving import Receipt
from services.kernel import clock
from tests.monitors.kit import send

AN, BINH = "99001", "99002"
HOTEL, GUESTHOUSE, HOMESTAY = "ks-an", "nn-an", "hs-binh"
BEACH, LAKE = "bai-an", "ho-binh"
OWNER = "so-van-hoa-the-thao-du-lich"
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
COUNTS, EVENTS, COMPLAINTS, WORKBOOK = (
    f"tourism/{slug}" for slug in ("site_counts", "events", "complaints", "workbook")
)


def now(realm: str = "live") -> datetime:
    """Return the realm's instant."""
    return clock.now(realm)


def today(realm: str = "live") -> date:
    """Return the province's day by the realm's clock."""
    return clock.now(realm).astimezone(clock.LOCAL).date()


def night(day: date, occupied: int = 10, establishment: str = HOTEL, **more: Any) -> dict[str, Any]:
    """Return a lodging declaration: two guests a room, half of them new."""
    counted = {"occupied": occupied, "guests": 2 * occupied, "arrivals": occupied}
    return {"establishment": establishment, "day": day.isoformat(), **counted, **more}


def count(at: datetime, site: str = BEACH, **told: int) -> dict[str, Any]:
    """Return what a counter says."""
    return {"site": site, "occurred_at": at.isoformat(), **told}


def festival(key: str, starts: date, days: int = 1, **more: Any) -> dict[str, Any]:
    """Return an announced event at the lake."""
    ends = starts + (days - 1) * DAY
    dates = {"starts": starts.isoformat(), "ends": ends.isoformat()}
    return {"external_id": key, "name": "Lễ hội hồ", "site": LAKE, "expected": 300, **dates, **more}


def complaint(key: str, received: datetime, about: str = HOTEL, **more: Any) -> dict[str, Any]:
    """Return a complaint about prices."""
    return {"external_id": key, "about": about, "kind": "price", "received_at": received.isoformat(), **more}


def answered(item: dict[str, Any], at: datetime) -> dict[str, Any]:
    """Return the same complaint with its answer."""
    return {**item, "settled_at": at.isoformat()}


def figure_row(code: str, period: str, value: float, kind: str = "actual") -> dict[str, Any]:
    """Return a row of the department's workbook."""
    return {"code": code, "period": period, "value": value, "kind": kind}


def accepted(source: str, *items: dict[str, Any], realm: str = "live", historical: bool = False) -> Receipt:
    """Send items of which none may be refused."""
    receipt = send(source, *items, realm=realm, historical=historical)
    assert receipt.rejected == []
    return receipt
