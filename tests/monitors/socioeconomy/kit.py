"""Indicators and projects of the synthetic province, on a day that does not move."""

from datetime import datetime, timedelta
from typing import Any

from services.contract import Moment
from services.intake.receiving import Receipt
from services.kernel import clock
from tests.monitors.kit import REALM, send

AN, BINH = "99001", "99002"
TODAY = datetime(2026, 11, 22, 9, tzinfo=clock.LOCAL)
PROJECTS = "socioeconomy/projects"


def stand(at: datetime = TODAY) -> None:
    """Set the demo's clock."""
    clock.move(REALM, at - clock.now(REALM))


def autumn() -> int:
    """Set the demo's clock forward to a 25 November and return its year: what is due by the real clock is due then."""
    now = clock.now()
    at = TODAY.replace(year=now.year, day=25)
    at = at if at > now else at.replace(year=now.year + 1)
    stand(at)
    return at.year


def now() -> Moment:
    """Return the demo's present as rules see it."""
    return Moment(REALM, clock.now(REALM))


def project(code: str = "p1", paid: float = 7, plan: float = 10, month: str = "2026-10", **more: Any) -> dict[str, Any]:
    """Return a report of a project as its investor sends it: by default on its way."""
    item = {"code": code, "name": f"Dự án {code}", "investor": "so-xay-dung", "plan": plan, "disbursed": paid}
    return {**item, "month": month, **more}


def report(*items: dict[str, Any]) -> Receipt:
    """Send reports of projects through intake."""
    return send(PROJECTS, *items, realm=REALM)


def value(code: str, period: str, number: float, **more: Any) -> dict[str, Any]:
    """Return a value of an indicator of the province."""
    return {"code": code, "period": period, "value": number, **more}


def deliver(*items: dict[str, Any]) -> Receipt:
    """Send values of indicators through intake."""
    return send("socioeconomy", *items, realm=REALM)


def months(code: str, first: str, *numbers: float) -> list[dict[str, Any]]:
    """Return values of consecutive months, from ``first`` (2026-01) on."""
    at = datetime.fromisoformat(f"{first}-01")
    found = []
    for number in numbers:
        found.append(value(code, f"{at:%Y-%m}", number))
        at = (at + timedelta(days=31)).replace(day=1)
    return found
