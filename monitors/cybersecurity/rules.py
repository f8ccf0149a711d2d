"""What a person should know of ten thousand security events. Reads records, writes nothing.

How they become a handful, each step for a reason that stands beside its number:

* traffic that was only logged (flows, names looked up) is no finding by itself; many flows of one sender may be a scan;
* decoder events (broken checksums, odd packets) tell of the sensor's tap, not of an attack: one low finding per sensor,
  and only when a day brings hundreds;
* signatures are grouped by what they are a sign of and by the machine of ours they are about: whoever cleans a machine
  needs one ticket for it, not one per packet;
* one signature on ten machines at once is one campaign.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, DateTimeField, Func, Max, Min, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils.translation import gettext_noop

from monitors.cybersecurity.models import INCIDENTS, Event, Threat
from monitors.cybersecurity.systems import OWNER, department_of, machine, name_of
from services.contract import SEVERITIES, Cleared, Finding, Message, Moment, Result, Rule, Severity, message, rank_of
from services.kernel.clock import LOCAL

SIGNATURE = "cybersecurity.signature"
SCAN = "cybersecurity.scan"
NOISE = "cybersecurity.decoder_noise"

QUIET = timedelta(hours=24)
"""An incident without a new event for so long is over (configuration)."""
MEMORY = timedelta(hours=48)
"""How long after that a sweep still says so."""
CAMPAIGN_HOSTS = 10
"""One signature on so many machines among events judged together is one campaign (configuration)."""
SCAN_WINDOW = timedelta(minutes=10)
SCAN_WIDTH = 20
"""So many ports of one machine, or machines on one port, tried by one sender within the window (configuration)."""
BUSY_PORTS = (53, 80, 123, 443)
"""Ports on which our own resolvers, proxies and clocks rightly talk to many machines."""
NOISE_STEP = 200
"""Decoder events of one sensor on one day that are worth a low finding, and every further so many (configuration)."""
EVIDENCE = 100

BY_LEVEL: dict[int, Severity] = {1: "high", 2: "medium", 3: "low", 4: "info"}
"""Suricata's own severities, 1 the worst."""
WORST_CLASSES = (
    "malware command and control activity detected",
    "targeted malicious activity was detected",
    "successful administrator privilege gain",
    "successful credential theft detected",
)
"""Classes that say that an attacker is in already."""

KINDS = {
    Threat.MALWARE: gettext_noop("malware"),
    Threat.VULNERABILITY: gettext_noop("application vulnerability"),
    Threat.EXPLOIT: gettext_noop("exploit attempt"),
    Threat.SERVER: gettext_noop("abnormal server"),
    Threat.SCAN: gettext_noop("scan"),
}


def severity_of(threat: str, level: int | None, classtype: str, *, blocked: bool) -> Severity:
    """Return how bad an event is: the sensor's level; malware is at least high, an attacker inside critical."""
    severity = BY_LEVEL.get(level or 0, "medium" if level is None else "info")
    if classtype.lower() in WORST_CLASSES:
        severity = "critical"
    elif threat == Threat.MALWARE:
        severity = max(severity, "high", key=rank_of)
    if blocked:
        severity = SEVERITIES[max(rank_of(severity) - 1, 0)]
    return severity


# --- signatures ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Sign:
    """What the rule reads of one event."""

    pk: int
    threat: str
    host: str
    system: str
    signature_id: int | None
    signature: str
    severity: Severity
    at: datetime


def signatures(ids: Sequence[int], moment: Moment) -> Iterator[Result]:
    """Yield a finding per machine and kind of threat, or per signature that struck many machines at once."""
    del moment  # the events' own times count: an old file is an old incident
    signs = list(_signs(Event.objects.filter(pk__in=ids, threat__in=INCIDENTS)))
    hosts: dict[tuple[str, int | None], set[str]] = defaultdict(set)
    for sign in signs:
        hosts[sign.threat, sign.signature_id].add(sign.host)
    groups: dict[str, list[_Sign]] = defaultdict(list)
    for sign in signs:
        campaign = sign.signature_id is not None and len(hosts[sign.threat, sign.signature_id]) >= CAMPAIGN_HOSTS
        key = campaign_key(sign.threat, sign.signature_id) if campaign else host_key(sign.threat, sign.host)
        groups[key].append(sign)
    for key, group in sorted(groups.items()):
        yield _signature_finding(key, group)


def host_key(threat: str, host: str) -> str:
    """Return the fingerprint of one kind of threat on one machine."""
    return f"{SIGNATURE}:{threat}:{host}"


def campaign_key(threat: str, signature_id: int | str | None) -> str:
    """Return the fingerprint of one signature on many machines."""
    return f"{SIGNATURE}:{threat}:campaign:{signature_id}"


def _signs(events: QuerySet[Event]) -> Iterator[_Sign]:
    fields = ("pk", "threat", "host", "system", "signature_id", "signature", "occurred_at", "sensor")
    rows = events.order_by("occurred_at", "pk").values_list(*fields, "level", "classtype", "blocked")
    for pk, threat, host, system, signature_id, signature, at, sensor, level, classtype, blocked in rows:
        severity = severity_of(threat, level, classtype, blocked=blocked)
        yield _Sign(pk, threat, host or sensor, system, signature_id, signature, severity, at)


def _signature_finding(key: str, group: Sequence[_Sign]) -> Finding:
    last = group[-1]
    hosts = {sign.host for sign in group}
    systems = {sign.system for sign in group}
    system = last.system if len(systems) == 1 else ""
    return Finding(
        rule=SIGNATURE,
        severity=max((sign.severity for sign in group), key=rank_of),
        fingerprint=key,
        title=_signature_title(group, hosts, system),
        seen=last.at,
        department=department_of(system),
        category=last.threat,
        evidence=[sign.pk for sign in group][-EVIDENCE:],
        count=len(group),
    )


def _signature_title(group: Sequence[_Sign], hosts: set[str], system: str) -> Message:
    names = Counter(sign.signature for sign in group)
    kind = message(KINDS[Threat(group[-1].threat)])
    signature = names.most_common(1)[0][0]
    if len(hosts) > 1:
        text = gettext_noop("{kind} on {count} machines: {signature}")
        return message(text, kind=kind, count=len(hosts), signature=signature)
    values = {"kind": kind, "host": group[-1].host, "signature": signature}
    system_name = name_of(system)
    if system_name is None:
        return message(gettext_noop("{kind} on {host}: {signature}"), **values)
    return message(gettext_noop("{kind} on {host}, {system}: {signature}"), **values, system=system_name)


def signatures_over(moment: Moment) -> Iterator[Result]:
    """Yield a clear for each machine, and each campaign, that has been quiet for a day."""
    quiet = moment.as_of - QUIET
    events = _heard(moment).filter(threat__in=INCIDENTS)
    for threat, host in _silent(events, quiet, "threat", "host"):
        if host:
            yield Cleared(rule=SIGNATURE, fingerprint=host_key(threat, host), seen=moment.as_of)
    for threat, sensor in _silent(events.filter(host=None), quiet, "threat", "sensor"):
        yield Cleared(rule=SIGNATURE, fingerprint=host_key(threat, sensor), seen=moment.as_of)
    for threat, signature_id in _silent(events.exclude(signature_id=None), quiet, "threat", "signature_id"):
        yield Cleared(rule=SIGNATURE, fingerprint=campaign_key(threat, signature_id), seen=moment.as_of)


def _heard(moment: Moment) -> QuerySet[Event]:
    """Return the events that arrived lately, whenever they occurred: quiet is when nothing more comes."""
    return Event.objects.filter(realm=moment.realm, received_at__gt=moment.as_of - QUIET - MEMORY).exclude(threat="")


def _silent(events: QuerySet[Event], since: datetime, *fields: str) -> Iterable[tuple[str, ...]]:
    groups = events.order_by(*fields).values_list(*fields).annotate(last=Max("received_at")).filter(last__lte=since)
    return [tuple(row[:-1]) for row in groups]


# --- scans -----------------------------------------------------------------------------------------------------------


def scans(ids: Sequence[int], moment: Moment) -> Iterator[Result]:
    """Yield a finding per sender whose flows tried many ports of a machine, or many machines, within ten minutes."""
    arrived = Event.objects.filter(pk__in=ids, event_type="flow").exclude(src_ip=None).exclude(dest_port=None)
    found: dict[str, list[tuple[int, datetime]]] = defaultdict(list)
    for pk, src_ip, at in arrived.order_by("occurred_at", "pk").values_list("pk", "src_ip", "occurred_at"):
        found[str(src_ip)].append((pk, at))
    if not found:
        return
    instants = [at for flows in found.values() for _pk, at in flows]
    flows = Event.objects.filter(
        realm=moment.realm,
        event_type="flow",
        src_ip__in=found,
        dest_port__isnull=False,
        occurred_at__gt=min(instants) - SCAN_WINDOW,
        occurred_at__lt=max(instants) + SCAN_WINDOW,
    )
    for sender, width in sorted(_widths(flows).items()):
        yield _scan_finding(sender, width, found[sender])


def _widths(flows: QuerySet[Event]) -> dict[str, int]:
    """Return each scanning sender with the most ports or machines it tried in a window."""
    windows = flows.annotate(window=_Window("occurred_at")).order_by()
    ports = windows.values_list("src_ip", "dest_ip", "window").annotate(width=Count("dest_port", distinct=True))
    hosts = windows.values_list("src_ip", "dest_port", "window").annotate(width=Count("dest_ip", distinct=True))
    widths: dict[str, int] = {}
    for sender, _dest, _window, width in ports.filter(width__gte=SCAN_WIDTH):
        widths[sender] = max(width, widths.get(sender, 0))
    for sender, port, _window, width in hosts.filter(width__gte=SCAN_WIDTH):
        if port not in BUSY_PORTS or not machine(sender).ours:
            widths[sender] = max(width, widths.get(sender, 0))
    return widths


class _Window(Func):
    """The start of the ten minutes an instant lies in."""

    function = "date_bin"
    template = "date_bin('10 minutes', %(expressions)s, TIMESTAMPTZ '1970-01-01 00:00:00+00')"
    output_field = DateTimeField()


def _scan_finding(sender: str, width: int, flows: Sequence[tuple[int, datetime]]) -> Finding:
    ours = machine(sender)
    text = (
        gettext_noop("{host} of ours scans: {count} targets in 10 minutes")
        if ours.ours
        else (gettext_noop("Scan from {host}: {count} targets in 10 minutes"))
    )
    return Finding(
        rule=SCAN,
        severity="high" if ours.ours else "low",
        fingerprint=f"{SCAN}:{sender}",
        title=message(text, host=sender, count=width),
        seen=flows[-1][1],
        department=department_of(ours.system),
        category=Threat.SCAN,
        evidence=[pk for pk, _at in flows][-EVIDENCE:],
        count=len(flows),
    )


def scans_over(moment: Moment) -> Iterator[Result]:
    """Yield a clear for each sender that scanned in the last days but not since yesterday."""
    quiet = moment.as_of - QUIET
    flows = Event.objects.filter(
        realm=moment.realm, event_type="flow", received_at__gt=quiet - MEMORY, dest_port__isnull=False
    ).exclude(src_ip=None)
    before, since = _widths(flows.filter(received_at__lte=quiet)), _widths(flows.filter(received_at__gt=quiet))
    for sender in sorted(before.keys() - since.keys()):
        yield Cleared(rule=SCAN, fingerprint=f"{SCAN}:{sender}", seen=moment.as_of)


# --- the sensors' own noise ------------------------------------------------------------------------------------------


def noise(ids: Sequence[int], moment: Moment) -> Iterator[Result]:
    """Yield a low finding per sensor each time a day's decoder events have passed another 200."""
    arrived = Event.objects.filter(pk__in=ids, threat=Threat.NOISE)
    span = arrived.aggregate(first=Min("occurred_at"), last=Max("occurred_at"))
    if span["first"] is None:
        return
    midnight = span["first"].astimezone(LOCAL).replace(hour=0, minute=0, second=0, microsecond=0)
    same_days = Event.objects.filter(
        realm=moment.realm,
        threat=Threat.NOISE,
        occurred_at__gte=midnight,
        occurred_at__lt=span["last"] + timedelta(days=1),
    )
    days = same_days.annotate(day=TruncDate("occurred_at", tzinfo=LOCAL)).order_by("sensor", "day")
    counted = days.values_list("sensor", "day").annotate(
        before=Count("pk", filter=Q(pk__lt=min(ids))),
        total=Count("pk", filter=Q(pk__lte=max(ids))),
        last=Max("occurred_at", filter=Q(pk__lte=max(ids))),
        newest=Max("pk", filter=Q(pk__lte=max(ids))),
    )
    for sensor, _day, before, total, last, newest in counted:
        if total // NOISE_STEP > before // NOISE_STEP:
            yield Finding(
                rule=NOISE,
                severity="low",
                fingerprint=noise_key(sensor),
                title=message(
                    gettext_noop("{count} decoder events in a day from sensor {sensor}: look at its tap"),
                    count=total,
                    sensor=sensor,
                ),
                seen=last,
                department=OWNER,
                category=Threat.NOISE,
                evidence=[newest],
                count=total - before,
            )


def noise_key(sensor: str) -> str:
    """Return the fingerprint of one sensor's noise."""
    return f"{NOISE}:{sensor}"


def noise_over(moment: Moment) -> Iterator[Result]:
    """Yield a clear for each sensor whose noise of the last day is below the number again."""
    recent = Count("pk", filter=Q(received_at__gt=moment.as_of - QUIET))
    sensors = _heard(moment).filter(threat=Threat.NOISE).order_by("sensor").values_list("sensor").annotate(n=recent)
    for sensor, _n in sensors.filter(n__lt=NOISE_STEP):
        yield Cleared(rule=NOISE, fingerprint=noise_key(sensor), seen=moment.as_of)


RULES = (
    Rule(
        id=SIGNATURE,
        version=1,
        severity="high",
        title=gettext_noop("Signs of an attack or an infection"),
        basis=gettext_noop("Suricata's classes and severities; practice: one ticket per machine and kind of threat"),
        sources=("suricata",),
        detect=signatures,
        sweep=signatures_over,
        every=timedelta(minutes=10),
    ),
    Rule(
        id=SCAN,
        version=1,
        severity="high",
        title=gettext_noop("Scan"),
        basis=gettext_noop("practice: 20 ports of a machine or machines on a port within 10 minutes (configuration)"),
        sources=("suricata",),
        detect=scans,
        sweep=scans_over,
        every=timedelta(minutes=10),
    ),
    Rule(
        id=NOISE,
        version=1,
        severity="low",
        title=gettext_noop("A sensor's decoder noise"),
        basis=gettext_noop("practice: 200 decoder events of a sensor in a day (configuration)"),
        sources=("suricata",),
        detect=noise,
        sweep=noise_over,
        every=timedelta(minutes=10),
    ),
)

CATEGORIES: dict[str, str] = {
    Threat.MALWARE: gettext_noop("malware"),
    Threat.VULNERABILITY: gettext_noop("application vulnerability"),
    Threat.EXPLOIT: gettext_noop("exploit attempt"),
    Threat.SERVER: gettext_noop("abnormal server"),
    Threat.SCAN: gettext_noop("scan"),
    Threat.NOISE: gettext_noop("decoder noise"),
}
"""What the categories of findings are called: message ids by code."""
