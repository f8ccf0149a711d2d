"""Every address of the site as a row: its route, what it asks the access table, and how to call it."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.views import APIView

from tests.shape.world import Thing

UNGUARDED = {
    "t/worker.js": "a program of a few lines, the same for everybody",
    "t/<str:token>/": "the signed address is the key: it opens one ticket for the person it was made for, and no more",
    "admin/login/": "sends strangers to the page where everybody signs in; shows nothing itself",
}
"""Addresses that ask no row of the access table, each with its reason."""

_THINGS = (
    ("api/alerts/<uuid:public_id>/", "public_id", "alert"),
    ("api/notifications/<uuid:public_id>/", "public_id", "message"),
    ("api/notifications/outbox/<uuid:public_id>/", "public_id", "anybodys message"),
    ("notifications/<uuid:public_id>/", "public_id", "message"),
    ("notifications/outbox/<uuid:public_id>/", "public_id", "anybodys message"),
    ("api/tickets/attachments/<uuid:public_id>/", "public_id", "attachment"),
    ("api/tickets/<uuid:public_id>/", "public_id", "ticket"),
    ("tickets/<uuid:public_id>/", "public_id", "ticket"),
    ("tickets/pictures/<uuid:public_id>/", "public_id", "attachment"),
    ("api/intake/batches/<uuid:public_id>/", "public_id", "batch"),
    ("api/intake/quarantine/<uuid:public_id>/", "public_id", "quarantined"),
    ("api/field-reports/<uuid:public_id>/", "public_id", "report"),
    ("api/public-services/<uuid:public_id>/", "public_id", "dossier"),
    ("api/cybersecurity/<int:pk>/", "pk", "event"),
    ("api/environment/<int:pk>/", "pk", "observation"),
    ("api/education/attendance/<int:pk>/", "pk", "roll"),
    ("api/health/<int:pk>/", "pk", "case"),
    ("api/government/tasks/<int:pk>/", "pk", "task"),
    ("api/public-safety/events/<uuid:public_id>/", "public_id", "camera event"),
    ("api/public-safety/incidents/<uuid:public_id>/", "public_id", "incident"),
    ("api/socioeconomy/projects/<int:pk>/", "pk", "project"),
    ("api/public-safety/cameras/<slug:slug>/", "slug", "camera"),
    ("public-safety/events/<uuid:public_id>/", "public_id", "camera event"),
    ("api/indicators/workbooks/<uuid:public_id>/", "public_id", "workbook"),
    ("indicators/deliver/workbooks/<uuid:public_id>/", "public_id", "workbook"),
    ("indicators/deliver/duties/<slug:duty>/", "duty", "duty"),
    ("api/directory/units/<slug:code>/", "code", "unit"),
    ("screens/<uuid:public_id>/", "public_id", "screen"),
    ("api/tickets/views/<uuid:public_id>/", "public_id", "saved view"),
    ("api/casework/checklists/<slug:slug>/", "slug", "checklist"),
    ("api/casework/texts/<slug:slug>/", "slug", "standard text"),
    ("api/policies/<slug:slug>/", "slug", "policy"),
    ("tickets/policies/<slug:slug>/", "slug", "policy"),
    *(
        (f"{start}/{kind}s/<uuid:public_id>/", "public_id", f"duty {kind}")
        for start in ("api/duty", "duty")
        for kind in ("rotation", "override", "swap", "leave", "feed")
    ),
    ("duty/me/leave/<uuid:public_id>/", "public_id", "duty leave"),
    ("duty/feed/<str:secret>.ics", "secret", "feed secret"),
    ("api/duty/rosters/<slug:roster>/", "roster", "roster"),
    ("duty/<slug:roster>/", "roster", "roster"),
    ("api/handovers/<uuid:public_id>/", "public_id", "handover"),
    ("duty/handover/<uuid:public_id>/", "public_id", "handover"),
    ("api/incidents/<uuid:public_id>/", "public_id", "joined alerts"),
    ("api/maintenance/<uuid:public_id>/", "public_id", "maintenance"),
    ("alerts/maintenance/<uuid:public_id>/", "public_id", "maintenance"),
    ("report/sent/<str:code>/", "code", "code"),
    ("follow/<str:code>/", "code", "code"),
)
"""Where a route names a thing of the world: beginning of the route, the name of its part, the kind of thing."""

_WORDS = {
    "verb": "acknowledge",
    "answer": "agree",
    "deed": "refresh",
    "of": "state",
    "monitor": "field_reports",
    "source": "portal",
    "panel": "awaiting",
    "slug": "overview",
    "language": "vi",
    "period": "2026-10",
    "app_label": "tickets",
    "content_type_id": "1",
    "object_id": "1",
    "id": "1",
    "url": "nothing/",
    "layer": "units",
    "z": "7",
    "x": "103",
    "y": "59",
}
"""Other parts of routes, which name nobody's thing."""


@dataclass(frozen=True)
class Address:
    """One route. ``kind`` is the thing it names, empty when it names none."""

    route: str
    callback: Callable[..., Any]

    def __str__(self) -> str:
        return f"/{self.route}"

    @property
    def is_api(self) -> bool:
        """True below /api/, where refusals are problem documents and not pages."""
        return self.route.startswith("api/")

    @property
    def is_admin(self) -> bool:
        """True in Django's admin."""
        return self.route.startswith("admin/")

    @property
    def view(self) -> APIView | None:
        """The REST view as it is made for a request, None for a page."""
        made = getattr(self.callback, "cls", None)
        return made(**self.callback.initkwargs) if made else None  # type: ignore[attr-defined]

    @property
    def action(self) -> str | None:
        """The row of the access table that is asked."""
        if self.view is not None:
            return str(self.view.access) if hasattr(self.view, "access") else None
        found = getattr(self.site or self.callback, "access", None)
        return found if isinstance(found, str) else None

    @property
    def site(self) -> admin.AdminSite | None:
        """The admin site whose pages' guard stands before this address, None elsewhere."""
        of_model = getattr(self.callback, "model_admin", None)
        return of_model.admin_site if of_model else getattr(self.callback, "admin_site", None)

    @property
    def methods(self) -> tuple[str, ...]:
        """The methods to try: those a REST view has, both for a page (which answers 405 to a wrong one).

        The admin's hundred pages share one guard that comes before the method.
        """
        if self.view is None:
            return ("get",) if self.is_admin else ("get", "post")
        return tuple(name for name in ("get", "post", "put", "patch", "delete") if hasattr(self.view, name))

    @property
    def kind(self) -> str:
        """The kind of thing the route names, empty when it names none."""
        return next((kind for start, _part, kind in _THINGS if self.route.startswith(start)), "")

    @property
    def described(self) -> str:
        """The path as the API's description writes it."""
        return "/" + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", self.route)

    def path(self, things: Mapping[str, Thing]) -> str:
        """Return the address of one of these things; LookupError where the walk must be taught a new part."""
        parts = {part: things[kind].key for start, part, kind in _THINGS if self.route.startswith(start)}

        def value(match: "re.Match[str]") -> str:
            return str(parts.get(match[1]) or _WORDS[match[1]])

        return "/" + re.sub(r"<(?:\w+:)?(\w+)>", value, self.route)

    def thing(self, things: Mapping[str, Thing]) -> Thing | None:
        """Return the thing the route names."""
        return things[self.kind] if self.kind else None


def addresses() -> list[Address]:
    """Return every address of the site, in the order they are looked up."""
    return list(_walk(get_resolver().url_patterns, ""))


def _walk(patterns: list[URLPattern | URLResolver], before: str) -> Iterator[Address]:
    for pattern in patterns:
        route = before + _plain(str(pattern.pattern))
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, route)
        else:
            yield Address(route, pattern.callback)


def _plain(route: str) -> str:
    """Write the admin's regular expressions as routes."""
    return re.sub(r"\(\?P<(\w+)>.*\)", r"<\1>", route.removeprefix("^")).removesuffix("$").replace("\\Z", "")
