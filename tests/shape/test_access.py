"""Every address for everybody: the access table's own words against what the site answers."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.authentication import SessionAuthentication

from services.directory.access import ROLES, TABLE
from services.wall.routing import websocket_urlpatterns
from tests.shape.addresses import UNGUARDED, Address, addresses
from tests.shape.world import ACTORS, Actor, Thing, World, may

ROOT = Path(__file__).resolve().parents[2]
ADDRESSES = addresses()
GUARDED = [address for address in ADDRESSES if address.route not in UNGUARDED]

UNASKED = {"subjects.read": "who a reporter is stands in the table and is shown to nobody yet"}


def test_every_address_has_a_row_in_the_access_table():
    without = {str(address): address.action for address in GUARDED if address.action not in TABLE}
    assert not without
    sockets = {str(route.pattern): route.callback.consumer_class.access for route in websocket_urlpatterns}
    assert set(sockets.values()) <= set(TABLE)


def test_what_asks_no_row_is_listed_with_its_reason_and_still_exists():
    assert UNGUARDED.keys() <= {address.route for address in ADDRESSES}
    assert all(len(reason) > 20 for reason in UNGUARDED.values())


def test_the_walk_knows_every_role():
    assert [actor.role for actor in ACTORS if "department" not in actor.name] == list(ROLES)


def test_every_row_of_the_table_is_asked_somewhere():
    asked = {address.action for address in ADDRESSES}
    sources = [file for folder in ("ioc", "services", "monitors") for file in (ROOT / folder).rglob("*.py")]
    code = "\n".join(file.read_text() for file in sources if file.name != "access.py")
    unasked = {row for row in TABLE if row not in asked and not re.search(rf'"{re.escape(row)}"', code)}
    assert unasked == set(UNASKED), "a row that nothing asks says something untrue of the house"


@pytest.mark.parametrize("address", GUARDED, ids=str)
@pytest.mark.slow
def test_everybody_gets_what_the_table_says(world: World, address: Address):
    wrong = []
    for actor in ACTORS:
        for where, things in (("near", world.near), ("far", world.far)):
            thing = address.thing(things)
            for method in address.methods:
                expected = expectation(address, actor, thing)
                answer = ask(world, actor, method, address, address.path(things))
                if not agrees(answer, expected, address):
                    wrong.append(f"{actor}, {where}, {method}: {expected} expected, {answer.status_code} came")
            if thing is None or thing.nobodys:
                break
    assert not wrong, "\n".join(wrong)


def expectation(address: Address, actor: Actor, thing: Thing | None) -> str:
    """Return what an actor is to get from an address."""
    takes_sessions = address.view is None or SessionAuthentication in address.view.authentication_classes
    if takes_sessions and may(actor, str(address.action), thing):
        return "let in"
    if address.is_api:
        return "refused" if actor.role == "anonymous" or not takes_sessions else "nothing here"
    return "sign in" if actor.role == "anonymous" and not may(actor, str(address.action)) else "nothing here"


def agrees(answer: Any, expected: str, address: Address) -> bool:
    """Tell whether an answer is the expected one.

    A page that has no such method says so to whoever gets past its guard, whatever it is about; the admin's own pages
    refuse an administrator for reasons of their own (read-only, no such row).
    """
    if expected != "sign in" and address.view is None and answer.status_code == 405:
        return True
    if expected == "let in" and address.is_admin:
        return verdict(answer) in {"let in", "refused", "nothing here"}
    return verdict(answer) == expected


def verdict(answer: Any) -> str:
    """Return what an answer amounts to for whoever asked."""
    if answer.status_code == 302 and answer["Location"].startswith("/accounts/login/"):
        return "sign in"
    return {401: "refused", 403: "refused", 404: "nothing here", 500: "broken"}.get(answer.status_code, "let in")


def ask(world: World, actor: Actor, method: str, address: Address, path: str) -> Any:
    """Ask as the actor; a POST to the API carries JSON, or the file that its address is for."""
    client = world.client(actor)
    if method == "post" and path.endswith("/attach/") and address.is_api:
        return client.post(path, {"file": SimpleUploadedFile("a.pdf", b"%PDF-1.7 x")})
    if method == "post" and address.is_api:
        return client.post(path, {}, content_type="application/json")
    return getattr(client, method)(path)
