"""One centre that lives through everything that is done to it, its gateway, and the nest its killers come from."""

from collections.abc import Iterator

import pytest
from django.db import connections

from tests.chaos.points import Nest
from tests.chaos.texts import Post, described
from tests.flow.kit import Person, settle
from tests.harness.plugin import SERVERS
from tests.harness.processes import IocProcesses
from tests.harness.slot import Servers
from tests.services.notify.kit import Gateway, gateway


@pytest.fixture(scope="package")
def doomed() -> Iterator[Servers]:
    """The run's own servers, which are killed too: nothing but the centre uses them meanwhile. They vacuum."""
    connections.close_all()
    SERVERS.restart_postgres(tidy=True)
    yield SERVERS
    connections.close_all()
    SERVERS.restart_postgres(tidy=False)


@pytest.fixture(scope="package")
def exchange() -> Iterator[Gateway]:
    """Where SMS and webhooks of realm live arrive, over a real socket; it answers everything."""
    with gateway() as running:
        yield running


@pytest.fixture(scope="package")
def centre(doomed: Servers, exchange: Gateway, tmp_path_factory: pytest.TempPathFactory) -> Iterator[IocProcesses]:
    """A whole centre that lives through all rounds."""
    file = tmp_path_factory.mktemp("gateways") / "notify.toml"
    file.write_text(described(exchange), encoding="utf-8")
    with IocProcesses(doomed, env={"IOC_NOTIFY": str(file)}) as running:
        settle(running)
        yield running


@pytest.fixture(scope="package")
def operator(centre: IocProcesses) -> Person:
    return Person(centre, "operator")


@pytest.fixture(scope="package")
def post(centre: IocProcesses, exchange: Gateway) -> Post:
    """Somebody in realm live who is told by SMS and by webhook."""
    return Post(centre, exchange)


@pytest.fixture(scope="package")
def nest(centre: IocProcesses) -> Iterator[Nest]:
    """Where programs come from that die at an exact point."""
    with Nest(centre) as hatching:
        yield hatching
