"""Gives every pytest run its own PostgreSQL and Redis, before Django's settings are read.

Loaded by ``addopts = -p tests.harness.plugin``: settings ask the environment for addresses at import, so the slot is
chosen when this module is imported and the servers start when the first test needs them configured.
"""

import os
import sys
from collections.abc import Generator

import pytest

from tests.harness.processes import RUNNING
from tests.harness.slot import Servers, take_slot

# Images of containers like to forbid Python to keep what it has compiled. A run starts hundreds of programs, and each
# would compile the whole project first.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

_FOLDER, _LOCK = take_slot()
SERVERS = Servers(_FOLDER, tidy=False)

os.environ["IOC_VAR"] = str(_FOLDER)
os.environ["DATABASE_URL"] = SERVERS.postgres.url()
os.environ["REDIS_URL"] = SERVERS.redis.url()
os.environ["IOC_DEMO"] = "1"
for _name in ("IOC_ROLE", "IOC_PROVINCE", "IOC_DEBUG", "IOC_HOST", "IOC_PORT", "IOC_PUBLIC_URL", "IOC_SECRET_KEY"):
    os.environ.pop(_name, None)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Start the servers once it is clear that tests will run."""
    if session.items and not session.config.option.collectonly:
        SERVERS.start()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show, with a failure, the last lines of every program that was running."""
    report = yield
    if report.failed:
        for centre in RUNNING:
            report.sections.append((f"programs of {centre.database}", centre.logs()))
    return report


def pytest_unconfigure() -> None:
    """Stop them, whatever happened."""
    SERVERS.stop()
    _LOCK.close()
