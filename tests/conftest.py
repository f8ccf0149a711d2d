"""Fixtures that every test may ask for; the servers themselves are started by ``tests.harness.plugin``."""

import os
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest
import redis
from django.conf import settings as django_settings
from django.db import connection, connections, transaction
from django.test import TransactionTestCase, override_settings
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from playwright.sync_api import Browser, Page
from xdist.scheduler import LoadScopeScheduling

from tests.harness.browser import chromium, keep_picture, window
from tests.harness.databases import clone, migrated
from tests.harness.plugin import SERVERS
from tests.harness.processes import IocProcesses
from tests.harness.slot import TEST_ROOT, Servers

if TYPE_CHECKING:
    from pytest_django import DjangoDbBlocker, Settings

    from tests.harness.kept import Kept
    from tests.province import Province
    from tests.shape.world import World

hypothesis_settings.register_profile("ioc", deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
hypothesis_settings.register_profile("quick", hypothesis_settings.get_profile("ioc"), max_examples=25)
hypothesis_settings.load_profile("ioc")

FAILED = pytest.StashKey[bool]()
POLITE = pytest.StashKey[bool]()
DATABASE = "under_test"


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: "DjangoDbBlocker") -> Iterator[None]:
    """The run's database: a clone of one that was migrated once; a test that commits leaves it as it was."""
    from tests.harness.emptying import empty  # noqa: PLC0415 - models load after Django is set up

    clone(SERVERS.postgres, migrated(SERVERS.postgres, SERVERS.folder), DATABASE)
    connection.settings_dict["NAME"] = DATABASE
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _case: empty())
        yield
    with django_db_blocker.unblock():
        connections.close_all()


@pytest.fixture
def redis_client() -> "Iterator[redis.Redis]":
    """A client of the run's Redis, which starts and ends empty."""
    client = redis.Redis.from_url(SERVERS.redis.url(), decode_responses=True)
    client.flushall()
    yield client
    client.flushall()
    client.close()


@pytest.fixture(scope="session")
def keeping(django_db_setup: None, django_db_blocker: "DjangoDbBlocker") -> "Callable[..., Kept]":
    """A function for fixtures of the session: what a preparation writes with these settings, to be put back by tests.

    Such a fixture is ready before a test's transaction begins.
    """
    from tests.harness.kept import keep  # noqa: PLC0415 - models load after Django is set up

    def kept(load: Callable[[], object], **settings: Any) -> "Kept":
        with django_db_blocker.unblock(), override_settings(**settings):
            return keep(load)

    return kept


@pytest.fixture(scope="session")
def kept_province(keeping: "Callable[..., Kept]") -> "Kept":
    """The synthetic province's rows."""
    from tests.province import load  # noqa: PLC0415 - models load after Django is set up

    return keeping(load, IOC_PROVINCE="sample")


@pytest.fixture(scope="session")
def kept_pack(keeping: "Callable[..., Kept]") -> "Kept":
    """The rows of the default pack, its policies and its indicators."""
    from tests.province import load_pack  # noqa: PLC0415 - models load after Django is set up

    return keeping(lambda: load_pack(django_settings.IOC_PROVINCE))


@pytest.fixture
def pack_loaded(kept_pack: "Kept", db: None) -> bool:
    """The default pack, its policies and its indicators."""
    kept_pack.put_back()
    return True


@pytest.fixture
def province(request: pytest.FixtureRequest, kept_province: "Kept", db: None, settings: "Settings") -> "Province":
    """The synthetic province of three communes, with people on its ladder."""
    from tests.province import load, loaded  # noqa: PLC0415 - models load after Django is set up

    beside = "pack_loaded" in request.fixturenames and request.getfixturevalue("pack_loaded")
    settings.IOC_PROVINCE = "sample"
    if beside:  # what both provinces name is there already, and only loading knows how to share it
        return load()
    kept_province.put_back()
    return loaded()


@pytest.fixture(scope="session")
def kept_world(keeping: "Callable[..., Kept]") -> "tuple[Kept, World]":
    """The rows of the inhabited world, and what tests know of it."""
    from tests.shape.world import build  # noqa: PLC0415 - models load after Django is set up

    built: list[World] = []
    return keeping(lambda: built.append(build()), IOC_PROVINCE="sample"), built[0]


@pytest.fixture(scope="module")
def shared_world(kept_world: "tuple[Kept, World]", django_db_blocker: "DjangoDbBlocker") -> "Iterator[World]":
    """The world of one file, in a transaction that the file's tests only add savepoints to."""
    kept, world = kept_world
    with django_db_blocker.unblock(), override_settings(IOC_PROVINCE="sample"), transaction.atomic():
        kept.put_back()
        yield world
        transaction.set_rollback(True)


@pytest.fixture
def world(shared_world: "World", db: None) -> "World":
    """Somebody of every role, and the same things in two communes."""
    return shared_world


@pytest.fixture
def start_centre() -> Iterator[Callable[..., IocProcesses]]:
    """Start centres with what a test needs: ``start_centre(programs=("web", "relay"))``; stopped after the test."""
    with ExitStack() as stack:
        yield lambda **options: stack.enter_context(IocProcesses(SERVERS, **options))


@pytest.fixture(scope="module")
def centre() -> Iterator[IocProcesses]:
    """A whole centre with demo data and without the simulator, shared by the tests of one file."""
    with IocProcesses(SERVERS) as running:
        yield running


@pytest.fixture
def doomed_servers() -> Iterator[Servers]:
    """A PostgreSQL cluster and a Redis that a test may kill without harm to others."""
    servers = Servers(SERVERS.folder / "doomed")
    servers.start()
    yield servers
    servers.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A headless Chromium."""
    with chromium() as running:
        yield running


@pytest.fixture
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page in a fresh profile, Vietnamese, 1920 by 1080; a failed test leaves its picture in var/test/pictures."""
    with window(browser) as context:
        opened = context.new_page()
        yield opened
        if request.node.stash.get(FAILED, False):
            keep_picture(opened, TEST_ROOT / "pictures", request.node.name)


def pytest_configure(config: pytest.Config) -> None:
    """Try properties on a quarter of the examples where slow tests are left out; the whole run tries all."""
    if "not slow" in config.option.markexpr:
        hypothesis_settings.load_profile("quick")


WITH_PROCESSES = (
    "tests/browser/",
    "tests/chaos/",
    "tests/flow/",
    "tests/machine/test_processes.py",
)
"""Where tests start whole centres, which answer in time or not: they need a core for themselves."""

LONG = (
    "tests/api/test_schema.py",
    "tests/machine/test_server.py",
    "tests/machine/test_startmonitor.py",
    "tests/shape/test_access.py",
    "tests/simulator/test_seed.py",
)
"""Files that take most of a minute or more: begun early, or one worker would be at one of them when all is done."""


class OneForPrograms(LoadScopeScheduling):  # type: ignore[misc]  # untyped package
    """Lets one of the workers take all that starts programs; the others take the rest, file by file."""

    def _split_scope(self, nodeid: str) -> str:
        return "programs" if nodeid.startswith(WITH_PROCESSES) else nodeid.partition("::")[0]


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> OneForPrograms:
    """Share a run (``-n 2``) so that no two tests wait for programs at the same time."""
    return OneForPrograms(config, log)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Let those go first who wait for programs: of three workers on two cores, the others take what these leave.

    What this worker is, it learns by its tests; in the end all take what is left over.
    """
    polite = item.config.stash.get(POLITE, False)
    if "PYTEST_XDIST_WORKER" in os.environ and not polite and not item.nodeid.startswith(WITH_PROCESSES):
        item.config.stash[POLITE] = True
        for process in (0, *(child.pid for child in SERVERS.children.values())):
            os.setpriority(os.PRIO_PROCESS, process, 5)


@pytest.hookimpl(tryfirst=True)  # before -m chooses
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest; whatever starts a whole centre is slow.

    Workers take tests by their names, so that of two with the same name one would be left out and nobody would know.
    """
    for item in items:
        parameters = item.name.partition("[")[2].removesuffix("]")
        if parameters and "[" not in item.nodeid:  # schemathesis names its operations in a way of its own
            item._id = item.id.with_params(parameters)
        if item.nodeid.startswith(WITH_PROCESSES):
            item.add_marker("slow")
    if twins := [name for name, count in Counter(item.nodeid for item in items).items() if count > 1]:
        message = f"tests of the same name: {', '.join(twins)}"
        raise pytest.UsageError(message)
    items.sort(key=lambda item: (not item.nodeid.startswith(WITH_PROCESSES), not item.nodeid.startswith(LONG)))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember failures for the fixtures above."""
    report = yield
    if report.failed:
        item.stash[FAILED] = True
    return report
