"""Who holds a place sees what is there and nothing of the neighbour: in lists, exports, boards, figures and layers."""

from collections.abc import Mapping
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from services import registry
from services.contract import Scope
from services.kernel import clock
from services.tickets.models import Ticket
from tests.shape.addresses import UNGUARDED, Address, addresses
from tests.shape.world import ACTORS, FAR_UNIT, NEAR_UNIT, SCREENS, SECRETS, WORDS, Actor, Thing, World

OPEN = [a for a in addresses() if a.route not in UNGUARDED and not a.is_admin and "get" in a.methods]
LISTS = (
    "/api/alerts/",
    "/api/tickets/",
    "/api/field-reports/",
    "/api/public-services/",
    "/api/cybersecurity/",
    "/api/environment/",
    "/api/health/",
    "/api/government/tasks/",
    "/api/public-safety/events/",
    "/api/public-safety/incidents/",
    "/api/socioeconomy/projects/",
)
PLACED = [actor for actor in ACTORS if (actor.unit or actor.department) and actor.role not in SCREENS]
LOCAL_SCREEN = next(actor for actor in ACTORS if actor.role == "local_kiosk")
STAFF = [actor for actor in ACTORS if actor.role not in {"anonymous", "citizen", "local_kiosk"}]
WIDE = "?holder=all&state=all&stream="
"""Asks pages and figures for all that the reader may see."""


def marks(things: Mapping[str, Thing], unit: str) -> set[str]:
    """Return what gives the things of a commune away wherever it is shown."""
    kinds = ("report", "dossier", "alert", "ticket", "attachment")
    return {str(things[kind].key) for kind in kinds} | {WORDS[unit], WORDS[unit].replace(" ", "-")}


def shown(world: World, actor: Actor, path: str, accept: str = "*/*") -> str:
    """Return all of what an address shows to an actor."""
    answer: Any = world.client(actor).get(path, headers={"Accept": accept})
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return f"{content.decode(errors='replace')} {answer.headers.get('Location', '')}"


@pytest.mark.parametrize("address", OPEN, ids=str)
@pytest.mark.slow
def test_nothing_of_another_commune_is_shown_to_whoever_holds_one(world: World, address: Address):
    far = marks(world.far, FAR_UNIT)
    path = address.path(world.near)
    for actor in PLACED:
        for accept in ("*/*", "text/csv"):
            text = shown(world, actor, path + WIDE, accept)
            assert not {mark for mark in far if mark in text}, f"{actor} {accept}"


@pytest.mark.parametrize("path", LISTS)
def test_lists_and_exports_hold_what_is_near_and_for_the_centre_both(world: World, path: str):
    unit, office, *_ = PLACED
    near, far = marks(world.near, NEAR_UNIT), marks(world.far, FAR_UNIT)
    for accept in ("application/json", "text/csv"):
        for actor in [office] if "cyber" in path else [unit, office]:
            assert any(mark in shown(world, actor, path, accept) for mark in near), f"{actor} {accept}"
        text = shown(world, next(a for a in ACTORS if a.role == "operator"), path, accept)
        assert any(mark in text for mark in near)
        assert any(mark in text for mark in far)


@pytest.mark.parametrize("path", LISTS)
def test_a_filter_widens_nothing(world: World, path: str):
    far = marks(world.far, FAR_UNIT)
    for query in (f"?unit={FAR_UNIT}", "?department=so-y-te", "?realm=demo", "?page_size=500"):
        text = shown(world, PLACED[0], path + query)
        assert not {mark for mark in far if mark in text}, query


@pytest.mark.parametrize("stream", ["province", f"unit:{FAR_UNIT}", "department:so-y-te", "unit:", "", "x"])
@pytest.mark.parametrize("end", ["why", "rows"])
def test_a_figure_of_another_place_is_not_found(world: World, stream: str, end: str):
    for actor in PLACED:
        path = f"/api/panels/field_reports/awaiting/{end}/?stream={stream}"
        assert world.client(actor).get(path).status_code == (200 if not stream else 404), actor


def test_a_board_holds_the_tiles_of_the_readers_own_place(world: World):
    def keys(actor: Actor) -> set[str]:
        tiles = world.client(actor).get("/api/boards/overview/tiles/").json()["tiles"]
        return {tile["key"] for tile in tiles if not tile["key"].startswith("panel:")}

    near = {f"{kind}:{world.near[kind].key}" for kind in ("alert", "ticket")}
    far = {f"{kind}:{world.far[kind].key}" for kind in ("alert", "ticket")}
    for actor in (*PLACED, LOCAL_SCREEN):
        assert keys(actor) == near, actor
    for actor in STAFF:
        if actor not in PLACED:
            assert keys(actor) >= near | far, actor


@pytest.mark.parametrize(
    "query",
    [
        pytest.param(query, id=f"{monitor.slug}-{query.slug}")
        for monitor in registry.monitors()
        for query in {layer.query.slug: layer.query for layer in monitor.layers}.values()
    ],
)
def test_layers_hold_what_is_in_their_scope(world: World, query):
    now = clock.now("demo")
    whole = {row.pk for row in query.rows(Scope("demo", now))}
    near = {row.pk for row in query.rows(Scope("demo", now, unit=NEAR_UNIT))}
    far = {row.pk for row in query.rows(Scope("demo", now, unit=FAR_UNIT))}
    assert near | far <= whole
    assert not near & far
    assert not {row.pk for row in query.rows(Scope("live", now))} & whole


def test_figures_of_a_place_are_about_that_place(world: World):
    scope = Scope("demo", clock.now("demo"), unit=NEAR_UNIT)
    far = marks(world.far, FAR_UNIT) | {FAR_UNIT}
    for monitor in registry.monitors():
        for panel in monitor.panels:
            figure = panel.figure(scope)
            held = repr((figure.values, figure.rows, [vars(row) for row in figure.query.rows(scope)]))
            assert not {mark for mark in far if mark in held}, panel.slug


def test_a_ticket_is_not_merged_into_one_that_is_out_of_reach(world: World):
    """Whether it exists is not told either: an invented one gets the same answer."""
    near, far = world.near["ticket"].key, world.far["ticket"].key
    for actor in PLACED:
        client = world.client(actor)
        answers = [
            client.post(f"/api/tickets/{near}/merge/", {"into": str(into)}, content_type="application/json")
            for into in (far, "019a0000-0000-7000-8000-000000000000")
        ]
        assert [answer.status_code for answer in answers] == [400, 400], actor
        assert answers[0].json() == answers[1].json()
    assert Ticket.objects.get(public_id=near).state == "new"


@pytest.mark.parametrize("address", OPEN, ids=str)
@pytest.mark.slow
def test_who_reported_and_the_reporters_key_are_shown_to_nobody(world: World, address: Address):
    if address.kind == "code":
        return
    for actor in STAFF:
        for accept in ("*/*", "text/csv"):
            text = shown(world, actor, address.path(world.near) + WIDE, accept)
            assert not {secret for secret in SECRETS if secret in text}, f"{actor} {accept}"
            assert str(world.near["code"].key) not in text, f"{actor} {accept}"


def test_an_auditor_writes_nothing(world: World):
    auditor = next(actor for actor in ACTORS if actor.role == "auditor")
    writing = [address for address in addresses() if "post" in address.methods and address.is_api]
    assert len(writing) > 25
    for address in writing:
        client = world.client(auditor)
        path = address.path(world.near)
        body = {"file": SimpleUploadedFile("a.txt", b"x"), "note": "x"}
        for sent in ({"data": body}, {"data": {"note": "x"}, "content_type": "application/json"}):
            assert client.post(path, **sent).status_code in {401, 404}, path
