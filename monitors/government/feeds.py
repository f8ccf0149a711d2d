"""Tasks as the office of the People's Committee keeps them, JSON or a spreadsheet, become records."""

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, Literal

import msgspec
from django.contrib.gis.geos import Point
from django.utils.translation import gettext as _

from monitors.government.models import Task, TaskVersion
from services.contract import Batch, Item, Stored
from services.directory.models import Department, Unit
from services.directory.selectors import centre_of, departments_by_slug, units_by_code
from services.directory.text import fold
from services.kernel.clock import LOCAL
from services.kernel.records import upsert_states

EARLIEST = date(2010, 1, 1)
LATEST = date(2049, 12, 31)
CLOCK_SKEW = timedelta(minutes=5)
"""How far a sender's clock may run ahead of ours."""
Number = Annotated[str, msgspec.Meta(max_length=60)]


class TaskPayload(msgspec.Struct, forbid_unknown_fields=True):
    """The newest state of one task. ``assigned_to`` is a department's slug or a unit's five-digit code.

    ``code`` names the task for good; ``document`` is the number of the document that assigned it, ``result`` that of
    what came of it. An extension is a later ``due_on``. ``as_of`` says which of two versions is newer, by default the
    time of arrival.
    """

    code: Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
    document: Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
    title: Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
    assigned_to: Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
    assigned_on: date
    due_on: date
    progress: Annotated[int, msgspec.Meta(ge=0, le=100)] = 0
    state: Literal["assigned", "in_progress", "done", "cancelled"] = "assigned"
    completed_on: date | None = None
    result: Number = ""
    as_of: Annotated[datetime, msgspec.Meta(tz=True)] | None = None
    version: Annotated[int, msgspec.Meta(ge=0, le=2**62)] = 0
    simulated: Annotated[str, msgspec.Meta(max_length=60)] = ""


# --- a spreadsheet's headings ----------------------------------------------------------------------------------------

HEADINGS = {
    "ma nhiem vu": "code",
    "so van ban": "document",
    "so, ky hieu van ban": "document",
    "nhiem vu": "title",
    "noi dung nhiem vu": "title",
    "don vi thuc hien": "assigned_to",
    "co quan chu tri": "assigned_to",
    "ngay giao": "assigned_on",
    "han hoan thanh": "due_on",
    "thoi han": "due_on",
    "tien do": "progress",
    "tien do (%)": "progress",
    "trang thai": "state",
    "ngay hoan thanh": "completed_on",
    "van ban ket qua": "result",
    "cap nhat luc": "as_of",
    "phien ban": "version",
}
"""Headings without accents and the field each stands for."""
_STATES = {
    "da giao": "assigned",
    "chua thuc hien": "assigned",
    "dang thuc hien": "in_progress",
    "hoan thanh": "done",
    "da hoan thanh": "done",
    "huy": "cancelled",
    "da huy": "cancelled",
}
_DAYS = {"assigned_on", "due_on", "completed_on"}
_NUMBERS = {"progress", "version"}
_DAY = re.compile(r"^(\d{1,2})/(\d{1,2})/(\d{4})$")


def adapt(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a spreadsheet's row in the payload's shape; JSON in that shape already passes unchanged."""
    if "code" in raw and "assigned_to" in raw:
        return {name: value for name, value in raw.items() if not (name in _DAYS and value == "")}
    named = {HEADINGS.get(fold(str(heading)), str(heading)): value for heading, value in raw.items()}
    return {name: _cell(name, value) for name, value in named.items() if value not in ("", None)}


def _cell(name: str, value: Any) -> Any:
    text = str(value).strip()
    if name in _DAYS:
        found = _DAY.match(text)
        return f"{found[3]}-{found[2]:0>2}-{found[1]:0>2}" if found else text
    if name in _NUMBERS:
        number = text.removesuffix("%").strip()
        return int(number) if number.isdecimal() and len(number) < 19 else value
    return _STATES.get(fold(text), text) if name == "state" else text


# --- storing ---------------------------------------------------------------------------------------------------------


def store(batch: Batch) -> list[Stored]:
    """Store tasks: two statements for the agencies, the rest as for one, however many they are."""
    named = {item.payload.assigned_to for item in batch.items}
    departments = departments_by_slug(named)
    units = units_by_code(named - departments.keys(), batch.now.astimezone(LOCAL).date())
    answers: list[Stored] = []
    prepared: list[tuple[Item, Task]] = []
    for item in batch.items:
        payload: TaskPayload = item.payload
        agency = departments.get(payload.assigned_to) or units.get(payload.assigned_to)
        errors = _agency_errors(agency) | _errors(payload, batch.now)
        if errors or agency is None:
            answers.append(Stored(item.index, "rejected", errors=errors))
        else:
            prepared.append((item, _record(payload, agency, batch.now)))
    return answers + upsert_states(batch, prepared, TaskVersion)


def _agency_errors(agency: Department | Unit | None) -> dict[str, str]:
    if agency is None or (isinstance(agency, Unit) and agency.level != Unit.Level.COMMUNE):
        return {"assigned_to": _("no department of that name and no commune of that code today")}
    return {}


def _errors(payload: TaskPayload, now: datetime) -> dict[str, str]:
    errors = {}
    today = now.astimezone(LOCAL).date()
    if not EARLIEST <= payload.assigned_on <= today:
        errors["assigned_on"] = _("lies in the future or too far back")
    if not payload.assigned_on <= payload.due_on <= LATEST:
        errors["due_on"] = _("is due before it was assigned, or too far ahead")
    if payload.as_of is not None and payload.as_of > now + CLOCK_SKEW:
        errors["as_of"] = _("lies in the future")
    return errors | _end_errors(payload, today)


def _end_errors(payload: TaskPayload, today: date) -> dict[str, str]:
    done, day = payload.state == "done", payload.completed_on
    if done and day is None:
        return {"completed_on": _("a task that is done was done on some day")}
    if day is None:
        return {}
    if not done:
        return {"completed_on": _("only a task that is done was done on some day")}
    if day > today:
        return {"completed_on": _("lies in the future")}
    return {"completed_on": _("lies before the day it was assigned")} if day < payload.assigned_on else {}


def _record(payload: TaskPayload, agency: Department | Unit, now: datetime) -> Task:
    unit = agency if isinstance(agency, Unit) else None
    return Task(
        external_id=payload.code,
        occurred_at=datetime.combine(payload.assigned_on, time(), LOCAL),
        as_of=payload.as_of or now,
        version=payload.version,
        unit=unit.code if unit else "",
        department="" if isinstance(agency, Unit) else agency.slug,
        document=payload.document,
        title=payload.title,
        assigned_on=payload.assigned_on,
        due_on=payload.due_on,
        progress=100 if payload.state == "done" else payload.progress,
        state=payload.state,
        completed_on=payload.completed_on,
        result=payload.result,
        place=Point(*centre_of(unit), srid=4326) if unit else None,
    )
