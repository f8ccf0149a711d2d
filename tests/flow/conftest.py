from collections.abc import Iterator

import pytest

from tests.flow.kit import Person, settle
from tests.harness.plugin import SERVERS
from tests.harness.processes import IocProcesses


@pytest.fixture(scope="package")
def centre() -> Iterator[IocProcesses]:
    """A whole centre with demo data and without the simulator, come to rest, shared by all tests of the flow."""
    with IocProcesses(SERVERS) as running:
        settle(running)
        yield running


@pytest.fixture(scope="package")
def operator(centre: IocProcesses) -> Person:
    return Person(centre, "operator")


@pytest.fixture(scope="package")
def supervisor(centre: IocProcesses) -> Person:
    return Person(centre, "supervisor")
