"""What the tests of indicators share: a handful of definitions of every kind, and short ways to give and to ask."""

from datetime import UTC, date, datetime
from typing import Any

from services.indicators import periods, selectors
from services.indicators.actions import Given, Recorded, record_values
from services.indicators.loading import load_definitions
from services.indicators.models import Definition

PROVINCE, AN, BINH, CAT, BINH_TAY = "99", "99001", "99002", "99003", "99005"
"""The province, its three communes, and one that was divided between the last two on 30 June 2025."""
EARLY = datetime(2026, 1, 5, 1, tzinfo=UTC)


def definition(code: str, **more: Any) -> Definition:
    """Return an unsaved definition."""
    given = {"name": f"Chỉ tiêu {code}", "name_en": code, "valid_from": date(2015, 1, 1), "owner": "so-xay-dung"}
    return Definition(code=code, **{**given, **more})


DEFINITIONS = (
    definition("firms", over_area="sum", measure="doanh nghiệp", low=0),
    definition("stock", over_time="last", over_area="sum"),
    definition("price", over_time="mean", over_area="mean", decimals=2),
    definition("rate", over_time="weighted", weight_time="stock", over_area="weighted", weight_area="stock",
               measure="%", low=0, high=100),
    definition("share", over_time="last", formula="firms ÷ stock × 100", measure="%"),
    definition("budget", over_time="last", cumulative=True, measure="tỷ đồng", direction="up"),
    definition("nights", frequency="day", over_area="sum"),
    definition("people", frequency="year", over_time="last", over_area="sum"),
)  # fmt: skip


def define(*definitions: Definition) -> None:
    """Store definitions."""
    load_definitions(definitions)


def give(*rows: tuple[str, str, str, float | None], realm: str = "live", **more: Any) -> Recorded:
    """Record values written as (code, unit, period, value)."""
    given = [Given(code, unit, periods.parse(period), value) for code, unit, period, value in rows]
    return record_values(realm=realm, source="test", rows=given, **more)


def value(code: str, unit: str, period: str, *, realm: str = "live") -> float | None:
    """Return one value as it is shown."""
    at = periods.parse(period)
    return selectors.values_at([code], [unit], at, realm=realm).get((code, unit))
