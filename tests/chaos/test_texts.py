"""A sender dies over an SMS or a webhook: none is lost, and none arrives twice but under a key that says so."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.chaos.points import Nest, Order
from tests.chaos.texts import Post
from tests.flow.kit import settle
from tests.harness.processes import IocProcesses
from tests.harness.waiting import wait_for

pytestmark = [pytest.mark.chaos, pytest.mark.slow]
CLAIM = timedelta(minutes=3)


@pytest.fixture(scope="module")
def alone(centre: IocProcesses) -> Iterator[IocProcesses]:
    """The centre at rest and without its worker: who sends is hatched by the test."""
    settle(centre)
    centre.kill("worker")
    yield centre
    centre.start("worker")


@pytest.mark.parametrize(
    "channel, point, state, times",
    [
        ("sms", "before_commit", "sent", 1),
        ("sms", "after_commit", "sent", 1),
        ("sms", "mid_text", "unknown", 1),
        ("sms", "after_text", "unknown", 1),
        ("webhook", "before_commit", "delivered", 1),
        ("webhook", "after_commit", "delivered", 1),
        ("webhook", "mid_text", "delivered", 2),
        ("webhook", "after_text", "delivered", 2),
    ],
)
def test_whoever_takes_over_sends_what_it_may_and_calls_the_rest_unknown(
    alone: IocProcesses, nest: Nest, post: Post, channel: str, point: str, state: str, times: int
) -> None:
    (name,) = post.tell(channel)
    assert nest.run(Order("sender", point, 1, "itself"), None), "it died there"
    post.let_claims_lapse(CLAIM)
    nest.run(Order("sender", "after_text", 99, "itself"), None)
    assert post.states()[name] == (channel, state)
    wait_for(lambda: post.arrived()[name] == times, what=f"{times} requests", seconds=5)
    assert post.wrong() == []
