"""Reports of projects, from programs and spreadsheets, become records; indicators enter by ``rows.store``."""

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, Literal

import msgspec
from django.contrib.gis.geos import Point
from django.utils.translation import gettext as _

from monitors.socioeconomy.actions import keep_months
from monitors.socioeconomy.models import Project, ProjectVersion
from monitors.socioeconomy.places import Investor, Place, find_investors, find_places
from monitors.socioeconomy.queries import OWNER
from monitors.socioeconomy.science import disbursement
from services.contract import Batch, Item, Stored
from services.directory.text import clean, fold
from services.indicators.workbooks.values import CellError, number
from services.kernel.clock import LOCAL
from services.kernel.records import upsert_states

FIRST_YEAR, LAST_YEAR = 2015, 2100
Money = Annotated[float, msgspec.Meta(ge=0, le=100_000)]
"""Billion VND: no project has more in a year, so a plan in million VND is noticed."""
Month = Annotated[str, msgspec.Meta(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]


class ProjectPayload(msgspec.Struct, forbid_unknown_fields=True):
    """A project's capital of one budget year and what of it was paid out by the end of ``month``; billion VND.

    ``investor``: a department's slug or name, a commune's code, or any other name. ``year`` is the budget year, by
    default that of the month. ``unit`` is the commune it is built in, by default the one around ``lon``, ``lat``.
    ``as_of`` and ``version`` say which of two reports is newer; by default the one of the later month, then the one
    that came later.
    """

    code: Annotated[str, msgspec.Meta(min_length=1, max_length=40, pattern=r"^[0-9A-Za-z._/-]+$")]
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=300)]
    investor: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    plan: Money
    disbursed: Money
    month: Month
    group: Literal["national", "A", "B", "C"] = "C"
    status: Literal["preparing", "ongoing", "completed", "suspended"] = "ongoing"
    name_en: Annotated[str, msgspec.Meta(max_length=300)] = ""
    year: Annotated[int, msgspec.Meta(ge=FIRST_YEAR, le=LAST_YEAR)] | None = None
    unit: Annotated[str, msgspec.Meta(max_length=5)] = ""
    lon: float | None = None
    lat: float | None = None
    starts: date | None = None
    finishes: date | None = None
    as_of: Annotated[datetime, msgspec.Meta(tz=True)] | None = None
    version: Annotated[int, msgspec.Meta(ge=0, le=2**62)] = 0
    simulated: Annotated[str, msgspec.Meta(max_length=60)] = ""

    @property
    def first_day(self) -> date:
        """The first day of the month reported."""
        return date.fromisoformat(f"{self.month}-01")

    @property
    def budget_year(self) -> int:
        """The year whose capital it is."""
        return self.year if self.year is not None else self.first_day.year

    @property
    def end(self) -> datetime:
        """The end of the month reported."""
        after = (self.first_day + timedelta(days=31)).replace(day=1)
        return datetime.combine(after, time(), LOCAL)

    @property
    def place(self) -> tuple[float, float] | None:
        """Where it is built; intake has made sure that both are there or none."""
        return (self.lon, self.lat) if self.lon is not None and self.lat is not None else None


# --- a spreadsheet's headings ----------------------------------------------------------------------------------------

HEADINGS = {
    "ma du an": "code",
    "ten du an": "name",
    "chu dau tu": "investor",
    "nhom": "group",
    "nhom du an": "group",
    "nam ke hoach": "year",
    "ke hoach von": "plan",
    "ke hoach von nam": "plan",
    "giai ngan": "disbursed",
    "luy ke giai ngan": "disbursed",
    "thang": "month",
    "den thang": "month",
    "trang thai": "status",
    "ma xa": "unit",
    "kinh do": "lon",
    "vi do": "lat",
    "khoi cong": "starts",
    "hoan thanh": "finishes",
}
"""Headings without accents and the field each stands for."""
_WORDS = {
    "status": {
        "chuan bi dau tu": "preparing", "dang thuc hien": "ongoing", "hoan thanh": "completed", "tam dung": "suspended",
    },
    "group": {"quan trong quoc gia": "national", "a": "A", "b": "B", "c": "C"},
}  # fmt: skip
_MONTH = re.compile(r"(?:t|thang )?(\d{1,2})[/ ](\d{4})")
_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")


def adapt(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a spreadsheet's row in the payload's shape: its headings, ``1.234,5``, ``10/2026``, ``1/3/2026``."""
    item = {HEADINGS.get(fold(str(heading)), str(heading)): value for heading, value in raw.items()}
    return {name: _read(name, value) if isinstance(value, str) else value for name, value in item.items()}


def _read(name: str, text: str) -> Any:
    if name in _WORDS:
        return _WORDS[name].get(fold(text), text)
    if name in {"plan", "disbursed"}:
        return _number(text)
    if name == "month" and (found := _MONTH.fullmatch(fold(text))):
        return f"{found[2]}-{found[1]:0>2}"
    if name in {"starts", "finishes"} and (found := _DAY.fullmatch(text.strip())):
        return f"{found[3]}-{found[2]:0>2}-{found[1]:0>2}"
    return text


def _number(text: str) -> float | str:
    try:
        return number(text)[0]
    except CellError:
        return text


def told_in(raw: Mapping[str, Any]) -> tuple[date, float]:
    """Return the month that a stored report is about and what had been paid out by its end, in billion VND."""
    report = msgspec.convert(adapt(raw), ProjectPayload, strict=False)
    return report.first_day, report.disbursed


# --- storing ---------------------------------------------------------------------------------------------------------


def store(batch: Batch) -> list[Stored]:
    """Store reports of projects, each judged by the line of its own month; the same few statements for any number."""
    today = batch.now.astimezone(LOCAL).date()
    investors = find_investors({item.payload.investor for item in batch.items}, today)
    places = find_places([(item.payload.unit, item.payload.place) for item in batch.items], today)
    answers: list[Stored] = []
    prepared: list[tuple[Item, Project]] = []
    for item, place in zip(batch.items, places, strict=True):
        investor = investors[item.payload.investor]
        errors = _errors(item.payload, investor, place, batch.now)
        if errors:
            answers.append(Stored(item.index, "rejected", errors=errors))
        else:
            prepared.append((item, _project(item.payload, investor, place.unit, batch.now)))
    stored = upsert_states(batch, prepared, ProjectVersion)
    keep_months({one.record_id for one in stored if one.record_id is not None}, told_in)
    return answers + stored


def _errors(payload: ProjectPayload, investor: Investor, place: Place, now: datetime) -> dict[str, str]:
    errors = {}
    if investor.error:
        errors["investor"] = investor.error
    if place.error:
        errors["unit" if payload.unit else "lon"] = place.error
    if payload.disbursed > payload.plan:
        errors["disbursed"] = _("is more than the plan of the year")
    if payload.starts and payload.finishes and payload.finishes < payload.starts:
        errors["finishes"] = _("lies before the start")
    return errors | _month_errors(payload, now)


def _month_errors(payload: ProjectPayload, now: datetime) -> dict[str, str]:
    month = disbursement.month_of(payload.budget_year, payload.first_day)
    if payload.first_day > now.astimezone(LOCAL).date():
        return {"month": _("lies in the future")}
    if not FIRST_YEAR <= payload.budget_year <= LAST_YEAR or not 1 <= month <= disbursement.LAST_MONTH:
        return {"month": _("is outside of the budget year, which ends on 31 January of the next")}
    return {}


def _project(payload: ProjectPayload, investor: Investor, unit: str, now: datetime) -> Project:
    year, paid = payload.budget_year, disbursement.share(payload.disbursed, payload.plan)
    month = disbursement.month_of(year, payload.first_day)
    first = disbursement.first_month(year, payload.starts)
    as_of = payload.as_of or min(payload.end, now)
    return Project(
        external_id=f"{payload.code}:{year}",
        occurred_at=as_of,
        as_of=as_of,
        version=payload.version or int(now.timestamp() * 1000),
        unit=unit,
        department=OWNER,
        code=payload.code,
        year=year,
        name=clean(payload.name),
        name_en=clean(payload.name_en),
        investor=investor.key,
        investor_department=investor.department,
        investor_unit=investor.unit,
        group=payload.group,
        status=payload.status,
        plan=payload.plan,
        disbursed=payload.disbursed,
        month=payload.first_day,
        starts=payload.starts,
        finishes=payload.finishes,
        place=Point(*payload.place, srid=4326) if payload.place else None,
        share=None if paid is None else round(100 * paid, 2),
        expected=round(100 * disbursement.expected(month, first), 2),
        progress=disbursement.progress(
            plan=payload.plan, disbursed=payload.disbursed, status=payload.status, month=month, first=first
        ),
    )
