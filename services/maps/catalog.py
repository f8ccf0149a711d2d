"""Which layers there are, and what a map needs to draw and explain them.

A layer is called ``<monitor>.<layer>``; beside them stand ``alerts`` and ``units``, which no monitor owns.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from django.contrib.gis.db.models import PointField
from django.utils.translation import gettext_noop

from services import registry
from services.contract import SEVERITIES, Layer, Look, Message, Monitor, Query, Scope, message
from services.kernel.icons import symbols
from services.maps import alerts, areas

_SEVERITY_TITLES: Final[Mapping[str, str]] = {
    "critical": gettext_noop("Critical"),
    "high": gettext_noop("High"),
    "medium": gettext_noop("Medium"),
    "low": gettext_noop("Low"),
    "info": gettext_noop("Information"),
}
_OWN_TITLES: Final[Mapping[str, str]] = {
    "code": gettext_noop("Code"),
    "name": gettext_noop("Name"),
    "kind": gettext_noop("Kind"),
    "approximate": gettext_noop("Boundaries are approximate"),
}


class UnknownLayerError(LookupError):
    """There is no layer of that name, or not for this reader."""


def name_of(monitor: Monitor, layer: Layer) -> str:
    """Return what a layer is called outside its monitor."""
    return f"{monitor.slug}.{layer.slug}"


def layer(name: str, streams: Sequence[str]) -> Layer:
    """Return a monitor's layer for a reader of these streams; UnknownLayerError when there is none to see."""
    for monitor, found in registry.layers():
        if name_of(monitor, found) == name and (found.audience == "public" or streams):
            return found
    raise UnknownLayerError(name)


def is_area(found: Layer, scope: Scope) -> bool:
    """Tell whether the layer's geometry is no point."""
    model = found.query.rows(scope).model
    return not isinstance(model._meta.get_field(found.geometry), PointField)


def described(streams: Sequence[str], scope: Scope) -> Iterator[dict[str, Any]]:
    """Yield every layer that a reader of these streams may see, in the order of monitors."""
    if streams:
        yield _alerts()
    for monitor, found in registry.layers():
        if found.audience == "public" or streams:
            yield _layer(monitor, found, scope)
    yield _units()


def _layer(monitor: Monitor, found: Layer, scope: Scope) -> dict[str, Any]:
    name = name_of(monitor, found)
    return {
        **_addresses(name),
        "monitor": monitor.slug,
        "monitor_title": message(monitor.title),
        "title": message(found.title),
        "audience": found.audience,
        "geometry": "area" if is_area(found, scope) else "point",
        "icon": drawing(found.icon),
        "label": found.name,
        "figure": found.figure,
        "looks": [_look(look) for look in found.looks],
        "properties": _properties(found, scope),
        "address": found.address,
    }


def _alerts() -> dict[str, Any]:
    looks = [
        {"title": message(_SEVERITY_TITLES[one]), "icon": drawing(icon="bell"), "severity": one}
        for one in reversed(SEVERITIES)
    ]
    return {
        **_addresses(alerts.NAME),
        "monitor": None,
        "monitor_title": None,
        "title": message(gettext_noop("Open alerts")),
        "audience": "staff",
        "geometry": "point",
        "icon": drawing(icon="bell"),
        "label": "",
        "figure": "",
        "looks": looks,
        "properties": [],
        "address": "/api/alerts/{id}/",
    }


def _units() -> dict[str, Any]:
    return {
        **_addresses(areas.UNITS),
        "monitor": None,
        "monitor_title": None,
        "title": message(gettext_noop("Communes and wards")),
        "audience": "public",
        "geometry": "area",
        "icon": drawing(icon="map"),
        "label": "name",
        "figure": "",
        "looks": [],
        "properties": [_property(one, message(_OWN_TITLES[one]), {}) for one in areas.UNIT_PROPERTIES],
        "address": "/api/directory/units/{code}/",
    }


def _addresses(name: str) -> dict[str, str]:
    return {
        "name": name,
        "tiles": f"/tiles/{name}/{{z}}/{{x}}/{{y}}.pbf",
        "objects": f"/api/layers/{name}/objects/",
    }


def _look(look: Look) -> dict[str, Any]:
    return {"title": message(look.title), "icon": drawing(look.icon), "severity": look.severity}


def drawing(icon: str) -> str:
    """Return a Lucide icon's drawing for a box of 24 × 24; KeyError when the sprite lacks it."""
    return symbols()[f"i-{icon}"][1]


def _properties(found: Layer, scope: Scope) -> list[dict[str, Any]]:
    meta = found.query.rows(scope).model._meta
    return [
        _property(one, _title(found, one), _words(found, one) or _choices(meta.get_field(one)))
        for one in found.properties
    ]


def _property(name: str, title: Message, words: Mapping[str, Any]) -> dict[str, Any]:
    return {"name": name, "title": title, "words": dict(words)}


def _title(found: Layer, name: str) -> Message:
    return message(found.titles.get(name) or _column_title(found.query, name) or name)


def _column_title(query: Query, name: str) -> str:
    return next((one.title for one in query.columns if one.path == name), "")


def _words(found: Layer, name: str) -> Mapping[str, Any]:
    read = found.words.get(name) or next((one.words for one in found.query.columns if one.path == name), None)
    return read() if read else {}


def _choices(field: Any) -> dict[str, str]:
    return {str(value): str(title) for value, title in field.flatchoices}
