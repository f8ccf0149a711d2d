"""The API does what its description says: generated requests to every operation get nothing undocumented back."""

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
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.shape.world import World

CSRF = "x" * 32
PROMISES = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
"""An empty filter is no filter, whatever its format, so "invalid input is always refused" is not among them."""
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


def identity(world: World, path: str) -> dict[str, str]:
    return {"Authorization": f"Token {world.token}"} if path.startswith("/api/intake/{monitor}") else {}


@schema.parametrize()
@hypothesis.settings(max_examples=6, derandomize=True, deadline=None, database=None, print_blob=False)
def test_every_operation_keeps_to_its_description(world: World, case: schemathesis.Case[Any]):
    headers = {"X-CSRFToken": CSRF, **identity(world, case.operation.path)}
    cookies = {settings.SESSION_COOKIE_NAME: world.sessions["supervisor"], settings.CSRF_COOKIE_NAME: CSRF}
    with transaction.atomic():
        case.call_and_validate(headers=headers, cookies=cookies, checks=PROMISES)
        transaction.set_rollback(True)
