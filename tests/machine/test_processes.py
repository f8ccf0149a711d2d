"""The harness keeps what it promises to the tests that stand on it."""

import psycopg
import pytest

from tests.harness.browser import complaints
from tests.harness.plugin import SERVERS
from tests.harness.processes import IocProcesses
from tests.harness.waiting import wait_for

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def centre():
    """A centre without demo data; the last test stops it."""
    with IocProcesses(SERVERS, demo=False) as running:
        yield running


def test_a_centre_comes_up_on_a_database_of_its_own(centre):
    assert centre.status("/readyz") == 200
    assert centre.query("SELECT current_database()") == [(centre.database,)]
    assert all(centre.running(name) for name in ("web", "worker", "beat", "relay", "redis"))


@pytest.mark.browser
def test_a_page_opens_in_the_browser_without_complaints(centre, page):
    wrong = complaints(page)
    page.goto(centre.url)
    assert page.locator("html").get_attribute("lang") == "vi"
    assert wrong == []


@pytest.mark.chaos
def test_a_killed_redis_is_noticed_and_forgiven_when_it_returns(centre):
    centre.kill("redis")
    wait_for(lambda: centre.status("/readyz") == 503, what="/readyz to say that Redis is missing")
    assert centre.status("/healthz") == 200
    centre.start("redis")
    wait_for(lambda: centre.status("/readyz") == 200, what="/readyz to be content again")


def test_a_centre_goes_without_a_trace(centre):
    centre.stop()
    assert not any(centre.running(name) for name in centre.children)
    with psycopg.connect(SERVERS.postgres.url()) as connection:
        assert not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [centre.database]).fetchone()
