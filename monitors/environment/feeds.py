"""Observations as stations, agencies and spreadsheets send them become records with a quality."""

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec
from django.utils.translation import gettext as _

from monitors.environment.actions import judge_all, remember
from monitors.environment.models import Observation
from monitors.environment.science import measures
from monitors.environment.stations import MEASURES, OWNER, Station, stations
from services.contract import Batch, Item, Stored
from services.kernel.records import insert_events

EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
NEAR_KM = 20.0
"""A sender that says where it stands may be this far from where the pack has the station."""
KM_PER_DEGREE = 111.0


class ObservationPayload(msgspec.Struct):
    """One value of one property at one station at one instant.

    ``property``: water_level, rain (what fell since the reading before), pm2_5, pm10, o3, no2, so2, co, temperature,
    humidity. ``value`` may have a decimal comma; ``unit`` defaults to the property's own (m, mm, µg/m³, °C, %). Without
    ``external_id`` station, property and instant are its name. ``interpolated``: reckoned between two bulletins.
    """

    station: Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
    property: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
    value: float | Annotated[str, msgspec.Meta(max_length=40)]
    occurred_at: Annotated[datetime, msgspec.Meta(tz=True)]
    unit: Annotated[str, msgspec.Meta(max_length=20)] | None = None
    external_id: Annotated[str, msgspec.Meta(min_length=1, max_length=200)] | None = None
    lon: float | None = None
    lat: float | None = None
    interpolated: bool = False


_TIMES = ("phenomenonTime", "phenomenon_time", "resultTime", "result_time")


def adapt(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return an item in the payload's shape.

    Other names of the instant are ``phenomenon_time`` and SensorThings' ``phenomenonTime`` and ``resultTime`` (of an
    interval its end counts); SensorThings' ``result`` is the value, and its datastream ``<station>:<property>``.
    """
    item = dict(raw)
    if "occurred_at" not in item:
        given = next((item[name] for name in _TIMES if item.get(name)), None)
        if given is not None:
            item["occurred_at"] = given.rpartition("/")[2] if isinstance(given, str) else given
    if "value" not in item and "result" in item:
        item["value"] = item["result"]
    stream = _datastream(item)
    if ":" in stream:
        station, _colon, prop = stream.rpartition(":")
        item.setdefault("station", station)
        item.setdefault("property", prop)
    return item


def _datastream(item: Mapping[str, Any]) -> str:
    """Return the datastream's id from the item itself or from the topic it came on, empty when neither names one."""
    inner = item.get("Datastream")
    if isinstance(inner, Mapping):
        return str(inner.get("@iot.id", ""))
    parts = str(item.get("topic", "")).split("/")
    if len(parts) == 3 and parts[1].startswith("Datastreams(") and parts[1].endswith(")"):
        return parts[1].removeprefix("Datastreams(").removesuffix(")").strip("'")
    return ""


def store(batch: Batch) -> list[Stored]:
    """Store observations with their quality and bring the latest values up to date: 4 statements a batch."""
    known = stations()
    answers: list[Stored] = []
    prepared: list[tuple[Item, Observation]] = []
    for item in batch.items:
        errors: dict[str, str] = {}
        record = _record(item.payload, known, errors)
        if errors or record is None:
            answers.append(Stored(item.index, "rejected", errors=errors))
        else:
            prepared.append((item, record))
    newer = judge_all(batch.realm, [record for _item, record in prepared], known)
    stored = insert_events(batch, prepared)
    accepted = {answer.record_id for answer in stored if answer.outcome == "accepted"}
    remember([[one for one in values if one.record.pk in accepted] for values in newer.values()], known)
    return answers + stored


def _record(payload: ObservationPayload, known: Mapping[str, Station], errors: dict[str, str]) -> Observation | None:
    station = known.get(payload.station)
    if station is None:
        errors["station"] = _("there is no station of that name")
    if payload.property not in MEASURES:
        errors["property"] = _("is none of {known}").format(known=", ".join(MEASURES))
        return None
    if station is None:
        return None
    if payload.property not in station.properties:
        errors["property"] = _("is not measured at this station")
    if payload.occurred_at < EARLIEST:
        errors["occurred_at"] = _("the date is out of range")
    _check_place(payload, station, errors)
    measure = MEASURES[payload.property]
    value = _value(payload, measure, errors)
    return Observation(
        external_id=payload.external_id or _name(payload),
        occurred_at=payload.occurred_at,
        station=station.slug,
        prop=payload.property,
        value=value,
        measure=measure,
        unit=station.unit,
        department=OWNER,
        interpolated=payload.interpolated,
    )


def _name(payload: ObservationPayload) -> str:
    return f"{payload.station}:{payload.property}:{payload.occurred_at.astimezone(UTC):%Y%m%dT%H%M%S.%f}"


def _value(payload: ObservationPayload, measure: str, errors: dict[str, str]) -> float:
    value = measures.number(payload.value)
    times = measures.factor(payload.unit, measure) if payload.unit else 1.0
    if value is None:
        errors["value"] = _("is not a number")
    if times is None:
        errors["unit"] = _("cannot be turned into {unit}").format(unit=measure)
    return round((value or 0.0) * (times or 0.0), 6)


def _check_place(payload: ObservationPayload, station: Station, errors: dict[str, str]) -> None:
    """Refuse a value from somewhere else: swapped coordinates, or another station's name on it."""
    if payload.lon is None or payload.lat is None:
        return
    east = (payload.lon - station.lon) * math.cos(math.radians(station.lat))
    if not math.hypot(east, payload.lat - station.lat) * KM_PER_DEGREE <= NEAR_KM:
        errors["lon"] = _("the place is not where this station stands; are longitude and latitude swapped?")
