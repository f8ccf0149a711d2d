"""What the wall shows of security events. Every figure comes from the rows of one query. Reads, writes nothing."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db.models import Count, DateTimeField, Func, Max, Min, Q, QuerySet
from django.utils.translation import gettext_noop

from monitors.cybersecurity.models import INCIDENTS, Event, Threat
from monitors.cybersecurity.rules import KINDS, NOISE, QUIET, SCAN, SIGNATURE, severity_of
from monitors.cybersecurity.systems import names
from services.contract import Column, Figure, Layer, Message, Panel, Query, Scope, Severity, message, rank_of

TARGET = 5
"""Incidents that one shift can have in hand (configuration)."""
HOURS = 24
TOP = 10
FRESH = timedelta(minutes=30)
_SIGN = Q(threat__in=INCIDENTS) & ~Q(threat="")
"""Signs of an incident; said twice, so that PostgreSQL sees that the index of signs has them all."""

COLUMNS = (
    Column("occurred_at", gettext_noop("Time")),
    Column("event_type", gettext_noop("Event")),
    Column("threat", gettext_noop("Kind")),
    Column("host", gettext_noop("Machine")),
    Column("system", gettext_noop("System"), words=names),
    Column("signature", gettext_noop("Signature")),
    Column("level", gettext_noop("Severity")),
    Column("src_ip", gettext_noop("From")),
    Column("dest_ip", gettext_noop("To")),
    Column("dest_port", gettext_noop("Port")),
    Column("sensor", gettext_noop("Sensor")),
)


def _of(scope: Scope) -> QuerySet[Event]:
    events = Event.objects.filter(realm=scope.realm)
    if scope.unit:
        return events.filter(unit=scope.unit)
    return events.filter(department=scope.department) if scope.department else events


def _day(scope: Scope) -> QuerySet[Event]:
    return _of(scope).filter(occurred_at__gt=scope.now - timedelta(hours=HOURS), occurred_at__lte=scope.now)


def _incidents(scope: Scope) -> QuerySet[Event]:
    """Return the latest event of each incident that is not quiet: one row per kind of threat and machine."""
    lively = _of(scope).filter(_SIGN, occurred_at__gt=scope.now - QUIET, occurred_at__lte=scope.now)
    return lively.order_by("threat", "host", "-occurred_at", "-pk").distinct("threat", "host")


def _signed(scope: Scope) -> QuerySet[Event]:
    return _day(scope).exclude(threat="").exclude(signature="")


RECORDS = Query("records", gettext_noop("Security events"), _of, COLUMNS)
INCIDENT_QUERY = Query("incidents", gettext_noop("Incidents with an event in the last 24 hours"), _incidents, COLUMNS)
DAY_QUERY = Query("day", gettext_noop("Security events of the last 24 hours"), _day, COLUMNS)
SIGNED_QUERY = Query("signatures", gettext_noop("Events with a signature, last 24 hours"), _signed, COLUMNS)


HOURLY = (
    Column("at", gettext_noop("Time")),
    Column("events", gettext_noop("events")),
    Column("signs", gettext_noop("signs of incidents")),
)
SIGNATURES = (
    Column("signature", gettext_noop("Signature")),
    Column("count", gettext_noop("Events")),
    Column("kind", gettext_noop("Kind")),
    Column("at", gettext_noop("Last seen")),
)


def open_incidents(scope: Scope) -> Figure:
    """Return how many incidents are not quiet yet, and how many there were in each hour before: 3 statements."""
    latest = list(_incidents(scope))
    return Figure(
        value=len(latest),
        as_of=_newest(scope),
        query=INCIDENT_QUERY,
        unit=message(gettext_noop("open")),
        target=TARGET,
        target_text=message(gettext_noop("incidents, at most {target}"), target=TARGET),
        severity=_severity(latest),
        trend=_incidents_before(scope),
        rules=(SIGNATURE, SCAN),
    )


def _severity(latest: list[Event]) -> Severity | None:
    """Return the worst incident's severity from high on, medium when there are more than a shift can handle."""
    found = [severity_of(e.threat, e.level, e.classtype, blocked=e.blocked) for e in latest]
    worst: Severity = max(found, key=rank_of, default="info")
    if rank_of(worst) >= rank_of("high"):
        return worst
    return "medium" if len(latest) > TARGET else None


def _incidents_before(scope: Scope) -> list[float]:
    """Return the incidents that were not quiet at each of the last hours, oldest first."""
    first = scope.now - timedelta(hours=HOURS)
    signs = _of(scope).filter(_SIGN, occurred_at__gt=first - QUIET, occurred_at__lte=scope.now)
    spans = signs.order_by().values_list("threat", "host").annotate(since=Min("occurred_at"), until=Max("occurred_at"))
    known = [(since, until) for _threat, _host, since, until in spans]
    instants = [first + timedelta(hours=n) for n in range(1, HOURS + 1)]
    return [float(sum(since <= at < until + QUIET for since, until in known)) for at in instants]


def _newest(scope: Scope) -> datetime | None:
    """Return when the realm's sensors were last heard: how old these figures are."""
    recent = Event.objects.filter(realm=scope.realm, occurred_at__gt=scope.now - timedelta(days=7))
    return recent.order_by("-received_at").values_list("received_at", flat=True).first()


def per_hour(scope: Scope) -> Figure:
    """Return the events of the last hour, and hour by hour before with those that are signs: 4 statements.

    All of them and the signs are counted apart: each from an index alone, without reading the events.
    """
    counted, signs = _per_hour(_day(scope)), _per_hour(_day(scope).filter(_SIGN))
    now = scope.now.replace(minute=0, second=0, microsecond=0)
    instants = [now - timedelta(hours=n) for n in reversed(range(HOURS))]
    rows = [{"at": at.isoformat(), "events": counted.get(at, 0), "signs": signs.get(at, 0)} for at in instants]
    return Figure(
        value=_day(scope).filter(occurred_at__gt=scope.now - timedelta(hours=1)).count(),
        as_of=_newest(scope),
        query=DAY_QUERY,
        unit=message(gettext_noop("events in an hour")),
        trend=[float(counted.get(at, 0)) for at in instants],
        running=True,
        rows=rows,
        rules=(SIGNATURE, SCAN, NOISE),
        columns=HOURLY,
    )


class _Hour(Func):
    """The hour an instant lies in. Our zone is whole hours from UTC, and without it PostgreSQL counts twice as fast."""

    function = "date_bin"
    template = "date_bin('1 hour', %(expressions)s, TIMESTAMPTZ '1970-01-01 00:00:00+00')"
    output_field = DateTimeField()


def _per_hour(events: QuerySet[Event]) -> dict[datetime, int]:
    hours = events.annotate(hour=_Hour("occurred_at")).order_by().values_list("hour")
    return dict(hours.annotate(n=Count("*")))


def top_signatures(scope: Scope) -> Figure:
    """Return the most frequent signatures of the day: 2 statements."""
    kinds = _signed(scope).order_by().values_list("signature", "threat")
    groups = kinds.annotate(n=Count("pk"), last=Max("occurred_at"))
    top = groups.order_by("-n", "signature")[:TOP]
    rows = [
        {
            "signature": s,
            "threat": t,
            "kind": _kind(t),
            "count": n,
            "at": last.isoformat(),
        }
        for s, t, n, last in top
    ]
    return Figure(
        value=sum(row["count"] for row in rows),
        as_of=_newest(scope),
        query=SIGNED_QUERY,
        rows=rows,
        unit=message(gettext_noop("events with a signature, 24 hours")),
        rules=(SIGNATURE, NOISE),
        columns=SIGNATURES,
    )


_KINDS: Mapping[str, str] = {
    **{kind.value: name for kind, name in KINDS.items()},
    Threat.NOISE.value: gettext_noop("decoder noise"),
}


def _kind(threat: str) -> Message:
    return message(_KINDS.get(threat, threat))


_SURICATA = ("suricata",)
PANELS: tuple[Panel, ...] = (
    Panel(
        "incidents",
        gettext_noop("Information security"),
        "number",
        open_incidents,
        _SURICATA,
        fresh_for=FRESH,
        key=True,
    ),
    Panel("per_hour", gettext_noop("Security events per hour"), "chart", per_hour, _SURICATA, fresh_for=FRESH),
    Panel("signatures", gettext_noop("Most frequent signatures"), "list", top_signatures, _SURICATA, fresh_for=FRESH),
)
LAYERS: tuple[Layer, ...] = ()
