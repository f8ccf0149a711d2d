"""The wall's page, and the texts it renders stored messages with."""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from gettext import GNUTranslations
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.utils import translation

from services.directory.access import Reader, access, may
from services.directory.models import DutyShift, Person
from services.directory.pack import pack
from services.kernel import clock
from services.kernel.models import LIVE
from services.kernel.text import render as render_message
from services.wall import replay_pages
from services.wall.boards import OVERVIEW, Board, UnknownBoardError, together
from services.wall.overrides import boards_of, find, role_of

UNITS_URL = "/api/directory/units.geojson?level=commune"
VERBS = ("acknowledge", "shelve")
"""What a wall offers to do to an alert, each to whom the access table allows it."""


@access("wall.read")
def wall(request: HttpRequest, slug: str = OVERVIEW) -> HttpResponse:
    """Show a board; 404 for one that does not exist."""
    role = role_of(request.user)
    offered = boards_of(role)
    try:
        shown = find(slug, offered)
    except UnknownBoardError as error:
        raise Http404 from error
    return _page(request, role, shown, offered)


def boards_in_turn(
    request: HttpRequest, slugs: Sequence[str], rotation: Mapping[str, Any], *, name: str
) -> HttpResponse:
    """Show boards one after the other, as ``rotation`` says: the page of an unattended screen called ``name``.

    What the reader is no longer offered is left out; the overview stands in where nothing remains.
    """
    role = role_of(request.user)
    offered = boards_of(role)
    known = {one.slug: one for one in offered}
    several = [known[slug] for slug in slugs if slug in known] or [known[OVERVIEW]]
    turns = [{"slug": one.slug, "monitor": one.monitor, "layout": _layout(one)} for one in several]
    return _page(request, role, together(several), several, {"rotation": {**rotation, "boards": turns}}, name=name)


def _page(
    request: HttpRequest,
    role: str,
    shown: Board,
    offered: Sequence[Board],
    more: Mapping[str, Any] | None = None,
    *,
    name: str = "",
) -> HttpResponse:
    language = translation.get_language() or "vi"
    past = replay_pages.asked(request)
    config = {
        "board": shown.slug,
        "boards": [{"slug": one.slug, "title": one.title} for one in offered],
        "language": language,
        "wsUrl": "/ws/wall/",
        "messagesUrl": f"/wall/messages/{language}.json",
        "unitsUrl": UNITS_URL,
        "realm": settings.IOC_REALM,
        "simulated": settings.IOC_REALM != LIVE,
        "province": {"name": dict(pack().name), "subtitle": dict(pack().centre_short)},
        "user": _user(request, role, name),
        "now": clock.now(settings.IOC_REALM).isoformat(),
        "layout": _layout(shown),
        "csrf": get_token(request),
        "replay": past,
        **(more or {}),
    }
    context = {"config": config, "title": render_message(shown.title)}
    response = render(request, "wall/board.html", context, status=replay_pages.status(past))
    response["Cache-Control"] = "no-store"
    return response


def _layout(shown: Board) -> dict[str, Any]:
    tiles = [{name: getattr(tile, name) for name in tile.__slots__} for tile in shown.tiles]
    return {"version": shown.version, "columns": shown.columns, "rows": shown.rows, "tiles": tiles}


def _user(request: HttpRequest, role: str, name: str) -> dict[str, Any]:
    user = request.user
    shift = _shift()
    return {
        "name": name or _name_of(user),
        "role": role,
        "may": [verb for verb in VERBS if may(user, f"alerts.{verb}")],
        "duty": _duty(shift) if shift else None,
        "shift": {"starts": shift.starts.isoformat(), "ends": shift.ends.isoformat()} if shift else None,
    }


def _name_of(user: Reader) -> str:
    person = Person.objects.filter(user__pk=user.pk or 0).first()
    return person.full_name if person else user.get_username()


def _shift() -> DutyShift | None:
    """Return the operations room's present shift: the pack's first roster."""
    rosters = pack().rosters
    if not rosters:
        return None
    now = clock.now(settings.IOC_REALM)
    shifts = DutyShift.objects.filter(roster__slug=rosters[0].slug, starts__lte=now, ends__gt=now)
    return shifts.select_related("person").order_by("-starts").first()


def _duty(shift: DutyShift) -> dict[str, str]:
    until = shift.ends.astimezone(clock.LOCAL)
    name, hour = shift.person.full_name, until.strftime("%H:%M")
    return {"vi": f"{name}, đến {hour}", "en": f"{name}, until {hour}"}


@cache
def _catalogue(language: str) -> dict[str, str]:
    """Return the project's own translations; none for English, whose texts are the message ids themselves."""
    compiled = Path(settings.LOCALE_PATHS[0]) / language / "LC_MESSAGES" / "django.mo"
    if not compiled.exists():
        return {}
    with compiled.open("rb") as file:
        texts: dict[str | tuple[str, int], str] = GNUTranslations(file)._catalog  # type: ignore[attr-defined]
    return {msgid: text for msgid, text in texts.items() if isinstance(msgid, str) and msgid}


@access("portal.use")
def messages(request: HttpRequest, language: str) -> HttpResponse:
    """Return ``{"language", "catalog"}`` for rendering stored messages in the browser; 404 for another language."""
    if language not in dict(settings.LANGUAGES):
        raise Http404
    body = json.dumps({"language": language, "catalog": _catalogue(language)}, ensure_ascii=False)
    etag = f'"{sha256(body.encode()).hexdigest()[:20]}"'
    if request.headers.get("If-None-Match") == etag:
        return HttpResponseNotModified()
    return HttpResponse(
        body, content_type="application/json", headers={"ETag": etag, "Cache-Control": "private, max-age=60"}
    )
