"""One browser and one centre for all pages: each starts once, and no file needs the other ones' traces to be away."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.harness.browser import chromium
from tests.harness.plugin import SERVERS
from tests.harness.processes import IocProcesses


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """A headless Chromium; every test opens a fresh profile in it."""
    with chromium() as running:
        yield running


@pytest.fixture(scope="package")
def web() -> Iterator[IocProcesses]:
    """A whole centre with demo people and without a simulator.

    A file that moves its clock, fills its wall or kills its programs starts one of its own.
    """
    with IocProcesses(SERVERS) as running:
        yield running
