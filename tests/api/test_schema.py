"""The API does what its description says: generated requests to every operation get nothing undocumented back."""

import zlib
from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest
import schemathesis
from django.conf import settings
from django.core import signals
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from drf_spectacular.generators import SchemaGenerator
from schemathesis.specs.openapi import checks as openapi

from tests.shape.addresses import addresses
from tests.shape.world import World

CSRF = "x" * 32
API = [address for address in addresses() if address.is_api]
NOT_PROMISED = [
    openapi.negative_data_rejection,  # an empty filter is no filter, whatever its format
    openapi.positive_data_acceptance,  # rules refuse too: a merge into itself, a deadline in the past
    openapi.ignored_auth,  # it cannot take the session away from these requests; tests/shape/test_access.py does
]
"""Every other check of the tool is made: server errors, status codes, media types, headers, bodies."""
WHO = {"/api/tickets/direct/": "leader"}
"""Who may do what a supervisor may not."""
DESCRIPTION: dict[str, Any] = SchemaGenerator().get_schema(public=True)
schema = schemathesis.openapi.from_dict(DESCRIPTION)
schema.app = get_wsgi_application()


def test_the_description_is_made_without_a_warning(tmp_path):
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(tmp_path / "schema.yml"))


@pytest.fixture(autouse=True)
def connection_stays() -> Iterator[None]:
    """As Django's own test client does: the end of a request must not close the connection the test's data is in."""
    for signal in (signals.request_started, signals.request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (signals.request_started, signals.request_finished):
        signal.connect(close_old_connections)


def aim(case: schemathesis.Case[Any], world: World) -> None:
    """Let most generated ids be those of things that are there: what is not found exercises little."""
    kind = next((a.kind for a in API if a.described == case.operation.path), "")
    if not (kind and case.path_parameters):
        return
    for name, value in case.path_parameters.items():
        if zlib.crc32(repr(value).encode()) % 4:
            case.path_parameters[name] = str(world.near[kind].key)


def identity(case: schemathesis.Case[Any], world: World) -> dict[str, str]:
    """Return the source's token for what sources send, and aim it at the source it belongs to."""
    if case.operation.path != "/api/intake/{monitor}/{source}/":
        return {"X-CSRFToken": CSRF}
    case.path_parameters = {"monitor": "field_reports", "source": "portal"}
    return {"Authorization": f"Token {world.token}"}


@schema.parametrize()
@hypothesis.settings(max_examples=8, derandomize=True, deadline=None, database=None, print_blob=False)
@pytest.mark.slow
def test_every_operation_keeps_to_its_description(world: World, case: schemathesis.Case[Any]):
    aim(case, world)
    headers = identity(case, world)
    who = WHO.get(case.operation.path, "supervisor")
    cookies = {settings.SESSION_COOKIE_NAME: world.sessions[who], settings.CSRF_COOKIE_NAME: CSRF}
    with transaction.atomic():
        case.call_and_validate(headers=headers, cookies=cookies, excluded_checks=NOT_PROMISED)
        transaction.set_rollback(True)
