"""What the wall shows of order and roads. Every figure comes from the rows of one query. Reads, writes nothing."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db.models import Avg, Count, Max, Q, Sum
from django.db.models.functions import TruncDate, TruncHour
from django.urls import reverse
from django.utils.translation import gettext_noop

from monitors.public_safety import queries
from monitors.public_safety.cameras import cameras, roads
from monitors.public_safety.findings.cameras import CAMERA_DOWN
from monitors.public_safety.findings.events import CAMERA_EVENT, KIND_NAMES, TO_LOOK_AT
from monitors.public_safety.findings.incidents import BLACK_SPOT, SERIOUS
from monitors.public_safety.findings.roads import CONGESTION
from monitors.public_safety.models import DOWN, CameraEvent, CameraState, Health, IncidentKind
from monitors.public_safety.science.comparison import Change, periods, share
from monitors.public_safety.science.congestion import SLOW
from monitors.public_safety.selectors import hour_of, usual_speeds
from monitors.public_safety.watching.reading import REASONS
from services.contract import Column, Figure, Message, Panel, Scope, Severity, message
from services.kernel.clock import LOCAL

DAYS = 14
WATCHED = timedelta(minutes=30)
"""What was said of a camera longer ago is not how it stands."""
CLEARANCE_TARGET = 75
"""Percent of crimes that are to be cleared up (recalled, configuration)."""
LISTED = 100

# --- accidents -------------------------------------------------------------------------------------------------------


COMPARED = (
    Column("title", gettext_noop("Kind")),
    Column("now", gettext_noop("So far")),
    Column("before", gettext_noop("Same period last year")),
    Column("change", gettext_noop("Change")),
)
SPEEDS = (
    Column("at", gettext_noop("Time")),
    Column("speed", gettext_noop("km/h"), decimals=1),
    Column("usual", gettext_noop("usual"), goal=True),
)
CAMERAS = (Column("title", gettext_noop("Camera")), Column("state", gettext_noop("State")))
EVENTS = (
    Column("title", gettext_noop("Event")),
    Column("state", gettext_noop("State")),
    Column("at", gettext_noop("Time")),
)


def accidents(scope: Scope) -> Figure:
    """Return the accidents of this month so far beside those of the same days last year: 4 statements."""
    change = _changes(scope, "month")["accidents"]
    more = change.before > 0 and change.now > change.before
    return Figure(
        value=change.now,
        as_of=_newest(scope),
        query=queries.MONTH_QUERY,
        unit=message(gettext_noop("accidents this month")),
        short=message(gettext_noop("accidents this month, last year {before}"), before=change.before),
        target=change.before,
        target_text=message(gettext_noop("same days last year: {before} ({percent})"), **_told(change)),
        severity="medium" if more else None,
        trend=_by_day(scope),
        running=True,
        rules=(SERIOUS, BLACK_SPOT),
    )


def _newest(scope: Scope) -> datetime | None:
    newest: datetime | None = queries.incidents(scope).aggregate(newest=Max("received_at"))["newest"]
    return newest


def _changes(scope: Scope, period: str) -> Mapping[str, Change]:
    """Return accidents, deaths and injuries of a period so far against the year before: 2 statements."""
    now, before = (_counted(scope, span) for span in periods(scope.now, period, LOCAL))
    return {name: Change(now[name], before[name]) for name in _ROWS}


def _counted(scope: Scope, span: tuple[datetime, datetime]) -> dict[str, int]:
    """Return accidents, deaths and injuries of one stretch: 1 statement, read from an index alone."""
    rows = queries.incidents(scope).filter(kind=IncidentKind.ACCIDENT, occurred_at__range=span)
    counted: dict[str, int] = rows.aggregate(
        accidents=Count("*"), deaths=Sum("deaths", default=0), injuries=Sum("injuries", default=0)
    )
    return counted


def _told(change: Change) -> dict[str, object]:
    return {"now": change.now, "before": change.before, "percent": _percent(change)}


def _percent(change: Change) -> object:
    if change.percent is None:
        return "N/A"
    return message("{sign}{percent} %", sign=_sign(change), percent=abs(change.percent))


def _sign(change: Change) -> str:
    return "+" if (change.percent or 0) > 0 else "−" if (change.percent or 0) < 0 else "±"


def _by_day(scope: Scope) -> list[float]:
    """Return the accidents of each of the last days, days without one included: 1 statement."""
    today = scope.now.astimezone(LOCAL).date()
    first = today - timedelta(days=DAYS - 1)
    recent = queries.accidents_lately(scope).annotate(day=TruncDate("occurred_at", tzinfo=LOCAL)).filter(day__gte=first)
    found = dict(recent.order_by().values_list("day").annotate(n=Count("*")))
    return [float(found.get(first + timedelta(days=n), 0)) for n in range(DAYS)]


_ROWS = {
    "accidents": gettext_noop("Accidents"),
    "deaths": gettext_noop("Deaths"),
    "injuries": gettext_noop("Injuries"),
}


def comparison(scope: Scope) -> Figure:
    """Return accidents, deaths and injuries of month and year against the same period: 5 statements."""
    of_period = {period: _changes(scope, period) for period in ("month", "year")}
    rows = []
    for period, title in (("month", gettext_noop("this month")), ("year", gettext_noop("this year"))):
        for name, change in of_period[period].items():
            text = message("{what}, {period}", what=message(_ROWS[name]), period=message(title))
            row = _row(f"{period}:{name}", scope.now, text, _compared(change), worse=change.now > change.before)
            rows.append({**row, "now": change.now, "before": change.before, "change": _percent(change)})
    return Figure(
        value=of_period["year"]["deaths"].now,
        as_of=_newest(scope),
        query=queries.YEAR_QUERY,
        unit=message(gettext_noop("dead in accidents this year")),
        target=of_period["year"]["deaths"].before,
        target_text=message(
            gettext_noop("same days last year: {before} ({percent})"), **_told(of_period["year"]["deaths"])
        ),
        rows=rows,
        rules=(SERIOUS,),
        columns=COMPARED,
    )


def _compared(change: Change) -> Message:
    return message(gettext_noop("{now}, before {before}: {percent}"), **_told(change))


def _row(key: str, at: datetime, title: object, state: object, *, worse: bool) -> dict[str, object]:
    severity: Severity = "low" if worse else "info"
    return {"id": key, "at": at.isoformat(), "title": title, "state": state, "open": worse, "severity": severity}


def accidents_by_commune(scope: Scope) -> Figure:
    """Return the accidents of 30 days, and by commune what colours the map: 2 statements."""
    found = queries.accidents_lately(scope).exclude(unit="").order_by().values_list("unit")
    values = {unit: float(n) for unit, n in found.annotate(n=Count("*"))}
    return Figure(
        value=sum(values.values()) if values else None,
        as_of=_newest(scope),
        query=queries.LATELY_QUERY,
        unit=message(gettext_noop("accidents in 30 days")),
        values=values,
        elsewhere=0.0 if values and not scope.unit else None,
        rules=(BLACK_SPOT,),
    )


def clearance(scope: Scope) -> Figure:
    """Return the share of this year's crimes that are cleared up: 2 statements."""
    crimes = queries.crimes_of_year(scope).aggregate(all=Count("*"), cleared=Count("realm", filter=Q(cleared=True)))
    value = share(crimes["cleared"], crimes["all"])
    return Figure(
        value=value,
        as_of=_newest(scope),
        query=queries.CRIMES_QUERY,
        unit=message("%"),
        decimals=1,
        target=CLEARANCE_TARGET,
        target_text=message(
            gettext_noop("{cleared} of {all} crimes of this year cleared up"),
            cleared=crimes["cleared"],
            all=crimes["all"],
        ),
        severity="low" if value is not None and value < CLEARANCE_TARGET else None,
    )


# --- roads -----------------------------------------------------------------------------------------------------------


def slowest_road(scope: Scope) -> Figure:
    """Return the section that is slowest against its usual hour, and its last day beside the usual: 4 statements."""
    latest = queries.traffic_of_day(scope).filter(speed__isnull=False, occurred_at__gt=scope.now - timedelta(hours=2))
    rows = latest.order_by("road", "-occurred_at").distinct("road").values_list("road", "occurred_at", "speed")
    newest = {road: (at, speed) for road, at, speed in rows if road in roads()}
    usual = usual_speeds(scope.realm, {(road, hour_of(at)) for road, (at, _speed) in newest.items()})
    shares = {}
    for road, (at, speed) in newest.items():
        normal = usual[road, hour_of(at)]
        if normal and speed is not None:
            shares[road] = speed / normal
    worst = min(shares, key=lambda road: (shares[road], road), default=None)
    if worst is None:
        as_of = max((at for at, _speed in newest.values()), default=None)
        return Figure(value=None, as_of=as_of, query=queries.DAY_QUERY, rules=(CONGESTION,))
    course = _course(scope, worst)
    return Figure(
        value=round(100 * shares[worst]),
        as_of=newest[worst][0],
        query=queries.DAY_QUERY,
        unit=message(gettext_noop("% of the usual speed")),
        target=100,
        target_text=message(gettext_noop("{road}, 24 hours"), road=roads()[worst].label),
        severity="low" if shares[worst] < SLOW else None,
        trend=[speed for _hour, speed, _usual in course],
        rows=[{"at": hour.isoformat(), "speed": speed, "usual": normal} for hour, speed, normal in course],
        columns=SPEEDS,
        rules=(CONGESTION,),
    )


def _course(scope: Scope, road: str) -> list[tuple[datetime, float, float | None]]:
    """Return the mean and the usual speed of each of the last hours, oldest first: 2 statements."""
    counted = (
        queries.traffic_of_day(scope).filter(road=road, speed__isnull=False).annotate(hour=TruncHour("occurred_at"))
    )
    hours = dict(counted.order_by("hour").values_list("hour").annotate(mean=Avg("speed")))
    usual = usual_speeds(scope.realm, {(road, hour) for hour in hours})
    return [(hour, round(mean, 1), _rounded(usual[road, hour])) for hour, mean in hours.items()]


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


# --- cameras ---------------------------------------------------------------------------------------------------------


def standing(state: CameraState, now: datetime) -> str:
    """Return how a camera stands now: what was said of it long ago is no picture."""
    fresh = state.checked_at is not None and state.checked_at > now - WATCHED
    return state.state if fresh or state.state in DOWN else Health.NOT_WATCHED


def cameras_with_picture(scope: Scope) -> Figure:
    """Return how many cameras show a picture; those not watched are not among them: 2 statements."""
    rows = list(queries.states(scope))
    stands = [standing(row, scope.now) for row in rows]
    ok, down = stands.count(Health.OK), sum(state in DOWN for state in stands)
    known = [camera for camera in cameras().values() if _concerns(camera.unit, camera.owner, scope)]
    told = sum(not row.seen and state == Health.OK for row, state in zip(rows, stands, strict=True))
    counts = {"down": down, "told": told, "unwatched": len(known) - ok - down}
    return Figure(
        value=ok if rows else None,
        as_of=max((row.checked_at for row in rows if row.checked_at), default=None),
        query=queries.CAMERAS,
        unit=message(gettext_noop("cameras with a picture")),
        target=len(known),
        target_text=message(gettext_noop("{down} down, {told} only reported fine, {unwatched} not watched"), **counts),
        severity="low" if down else None,
        rows=_listed(rows, scope.now),
        rules=(CAMERA_DOWN,),
        columns=CAMERAS,
    )


def _concerns(unit: str, owner: str, scope: Scope) -> bool:
    return scope.unit in {None, unit} and scope.department in {None, owner}


REPORTED = gettext_noop("reported fine by who runs it, not seen by this centre")
_STATES: Mapping[str, str] = {
    Health.OK: gettext_noop("shows a picture"),
    Health.NO_PICTURE: gettext_noop("no picture"),
    Health.FROZEN: gettext_noop("frozen"),
    Health.DARK: gettext_noop("dark"),
    Health.NOT_WATCHED: gettext_noop("not watched"),
}


def _listed(rows: Sequence[CameraState], now: datetime) -> list[dict[str, object]]:
    found = []
    for row in rows:
        stands = standing(row, now)
        camera = cameras().get(row.camera)
        at = row.since or row.checked_at or now
        told = stands_so(row, stands)
        title = camera.label if camera else {"vi": row.camera, "en": row.camera}
        more = {
            "unit": row.unit,
            "department": row.department,
            "picture": _picture(row) if stands == Health.OK else None,
            "taken_at": row.frame_at.isoformat() if row.frame_at else None,
        }
        found.append({**_row(row.camera, at, title, told, worse=stands in DOWN), **more})
    return sorted(found, key=lambda one: (not one["open"], str(one["id"])))[:LISTED]


def _picture(row: CameraState) -> str | None:
    """Return where the picture of the latest check is (whoever looks at it is written down), None without one."""
    if row.picture_id is None:
        return None
    return f"{reverse('camera-snapshot', args=[row.camera])}?at={row.frame_at:%Y%m%dT%H%M%S}"


def stands_so(row: CameraState, stands: str) -> Message:
    """Return in words how a camera stands."""
    told = message(_STATES[stands] if row.seen or stands != Health.OK else REPORTED)
    if stands == Health.NO_PICTURE and row.reason in REASONS:
        return message("{state}: {reason}", state=told, reason=message(REASONS[row.reason]))
    return told


def events_to_look_at(scope: Scope) -> Figure:
    """Return the camera events that nobody looked at, those that may be dangerous first: 4 statements.

    Counted and chosen from an index alone; only those that are listed are read.
    """
    waiting = queries.events_waiting(scope)
    grave = Count("pk", filter=Q(kind__in=TO_LOOK_AT))
    counts = queries.events_waiting(scope).order_by().aggregate(all=Count("pk"), grave=grave)
    chosen = waiting.filter(kind__in=TO_LOOK_AT) if counts["grave"] else waiting
    listed = waiting.filter(pk__in=list(chosen.values_list("pk", flat=True)[:LISTED]))
    newest = queries.events(scope).aggregate(newest=Max("received_at"))["newest"]
    return Figure(
        value=counts["all"] if newest else None,
        as_of=newest,
        query=queries.WAITING,
        unit=message(gettext_noop("events to look at")),
        target=0,
        target_text=message(gettext_noop("{grave} of them may be dangerous"), grave=counts["grave"]),
        severity="low" if counts["grave"] else None,
        rows=[_event_row(event) for event in listed],
        columns=EVENTS,
        rules=(CAMERA_EVENT,),
    )


def _event_row(event: CameraEvent) -> dict[str, object]:
    camera = cameras().get(event.camera)
    place = camera.label if camera else event.camera
    title = message("{kind} · {camera}", kind=message(KIND_NAMES[event.kind]), camera=place)
    state = message(gettext_noop("{confidence} % sure, nobody has looked"), confidence=round(100 * event.confidence))
    row = _row(str(event.public_id), event.occurred_at, title, state, worse=True)
    severity: Severity = TO_LOOK_AT.get(event.kind, "info")
    return {**row, "severity": severity, "unit": event.unit, "department": event.department}


MINUTES = timedelta(minutes=30)
PANELS: tuple[Panel, ...] = (
    Panel(
        "accidents",
        gettext_noop("Traffic accidents"),
        "number",
        accidents,
        ("incidents",),
        fresh_for=timedelta(hours=48),
        key=True,
    ),
    Panel(
        "traffic", gettext_noop("Slowest road, 24 hours"), "chart", slowest_road, ("traffic_counts",), fresh_for=MINUTES
    ),
    Panel(
        "accident_map",
        gettext_noop("Accidents by commune, 30 days"),
        "map",
        accidents_by_commune,
        ("incidents",),
        fresh_for=timedelta(hours=48),
    ),
    Panel("cameras", gettext_noop("Cameras"), "list", cameras_with_picture, ("camera_checks",), fresh_for=MINUTES),
    Panel(
        "events",
        gettext_noop("Camera events to look at"),
        "list",
        events_to_look_at,
        ("camera_events",),
        fresh_for=MINUTES,
    ),
    Panel(
        "comparison",
        gettext_noop("Against the same period"),
        "table",
        comparison,
        ("incidents",),
        fresh_for=timedelta(hours=48),
    ),
    Panel(
        "clearance",
        gettext_noop("Crimes cleared up"),
        "number",
        clearance,
        ("incidents",),
        fresh_for=timedelta(hours=48),
    ),
)
RECORDS = queries.EVENTS
