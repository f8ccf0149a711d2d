"""Which monitors there are. ``monitors/<name>/apps.py`` registers; everyone else looks up by slug, imports none."""

from collections.abc import Iterator

from services.contract import Layer, Monitor, Panel, Query, Rule, Source

_MONITORS: dict[str, Monitor] = {}


class UnknownNameError(LookupError):
    """No monitor, source, rule or panel of that name is registered."""


def register(monitor: Monitor) -> None:
    """Add a monitor; ValueError when its slug or cell is taken, or a rule is named without its monitor's prefix."""
    taken = {m.position: m.slug for m in _MONITORS.values()}
    if monitor.slug in _MONITORS:
        message = f"monitor {monitor.slug} is registered twice"
        raise ValueError(message)
    if monitor.position in taken:
        message = f"{monitor.slug} wants cell {monitor.position} of the overview, which {taken[monitor.position]} has"
        raise ValueError(message)
    for rule in monitor.rules:
        if not rule.id.startswith(f"{monitor.slug}."):
            message = f"rule {rule.id} must be named {monitor.slug}.<name>"
            raise ValueError(message)
    _MONITORS[monitor.slug] = monitor


def monitors() -> list[Monitor]:
    """Return all monitors by their place on the overview."""
    return sorted(_MONITORS.values(), key=lambda m: m.position)


def monitor(slug: str) -> Monitor:
    """Return one monitor; UnknownNameError when there is none of that name."""
    try:
        return _MONITORS[slug]
    except KeyError:
        message = f"there is no monitor {slug!r}"
        raise UnknownNameError(message) from None


def owner(slug: str) -> Monitor:
    """Return the monitor that an alert names, an empty one for the services' own alerts and those of a gone monitor."""
    empty = Monitor(slug=slug, title=slug, department="", position=-1, sources=(), rules=(), panels=())
    return _MONITORS.get(slug, empty)


def source(name: str) -> tuple[Monitor, Source]:
    """Return the monitor and source behind ``<monitor>/<source>``; UnknownNameError when either is unknown."""
    owner, _, slug = name.partition("/")
    found = monitor(owner)
    for candidate in found.sources:
        if candidate.slug == slug:
            return found, candidate
    message = f"monitor {owner!r} has no source {slug!r}"
    raise UnknownNameError(message)


def sources() -> Iterator[tuple[Monitor, Source]]:
    """Yield every source with its monitor."""
    for owner in monitors():
        for one in owner.sources:
            yield owner, one


def rules() -> Iterator[tuple[Monitor, Rule]]:
    """Yield every rule with its monitor."""
    for owner in monitors():
        for one in owner.rules:
            yield owner, one


def rule(rule_id: str) -> tuple[Monitor, Rule]:
    """Return a rule with its monitor; UnknownNameError when it is not registered."""
    for owner, candidate in rules():
        if candidate.id == rule_id:
            return owner, candidate
    message = f"there is no rule {rule_id!r}"
    raise UnknownNameError(message)


def panel(monitor_slug: str, panel_slug: str) -> tuple[Monitor, Panel]:
    """Return a panel with its monitor; UnknownNameError when either is unknown."""
    owner = monitor(monitor_slug)
    for candidate in owner.panels:
        if candidate.slug == panel_slug:
            return owner, candidate
    message = f"monitor {monitor_slug!r} has no panel {panel_slug!r}"
    raise UnknownNameError(message)


def layers() -> Iterator[tuple[Monitor, Layer]]:
    """Yield every layer of the map with its monitor."""
    for owner in monitors():
        for one in owner.layers:
            yield owner, one


def query(monitor_slug: str, query_slug: str) -> Query:
    """Return a layer's registered query by its slug; UnknownNameError when there is none."""
    for layer in monitor(monitor_slug).layers:
        if layer.query.slug == query_slug:
            return layer.query
    message = f"monitor {monitor_slug!r} has no query {query_slug!r}"
    raise UnknownNameError(message)
