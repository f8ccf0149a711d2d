"""Lines of Suricata's EVE log become records; what a line is a sign of is read from the rule's own class."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from ipaddress import ip_address
from typing import Annotated

import msgspec
from django.utils.translation import gettext as _

from monitors.cybersecurity.models import Event, Threat
from monitors.cybersecurity.systems import department_of, machine
from services.contract import Batch, Item, Stored
from services.kernel.records import insert_events

EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
CLOCK_SKEW = timedelta(minutes=5)
"""How far a sensor's clock may run ahead of ours."""
DEFAULT_SENSOR = "suricata"
ENGINE_RULES = range(2_200_000, 2_300_000)
"""Signature ids of Suricata's own decoder and stream events (suricata-update, ``rules/*-events.rules``)."""
LONGEST_ID = 2**63 - 1

Port = Annotated[int, msgspec.Meta(ge=0, le=65_535)]
Address = Annotated[str, msgspec.Meta(max_length=60)]


class EveAlert(msgspec.Struct):
    """The alert part of an event."""

    signature: str = ""
    category: str = ""
    severity: Annotated[int, msgspec.Meta(ge=0, le=255)] | None = None
    signature_id: Annotated[int, msgspec.Meta(ge=0, le=LONGEST_ID)] | None = None
    action: str = ""


class EvePayload(msgspec.Struct):
    """One line of EVE JSON; everything else in it is kept in ``raw``. ``host`` is the sensor's name."""

    timestamp: Annotated[str, msgspec.Meta(max_length=40)]
    event_type: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
    src_ip: Address | None = None
    src_port: Port | None = None
    dest_ip: Address | None = None
    dest_port: Port | None = None
    proto: Annotated[str, msgspec.Meta(max_length=40)] = ""
    alert: EveAlert | None = None
    host: Annotated[str, msgspec.Meta(max_length=80)] = DEFAULT_SENSOR
    external_id: Annotated[str, msgspec.Meta(min_length=1, max_length=200)] | None = None


CLASSES = {
    "a network trojan was detected": Threat.MALWARE,
    "malware command and control activity detected": Threat.MALWARE,
    "domain observed used for c2 detected": Threat.MALWARE,
    "targeted malicious activity was detected": Threat.MALWARE,
    "crypto currency mining activity detected": Threat.MALWARE,
    "possibly unwanted program detected": Threat.MALWARE,
    "web application attack": Threat.VULNERABILITY,
    "access to a potentially vulnerable web application": Threat.VULNERABILITY,
    "information leak": Threat.VULNERABILITY,
    "large scale information leak": Threat.VULNERABILITY,
    "attempted user privilege gain": Threat.EXPLOIT,
    "unsuccessful user privilege gain": Threat.EXPLOIT,
    "successful user privilege gain": Threat.EXPLOIT,
    "attempted administrator privilege gain": Threat.EXPLOIT,
    "successful administrator privilege gain": Threat.EXPLOIT,
    "executable code was detected": Threat.EXPLOIT,
    "exploit kit activity detected": Threat.EXPLOIT,
    "successful credential theft detected": Threat.EXPLOIT,
    "detection of a network scan": Threat.SCAN,
    "attempted information leak": Threat.SCAN,
    "generic protocol command decode": Threat.NOISE,
    "not suspicious traffic": Threat.NOISE,
    "unknown traffic": Threat.NOISE,
    "generic icmp event": Threat.NOISE,
}
"""Suricata's classes (``classification.config``) by what the centre counts; any other class is an abnormal server."""


def threat_of(alert: EveAlert | None) -> Threat:
    """Return what an event is a sign of."""
    if alert is None:
        return Threat.NONE
    if alert.signature_id in ENGINE_RULES:
        return Threat.NOISE
    return CLASSES.get(alert.category.strip().lower(), Threat.SERVER)


def store(batch: Batch) -> list[Stored]:
    """Store events. A line without an id is known by its content: the same line again is a duplicate."""
    answers: list[Stored] = []
    prepared: list[tuple[Item, Event]] = []
    for item in batch.items:
        errors: dict[str, str] = {}
        record = _record(item, batch, errors)
        if errors:
            answers.append(Stored(item.index, "rejected", errors=errors))
        else:
            prepared.append((item, record))
    return answers + insert_events(batch, prepared)


def _record(item: Item, batch: Batch, errors: dict[str, str]) -> Event:
    payload: EvePayload = item.payload
    alert = payload.alert
    record = Event(
        external_id=payload.external_id or item.digest.hex(),
        occurred_at=_instant(payload.timestamp, batch.now, errors),
        event_type=payload.event_type,
        sensor=payload.host or DEFAULT_SENSOR,
        src_ip=_address("src_ip", payload.src_ip, errors),
        src_port=payload.src_port,
        dest_ip=_address("dest_ip", payload.dest_ip, errors),
        dest_port=payload.dest_port,
        proto=payload.proto,
        threat=threat_of(alert),
    )
    if alert is not None:
        record.signature_id, record.signature = alert.signature_id, alert.signature[:300]
        record.classtype, record.level = alert.category[:120], alert.severity
        record.blocked = alert.action == "blocked"
    if not errors:
        _place(record)
    return record


def _instant(text: str, now: datetime, errors: dict[str, str]) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
        if instant.tzinfo is None:
            errors["timestamp"] = _("needs a time zone, such as +07:00")
        elif instant > now + CLOCK_SKEW:
            errors["timestamp"] = _("lies in the future")
        elif instant < EARLIEST:
            errors["timestamp"] = _("the date is out of range")
    except (ValueError, OverflowError):
        errors["timestamp"] = _("is no time such as 2026-11-21T08:30:00.000000+0700")
        return now
    return instant


def _address(name: str, text: str | None, errors: dict[str, str]) -> str | None:
    if text is None:
        return None
    found = _one_form(text)
    if found is None:
        errors[name] = _("is no IP address")
    return found


@lru_cache(maxsize=20_000)
def _one_form(text: str) -> str | None:
    """Return an address in the form that the database gives back, None when it is none."""
    try:
        return str(ip_address(text.partition("%")[0]))
    except ValueError:
        return None


def _place(record: Event) -> None:
    """Set the machine of ours that the event is about, its system and who answers for it.

    Malware is found by what an infected machine sends, so there it is the sender; an attack is about its target.
    """
    ends = [address for address in (record.dest_ip, record.src_ip) if address]
    if record.threat == Threat.MALWARE:
        ends.reverse()
    ours = [address for address in ends if machine(address).ours]
    record.host = next(iter(ours or ends), None)
    if record.host:
        record.system = machine(record.host).system
    record.department = department_of(record.system)
