"""The harness keeps what it promises to the tests that stand on it."""

import pytest

from tests.harness.browser import complaints
from tests.harness.waiting import wait_for

pytestmark = pytest.mark.slow


def test_a_centre_comes_up_on_a_database_of_its_own_and_goes_without_a_trace(start_centre):
    centre = start_centre(demo=False)
    assert centre.status("/readyz") == 200
    assert centre.query("SELECT current_database()") == [(centre.database,)]
    assert all(centre.running(name) for name in ("web", "worker", "beat", "relay", "redis"))
    centre.stop()
    assert not any(centre.running(name) for name in centre.children)


@pytest.mark.chaos
def test_a_killed_redis_is_noticed_and_forgiven_when_it_returns(start_centre):
    centre = start_centre(demo=False)
    centre.kill("redis")
    wait_for(lambda: centre.status("/readyz") == 503, what="/readyz to say that Redis is missing")
    assert centre.status("/healthz") == 200
    centre.start("redis")
    wait_for(lambda: centre.status("/readyz") == 200, what="/readyz to be content again")


@pytest.mark.browser
def test_a_page_opens_in_the_browser_without_complaints(start_centre, page):
    centre = start_centre(demo=False, programs=("web",))
    wrong = complaints(page)
    page.goto(centre.url)
    assert page.locator("html").get_attribute("lang") == "vi"
    assert wrong == []
