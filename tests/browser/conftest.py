"""A centre for the pages' browser tests."""

from collections.abc import Iterator

import pytest

from tests.harness.plugin import SERVERS
from tests.harness.processes import IocProcesses


@pytest.fixture(scope="module")
def web() -> Iterator[IocProcesses]:
    """A centre with demo people, web server and worker: what a page needs to see a report become a ticket."""
    with IocProcesses(SERVERS, programs=("web", "worker", "beat")) as running:
        yield running
