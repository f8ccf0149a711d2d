"""What lodgings declare, counters count, organisers announce and the hotline takes down becomes records.

Every payload refuses fields that it does not know, and none has room for a person: only codes, counts and dates.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any, Literal

import msgspec
from django.contrib.gis.geos import Point
from django.utils.translation import gettext as _

from monitors.tourism.actions import note_counts
from monitors.tourism.models import (
    Complaint,
    ComplaintVersion,
    Festival,
    FestivalVersion,
    LodgingDay,
    LodgingDayVersion,
    SiteCount,
)
from monitors.tourism.science.grievances import TERM_DAYS
from monitors.tourism.sites import OWNER, Lodging, Place, Site, lodgings, place_of, sites
from services.contract import Batch, Item, Stored
from services.directory.models.units import UnitLevel
from services.directory.selectors import units_by_code
from services.directory.text import fold
from services.kernel.clock import LOCAL
from services.kernel.records import insert_events, upsert_states
from services.worktime.calendar import CalendarRangeError, WorkCalendar, add_days
from services.worktime.selectors import current_calendar

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
SOON = timedelta(minutes=5)
"""How far a sender's clock may be ahead."""
FARTHEST = timedelta(days=3 * 366)
"""How far ahead an event is announced at most."""
MOST_PER_ROOM = 20
"""Guests for each taken room beyond which a count is a typing error: a stilt house sleeps a class (configuration)."""
MOST_PER_PLACE = 10
"""Visitors for each one that a site holds beyond which a count is an error of its counter (configuration)."""
Count = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]
Slug = Annotated[str, msgspec.Meta(min_length=1, max_length=60, pattern=r"^[A-Za-z0-9._:/-]+$")]
Id = Annotated[str, msgspec.Meta(max_length=120, pattern=r"^[A-Za-z0-9._:/-]*$")]
Instant = Annotated[datetime, msgspec.Meta(tz=True)]
Version = Annotated[int, msgspec.Meta(ge=0, le=2**62)]
Tag = Annotated[str, msgspec.Meta(max_length=60)]


# --- lodging declarations --------------------------------------------------------------------------------------------


class LodgingPayload(msgspec.Struct, forbid_unknown_fields=True):
    """One day and night of a place of lodging, by its registered code; ``rooms`` left out: those registered.

    ``name`` and ``unit`` may stand there as the establishment writes them; a wrong commune is refused. The same
    establishment and day again is a correction: the newer ``as_of`` (then ``version``) counts.
    """

    establishment: Slug
    day: date
    occupied: Count
    guests: Count
    arrivals: Count
    foreign_arrivals: Count = 0
    rooms: Count | None = None
    name: Annotated[str, msgspec.Meta(max_length=200)] = ""
    unit: Annotated[str, msgspec.Meta(max_length=5)] = ""
    as_of: Instant | None = None
    version: Version = 0
    simulated: Tag = ""


HEADINGS = {
    "ma co so": "establishment",
    "ma co so luu tru": "establishment",
    "ten co so": "name",
    "ten co so luu tru": "name",
    "ma xa": "unit",
    "ma don vi": "unit",
    "ngay": "day",
    "so buong": "rooms",
    "so phong": "rooms",
    "buong co khach": "occupied",
    "so buong co khach": "occupied",
    "phong co khach": "occupied",
    "so khach luu tru": "guests",
    "khach dang luu tru": "guests",
    "khach den": "arrivals",
    "luot khach den": "arrivals",
    "khach quoc te": "foreign_arrivals",
    "khach quoc te den": "foreign_arrivals",
    "cap nhat luc": "as_of",
    "phien ban": "version",
}
"""Headings of a spreadsheet without accents and the field each stands for."""


def adapt_lodging(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a spreadsheet's row in the payload's shape: Vietnamese headings, ``20/11/2026``."""
    item = {HEADINGS.get(fold(str(heading)), str(heading)): value for heading, value in raw.items()}
    if isinstance(item.get("day"), str) and "/" in item["day"]:
        item["day"] = _iso(item["day"])
    return item


def _iso(text: str) -> str:
    parts = text.strip().split("/")
    if len(parts) == 3 and all(part.isdecimal() for part in parts):
        return f"{parts[2]:0>4}-{parts[1]:0>2}-{parts[0]:0>2}"
    return text


def store_lodging(batch: Batch) -> list[Stored]:
    """Store lodging declarations: as many statements for a thousand as for one."""
    answers: list[Stored] = []
    prepared: list[tuple[Item, LodgingDay]] = []
    for item in batch.items:
        place = lodgings().get(item.payload.establishment)
        errors = _lodging_errors(item.payload, place, batch.now)
        if errors or place is None:
            answers.append(Stored(item.index, "rejected", errors=errors))
        else:
            prepared.append((item, _lodging_day(item.payload, place, batch)))
    return answers + upsert_states(batch, prepared, LodgingDayVersion)


def _lodging_errors(payload: LodgingPayload, place: Lodging | None, now: datetime) -> dict[str, str]:
    errors = {}
    if place is None:
        errors["establishment"] = _("no place of lodging is registered under that code")
    elif payload.unit and payload.unit != place.unit:
        errors["unit"] = _("this place is registered in {unit}").format(unit=place.unit)
    rooms = _rooms(payload, place)
    if payload.occupied > rooms:
        errors["occupied"] = _("are more rooms than there are")
    if payload.guests > MOST_PER_ROOM * payload.occupied:
        errors["guests"] = _("are more than twenty for each room that is taken")
    if payload.foreign_arrivals > payload.arrivals:
        errors["foreign_arrivals"] = _("are more than all arrivals")
    if payload.day > now.astimezone(LOCAL).date():
        errors["day"] = _("lies in the future")
    elif payload.day < EARLIEST.date():
        errors["day"] = _("the date is out of range")
    return errors


def _rooms(payload: LodgingPayload, place: Lodging | None) -> int:
    registered = place.rooms if place else payload.occupied
    return registered if payload.rooms is None else payload.rooms


def _lodging_day(payload: LodgingPayload, place: Lodging, batch: Batch) -> LodgingDay:
    return LodgingDay(
        external_id=f"{place.slug}:{payload.day.isoformat()}",
        occurred_at=datetime.combine(payload.day, time(0), LOCAL),
        as_of=payload.as_of or batch.now,
        version=payload.version,
        unit=place.unit,
        department=OWNER,
        establishment=place.slug,
        kind=place.kind,
        day=payload.day,
        rooms=_rooms(payload, place),
        occupied=payload.occupied,
        guests=payload.guests,
        arrivals=payload.arrivals,
        foreign_arrivals=payload.foreign_arrivals,
        place=_point(place),
    )


def _point(place: Place) -> Point:
    return Point(place.lon, place.lat, srid=4326)


# --- counts at sites -------------------------------------------------------------------------------------------------


class CountPayload(msgspec.Struct, forbid_unknown_fields=True):
    """What a counter says: how many are ``present``, or how many ``entered`` and ``left`` since its last word."""

    site: Slug
    occurred_at: Instant
    present: Count | None = None
    entered: Count | None = None
    left: Count | None = None
    external_id: Id = ""
    simulated: Tag = ""


def store_counts(batch: Batch) -> list[Stored]:
    """Store counts and how full their sites are; the same few statements for any number."""
    answers: list[Stored] = []
    prepared: list[tuple[Item, SiteCount]] = []
    for item in batch.items:
        site = sites().get(item.payload.site)
        errors = _count_errors(item.payload, site, batch.now)
        if errors or site is None:
            answers.append(Stored(item.index, "rejected", errors=errors))
        else:
            prepared.append((item, _count(item.payload, site)))
    stored = insert_events(batch, prepared)
    written = {answer.index for answer in stored if answer.outcome == "accepted"}
    latest: dict[str, datetime] = {}
    for item, record in prepared:
        if item.index in written:
            latest[record.site] = max(latest.get(record.site, record.occurred_at), record.occurred_at)
    note_counts(batch.realm, latest)
    return answers + stored


def _count_errors(payload: CountPayload, site: Site | None, now: datetime) -> dict[str, str]:
    errors = _instant_errors("occurred_at", payload.occurred_at, now)
    if site is None:
        errors["site"] = _("there is no site of that name")
    elif max(payload.present or 0, payload.entered or 0, payload.left or 0) > MOST_PER_PLACE * site.capacity:
        errors["present"] = _("more than ten times what the site holds")
    if payload.present is None and payload.entered is None and payload.left is None:
        errors["present"] = _("say who is there, or who came and left")
    return errors


def _instant_errors(name: str, at: datetime, now: datetime) -> dict[str, str]:
    if at > now + SOON:
        return {name: _("lies in the future")}
    return {name: _("the date is out of range")} if at < EARLIEST else {}


def _count(payload: CountPayload, site: Site) -> SiteCount:
    return SiteCount(
        external_id=payload.external_id or f"{site.slug}:{payload.occurred_at.astimezone(UTC).isoformat()}",
        occurred_at=payload.occurred_at,
        unit=site.unit,
        department=OWNER,
        site=site.slug,
        present=payload.present,
        entered=payload.entered or 0,
        left=payload.left or 0,
    )


# --- events ----------------------------------------------------------------------------------------------------------


class FestivalPayload(msgspec.Struct, forbid_unknown_fields=True):
    """A festival or other event: at a ``site``, or anywhere in a commune (``unit``, with a place if there is one)."""

    external_id: Annotated[str, msgspec.Meta(min_length=1, max_length=120, pattern=r"^[A-Za-z0-9._:/-]+$")]
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    starts: date
    ends: date
    expected: Annotated[int, msgspec.Meta(ge=0, le=10_000_000)]
    site: Id = ""
    unit: Annotated[str, msgspec.Meta(max_length=5)] = ""
    name_en: Annotated[str, msgspec.Meta(max_length=200)] = ""
    lon: Annotated[float, msgspec.Meta(ge=-180, le=180)] | None = None
    lat: Annotated[float, msgspec.Meta(ge=-90, le=90)] | None = None
    cancelled: bool = False
    as_of: Instant | None = None
    version: Version = 0
    simulated: Tag = ""


def store_events(batch: Batch) -> list[Stored]:
    """Store what organisers announce; the same few statements for any number."""
    today = batch.now.astimezone(LOCAL).date()
    asked = {item.payload.unit for item in batch.items if item.payload.unit}
    communes = {code for code, unit in units_by_code(asked, today).items() if unit.level == UnitLevel.COMMUNE}
    answers: list[Stored] = []
    prepared: list[tuple[Item, Festival]] = []
    for item in batch.items:
        errors = _festival_errors(item.payload, communes, today)
        if errors:
            answers.append(Stored(item.index, "rejected", errors=errors))
        else:
            prepared.append((item, _festival(item.payload, batch)))
    return answers + upsert_states(batch, prepared, FestivalVersion)


def _festival_errors(payload: FestivalPayload, communes: set[str], today: date) -> dict[str, str]:
    errors = {}
    if payload.site and payload.site not in sites():
        errors["site"] = _("there is no site of that name")
    if payload.unit and payload.unit not in communes:
        errors["unit"] = _("there is no commune of that code")
    if not payload.site and not payload.unit:
        errors["site"] = _("say at which site or in which commune")
    if payload.ends < payload.starts:
        errors["ends"] = _("lies before its beginning")
    if not EARLIEST.date() <= payload.starts <= payload.ends <= today + FARTHEST:
        errors.setdefault("ends", _("the date is out of range"))
    if (payload.lon is None) != (payload.lat is None):
        errors["lat"] = _("a place needs longitude and latitude")
    return errors


def _festival(payload: FestivalPayload, batch: Batch) -> Festival:
    site = sites().get(payload.site)
    place = Point(payload.lon, payload.lat, srid=4326) if payload.lon is not None and payload.lat is not None else None
    return Festival(
        external_id=payload.external_id,
        occurred_at=datetime.combine(payload.starts, time(0), LOCAL),
        as_of=payload.as_of or batch.now,
        version=payload.version,
        unit=payload.unit or (site.unit if site else ""),
        department=OWNER,
        name=payload.name,
        name_en=payload.name_en,
        site=payload.site,
        starts=payload.starts,
        ends=payload.ends,
        expected=payload.expected,
        cancelled=payload.cancelled,
        place=place or (_point(site) if site else None),
    )


# --- complaints ------------------------------------------------------------------------------------------------------


class ComplaintPayload(msgspec.Struct, forbid_unknown_fields=True):
    """A complaint about a site or place of lodging; with ``settled_at`` it was answered. What was said stays out."""

    external_id: Annotated[str, msgspec.Meta(min_length=1, max_length=120, pattern=r"^[A-Za-z0-9._:/-]+$")]
    about: Slug
    kind: Literal["price", "service", "hygiene", "safety", "crowding", "soliciting", "guide", "other"]
    received_at: Instant
    settled_at: Instant | None = None
    as_of: Instant | None = None
    version: Version = 0
    simulated: Tag = ""


def store_complaints(batch: Batch) -> list[Stored]:
    """Store complaints with the day their answer is due; the same few statements for any number."""
    calendar = current_calendar()
    answers: list[Stored] = []
    prepared: list[tuple[Item, Complaint]] = []
    for item in batch.items:
        place = place_of(item.payload.about)
        errors = _complaint_errors(item.payload, place, batch.now)
        if errors or place is None:
            answers.append(Stored(item.index, "rejected", errors=errors))
        else:
            prepared.append((item, _complaint(item.payload, place, calendar)))
    return answers + upsert_states(batch, prepared, ComplaintVersion)


def _complaint_errors(payload: ComplaintPayload, place: Place | None, now: datetime) -> dict[str, str]:
    errors = _instant_errors("received_at", payload.received_at, now)
    if place is None:
        errors["about"] = _("there is no site or place of lodging of that name")
    if payload.settled_at is not None:
        errors |= _instant_errors("settled_at", payload.settled_at, now)
        if payload.settled_at < payload.received_at:
            errors["settled_at"] = _("lies before its beginning")
    return errors


def _complaint(payload: ComplaintPayload, place: Place, calendar: WorkCalendar) -> Complaint:
    return Complaint(
        external_id=payload.external_id,
        occurred_at=payload.received_at,
        as_of=payload.as_of or payload.settled_at or payload.received_at,
        version=payload.version,
        unit=place.unit,
        department=OWNER,
        about=place.slug,
        kind=payload.kind,
        due_at=_due(payload.received_at, calendar),
        settled_at=payload.settled_at,
    )


def _due(received: datetime, calendar: WorkCalendar) -> datetime:
    """Return the end of the term; of a year that the calendar does not know, counted in days and weekends."""
    try:
        return add_days(calendar, received, TERM_DAYS)
    except CalendarRangeError:
        return received + timedelta(days=7)
