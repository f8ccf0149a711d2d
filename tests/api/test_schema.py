"""The API does what its description says: generated requests to every operation get nothing undocumented back."""

import os
import zlib
from collections.abc import Iterator
from functools import cache
from typing import Any

import hypothesis
import pytest
import schemathesis
from django.conf import settings
from django.core import signals
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from drf_spectacular.generators import SchemaGenerator
from schemathesis.core.parameters import ParameterLocation
from schemathesis.core.result import Ok
from schemathesis.generation.meta import CoveragePhaseData, CoverageScenario
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
OF_VERBS = "TicketVerbRequest", "AlertVerbRequest"
"""Bodies that many verbs share: one view's one serializer refuses a wrong one before the verb matters."""
ONE_IN = int(os.environ.get("IOC_SCHEMA_ONE_IN", "4"))
"""Of wrong types of each parameter and choices of optional fields, two thirds of all, a share is sent; nightly all."""
MANY = CoverageScenario.INCORRECT_TYPE, CoverageScenario.OBJECT_REQUIRED_AND_OPTIONAL
DESCRIPTION: dict[str, Any] = SchemaGenerator().get_schema(public=True)
schema = schemathesis.openapi.from_dict(DESCRIPTION)
schema.app = get_wsgi_application()


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


def body_of(operation: Any) -> str:
    """Return the name under which an operation's JSON body is described; empty without one."""
    content = operation.definition.raw.get("requestBody", {}).get("content", {})
    return str(content.get("application/json", {}).get("schema", {}).get("$ref", "")).rpartition("/")[2]


@cache
def verbs() -> dict[str, list[str]]:
    """Return the operations of each view of verbs, by the name of the body that they all take."""
    taking: dict[str, list[str]] = {body: [] for body in OF_VERBS}
    for result in schema.get_all_operations():
        assert isinstance(result, Ok), result
        taking.get(body_of(result.ok()), []).append(result.ok().label)
    assert all(len(labels) > 5 for labels in taking.values())
    return taking


def is_left_out(case: schemathesis.Case[Any]) -> bool:
    """Tell whether one of the many cases of a kind is not sent: another verb gets it, or the nightly run."""
    told = case.meta and case.meta.phase.data
    if not isinstance(told, CoveragePhaseData) or told.scenario not in MANY:
        return False
    number = zlib.crc32(f"{case.operation.label} {told.parameter} {told.description} {case.body!r}".encode())
    wrong = told.scenario == CoverageScenario.INCORRECT_TYPE and told.parameter_location == ParameterLocation.BODY
    players = verbs().get(body_of(case.operation)) if wrong else None
    if players:
        return bool(players[zlib.crc32(repr(case.body).encode()) % len(players)] != case.operation.label)
    return number % ONE_IN != 0


@schema.parametrize()
@hypothesis.settings(max_examples=8, derandomize=True, deadline=None, database=None, print_blob=False)
@pytest.mark.slow
def test_every_operation_keeps_to_its_description(world: World, case: schemathesis.Case[Any]):
    if is_left_out(case):
        return
    aim(case, world)
    headers = identity(case, world)
    who = WHO.get(case.operation.path, "supervisor")
    cookies = {settings.SESSION_COOKIE_NAME: world.sessions[who], settings.CSRF_COOKIE_NAME: CSRF}
    with transaction.atomic():
        case.call_and_validate(headers=headers, cookies=cookies, excluded_checks=NOT_PROMISED)
        transaction.set_rollback(True)
