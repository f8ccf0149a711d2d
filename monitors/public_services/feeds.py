"""Dossiers as agencies send them, JSON or a spreadsheet with Vietnamese headings, become records."""

import hashlib
import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Annotated, Any

import msgspec
from django.db import transaction
from django.utils.translation import gettext as _

from monitors.public_services.actions import AT_ONCE, leave_slip, refresh_deadlines, set_deadlines
from monitors.public_services.models import Channel, Dossier, DossierVersion, Status
from services.contract import Batch, Item, Stored
from services.directory.selectors import departments_by_slug, units_by_code
from services.directory.subjects import Personal, keep_subjects
from services.directory.text import fold
from services.kernel.clock import LOCAL
from services.kernel.records import upsert_states
from services.worktime.calendar import WorkCalendar
from services.worktime.selectors import current_calendar

Instant = Annotated[datetime, msgspec.Meta(tz=True)]
Code = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{3}\.[0-9]{2}(\.[0-9]{2}){0,2}\.H[0-9]{2}-[0-9]{6}-[0-9]{4,6}$")]
"""Agency, day (yymmdd) and sequence: ``000.00.01.H29-240115-0001``."""
EARLIEST = datetime(2010, 1, 1, tzinfo=UTC)
LATEST = datetime(2049, 12, 31, tzinfo=UTC)
CLOCK_SKEW = timedelta(minutes=5)
"""How far a sender's clock may run ahead of ours."""
CLOSE = time(17, 0)
"""A date without a time of day means the close of that day."""


class Applicant(msgspec.Struct):
    """Who submitted it. Goes to ``directory.Subject`` and nowhere else."""

    name: Annotated[str, msgspec.Meta(max_length=150)]
    phone: Annotated[str, msgspec.Meta(max_length=20)] | None = None


class SupplementPayload(msgspec.Struct):
    """A request to the citizen for more papers."""

    requested_at: Instant
    answered_at: Instant | None = None


class ApologyPayload(msgspec.Struct):
    """A letter of apology with a new day."""

    sent_at: Instant
    until: Instant


class DossierPayload(msgspec.Struct):
    """The newest state of one dossier. ``agency`` is a department's slug or a unit's five-digit code."""

    code: Code
    status: Annotated[int, msgspec.Meta(ge=1, le=10)]
    channel: Annotated[int, msgspec.Meta(ge=1, le=3)]
    agency: Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
    submitted_at: Instant
    as_of: Instant
    version: Annotated[int, msgspec.Meta(ge=0, le=2**62)] = 0
    procedure: Annotated[str, msgspec.Meta(max_length=40)] = ""
    procedure_name: Annotated[str, msgspec.Meta(max_length=300)] = ""
    accepted_at: Instant | None = None
    appointment_at: Instant | None = None
    statutory_days: Annotated[int, msgspec.Meta(ge=0, le=1000)] | None = None
    finished_at: Instant | None = None
    returned_at: Instant | None = None
    stopped_at: Instant | None = None
    supplements: Annotated[list[SupplementPayload], msgspec.Meta(max_length=50)] = []
    apology: ApologyPayload | None = None
    applicant: Applicant | None = None


# --- a spreadsheet's headings ----------------------------------------------------------------------------------------

HEADINGS = {
    "ma ho so": "code",
    "so ho so": "code",
    "trang thai": "status",
    "hinh thuc nop": "channel",
    "kenh": "channel",
    "co quan": "agency",
    "ma co quan": "agency",
    "ma thu tuc": "procedure",
    "ten thu tuc": "procedure_name",
    "thu tuc": "procedure_name",
    "ngay nop": "submitted_at",
    "ngay tiep nhan": "accepted_at",
    "ngay hen tra": "appointment_at",
    "thoi han quy dinh": "statutory_days",
    "ngay xu ly xong": "finished_at",
    "ngay tra ket qua": "returned_at",
    "ngay dung": "stopped_at",
    "thoi diem cap nhat": "as_of",
    "phien ban": "version",
    "nguoi nop": "applicant_name",
    "ho ten nguoi nop": "applicant_name",
    "dien thoai": "applicant_phone",
    "so dien thoai": "applicant_phone",
}
"""Headings without accents and the field each stands for."""
PERSONAL = {"applicant", "applicant_name", "applicant_phone"}
_NUMBERS = {"status", "channel", "statutory_days", "version"}
_WORDS = {
    "status": {fold(words): number for words, number in (
        ("mới đăng ký", 1), ("được tiếp nhận", 2), ("đã tiếp nhận", 2), ("không được tiếp nhận", 3), ("đang xử lý", 4),
        ("yêu cầu bổ sung", 5), ("chờ bổ sung", 5), ("nghĩa vụ tài chính", 6), ("công dân rút", 7), ("đã rút", 7),
        ("dừng xử lý", 8), ("đã xử lý xong", 9), ("đã trả kết quả", 10),
    )},
    "channel": {"truc tiep": 1, "truc tuyen": 2, "buu chinh": 3},
}  # fmt: skip
_DAY = re.compile(r"^(\d{1,2})/(\d{1,2})/(\d{4})(?:[ T]+(\d{1,2}):(\d{2})(?::(\d{2}))?)?$")


def field_of(heading: str) -> str:
    """Return the field a heading stands for, the heading itself when it is not a known one."""
    return HEADINGS.get(fold(heading), heading)


def adapt(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a spreadsheet's row in the payload's shape; JSON in that shape already passes unchanged."""
    if "code" in raw:
        return raw
    named = {field_of(heading): value for heading, value in raw.items() if value not in ("", None)}
    fields = {name: _cell(name, value) for name, value in named.items() if name not in PERSONAL}
    if "applicant_name" in named:
        fields["applicant"] = {"name": str(named["applicant_name"]), "phone": named.get("applicant_phone")}
    return fields


def _cell(name: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    text = value.strip()
    if name in _NUMBERS:
        known = _WORDS.get(name, {}).get(fold(text))
        return known if known is not None else int(text) if text.isdecimal() and len(text) < 19 else text
    return _instant(text) if name.endswith("_at") or name == "as_of" else text


def _instant(text: str) -> str:
    """Return ``24/01/2024 09:30`` (local time) as ISO; anything else as it is, for the validator to judge."""
    match = _DAY.match(text)
    if match is None:
        return text
    day, month, year, hour, minute, second = match.groups()
    try:
        clock = time(int(hour), int(minute), int(second or 0)) if hour else CLOSE
        return datetime.combine(date(int(year), int(month), int(day)), clock, LOCAL).isoformat()
    except ValueError:
        return text


# --- records ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Known:
    """What the row already stored says: ends a later message may leave out, whose dossier it is, the slip it is on."""

    finished: datetime | None = None
    returned: datetime | None = None
    stopped: datetime | None = None
    subject: uuid.UUID | None = None
    department: str = ""
    unit: str = ""
    overdue_on: date | None = None
    left_slips: Sequence[list[str]] = ()


_NOTHING = _Known()


_refreshed: dict[str, int] = {}
"""The calendar's version that each realm's open dossiers were brought up to by this process."""


def store(batch: Batch) -> list[Stored]:
    """Store dossiers: the same few statements for one as for many; see ``Source.store``."""
    calendar = current_calendar()
    _catch_up(batch.realm, calendar)
    agencies = _agencies(batch)
    known = _known(batch)
    answers: list[Stored] = []
    prepared: list[tuple[Item, Dossier]] = []
    for item in batch.items:
        errors = _errors(item.payload, batch.now, agencies)
        if errors:
            answers.append(Stored(item.index, "rejected", errors=errors))
        else:
            record = _record(item.payload, known.get(item.payload.code, _NOTHING), calendar)
            prepared.append((_without_person(item), record))
    people = _applicants(prepared)
    stored = upsert_states(batch, prepared, DossierVersion)
    written = {answer.index for answer in stored if answer.outcome in {"accepted", "updated"}}
    codes = {record.external_id for item, record in prepared if item.index in written}
    keep_subjects(realm=batch.realm, people=[person for code, person in people.items() if code in codes])
    return answers + stored


def _catch_up(realm: str, calendar: WorkCalendar) -> None:
    """After a calendar's change, and once per process: whoever stores next brings open dossiers up to date."""
    if _refreshed.get(realm) == calendar.version:
        return
    if refresh_deadlines(realm=realm, calendar=calendar) < AT_ONCE:
        transaction.on_commit(partial(_refreshed.__setitem__, realm, calendar.version))


def _applicants(prepared: Sequence[tuple[Item, Dossier]]) -> dict[str, Personal]:
    """Give the dossiers that name an applicant their subject; return by code who it is by the newest message."""
    people: dict[str, Personal] = {}
    for item, record in sorted(prepared, key=lambda pair: (pair[1].as_of, pair[1].version)):
        applicant: Applicant | None = item.payload.applicant
        if applicant is not None:
            known = people.get(record.external_id)
            subject = record.subject_id or (known.subject if known else uuid.uuid4())
            people[record.external_id] = Personal(subject, applicant.name, applicant.phone or "")
    for _item, record in prepared:
        if record.external_id in people:
            record.subject_id = people[record.external_id].subject
    return people


def _agencies(batch: Batch) -> set[str]:
    """Return those of the batch's agencies that exist."""
    named = {item.payload.agency for item in batch.items}
    codes = {name for name in named if _is_unit(name)}
    units = set(units_by_code(codes, batch.now.astimezone(LOCAL).date())) if codes else set()
    return units | set(departments_by_slug(named - codes))


def _is_unit(agency: str) -> bool:
    return len(agency) == 5 and agency.isascii() and agency.isdecimal()


_SLIP_FIELDS = ("department", "unit", "overdue_on", "left_slips")


def _known(batch: Batch) -> dict[str, _Known]:
    codes = {item.payload.code for item in batch.items}
    rows = Dossier.objects.filter(realm=batch.realm, source=batch.source, external_id__in=codes)
    values = rows.values_list("external_id", "finished_at", "returned_at", "stopped_at", "subject_id", *_SLIP_FIELDS)
    return {code: _Known(*rest) for code, *rest in values}


def _errors(payload: DossierPayload, now: datetime, agencies: set[str]) -> dict[str, str]:
    errors = _instant_errors(payload, now)
    if payload.agency not in agencies:
        errors["agency"] = _("no such department or unit")
    if payload.accepted_at and payload.accepted_at < payload.submitted_at:
        errors["accepted_at"] = _("accepted before it was submitted")
    for supplement in payload.supplements:
        if not EARLIEST <= supplement.requested_at <= (supplement.answered_at or LATEST) <= LATEST:
            errors["supplements"] = _("answered before it was asked, or out of range")
    if payload.apology and not EARLIEST <= payload.apology.sent_at <= payload.apology.until <= LATEST:
        errors["apology"] = _("the new day lies before the letter, or out of range")
    return errors


def _instant_errors(payload: DossierPayload, now: datetime) -> dict[str, str]:
    errors = {}
    for name in ("submitted_at", "accepted_at", "appointment_at", "finished_at", "returned_at", "stopped_at", "as_of"):
        instant = getattr(payload, name)
        if instant is not None and not EARLIEST <= instant <= LATEST:
            errors[name] = _("the date is out of range")
        elif instant is not None and name != "appointment_at" and instant > now + CLOCK_SKEW:
            errors[name] = _("the date lies in the future")
    return errors


def _record(payload: DossierPayload, before: _Known, calendar: WorkCalendar) -> Dossier:
    at_once = {9: "finished", 10: "returned", 3: "stopped", 7: "stopped", 8: "stopped"}.get(payload.status)
    ends = {
        name: getattr(payload, f"{name}_at") or getattr(before, name) or (payload.as_of if at_once == name else None)
        for name in ("finished", "returned", "stopped")
    }
    if at_once is None:  # open again, after a correction: what ended it no longer counts
        ends = dict.fromkeys(ends)
    is_unit = _is_unit(payload.agency)
    record = Dossier(
        external_id=payload.code,
        occurred_at=payload.submitted_at,
        unit=payload.agency if is_unit else "",
        department="" if is_unit else payload.agency,
        as_of=payload.as_of,
        version=payload.version,
        procedure=payload.procedure,
        procedure_name=payload.procedure_name,
        status=Status(payload.status),
        channel=Channel(payload.channel),
        submitted_at=payload.submitted_at,
        accepted_at=payload.accepted_at,
        appointment_at=payload.appointment_at,
        statutory_days=payload.statutory_days,
        apology_at=payload.apology.sent_at if payload.apology else None,
        apology_until=payload.apology.until if payload.apology else None,
        supplements=[_pair(supplement) for supplement in payload.supplements],
        finished_at=ends["finished"],
        returned_at=ends["returned"],
        stopped_at=ends["stopped"],
        subject_id=before.subject,
        left_slips=list(before.left_slips),
    )
    set_deadlines(record, calendar)
    day = before.overdue_on.isoformat() if before.overdue_on else ""
    leave_slip(record, (before.department, before.unit, day))
    return record


def _pair(supplement: SupplementPayload) -> list[str | None]:
    answered = supplement.answered_at
    return [supplement.requested_at.isoformat(), answered.isoformat() if answered else None]


def _without_person(item: Item) -> Item:
    """Return the item as its record keeps it: neither the raw form nor its digest knows the applicant."""
    raw = {name: value for name, value in item.raw.items() if field_of(name) not in PERSONAL}
    return replace(item, raw=raw, digest=hashlib.sha256(msgspec.json.encode(raw, order="deterministic")).digest())
