"""Programs are killed at any moment, again and again: nothing is lost and nothing is doubled.

``IOC_CHAOS_ROUNDS`` (30) says how many rounds there are, ``IOC_CHAOS_SEED`` (1) the first one's seed. Rounds follow
each other without a rest; after each five everything must come to rest and be true.
"""

import logging
import os
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.chaos.points import Nest
from tests.chaos.texts import Post
from tests.chaos.truth import broken, head, wrong_ledger, wrong_letters, wrong_wall
from tests.chaos.world import Ledger, Round, move_clock
from tests.flow.kit import Person, Wall, settle
from tests.harness.processes import IocProcesses
from tests.harness.slot import Servers
from tests.harness.waiting import wait_for

log = logging.getLogger(__name__)
pytestmark = [pytest.mark.chaos, pytest.mark.slow]
ROUNDS = int(os.environ.get("IOC_CHAOS_ROUNDS", "30"))
FIRST = int(os.environ.get("IOC_CHAOS_SEED", "1"))
TOGETHER = 5
STORMS = [range(start, min(start + TOGETHER, FIRST + ROUNDS)) for start in range(FIRST, FIRST + ROUNDS, TOGETHER)]
CLAIM = timedelta(minutes=3)
"""Longer than a sender's claim: what a dead one had claimed is free again."""


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    return Ledger()


@pytest.fixture(scope="module")
def wall(centre: IocProcesses, operator: Person) -> Iterator[Wall]:
    """A wall that is open all the time and comes back from where it stood."""
    with Wall(centre, operator, resumes=True) as opened:
        yield opened


@pytest.mark.parametrize("seeds", STORMS, ids=lambda seeds: f"{seeds[0]}-{seeds[-1]}")
def test_nothing_is_lost_or_doubled(
    nest: Nest, doomed: Servers, operator: Person, post: Post, ledger: Ledger, wall: Wall, seeds: range
) -> None:
    centre = nest.centre
    since = head(centre)
    for seed in seeds:
        started = time.monotonic()
        one = Round(nest, doomed, operator, post, ledger, seed)
        one.run()
        log.info("seed %d killed %s, %.1f s", seed, ", ".join(one.killed), time.monotonic() - started)
    started = time.monotonic()
    move_clock(centre, CLAIM)
    post.let_claims_lapse(CLAIM)
    settle(centre, seconds=120)
    log.info("at rest after %.1f s", time.monotonic() - started)
    assert ledger.troubles == []
    assert broken(centre, since=since) == []
    assert wrong_letters(centre) == []
    assert post.wrong() == []
    assert wrong_ledger(centre, ledger.reports, ledger.hosts, ledger.deeds) == []
    with Wall(centre, operator) as fresh:
        wait_for(lambda: not wrong_wall(centre, wall.shown, fresh.shown), what="the open wall to show what is there")
    assert wall.trouble == []


def test_kills_hit_commits_and_letters(nest: Nest) -> None:
    """Or they would be as random as the others."""
    log.info("points reached: %s", dict(nest.reached))
    assert nest.reached.total() > 0
    assert ROUNDS < 30 or {"sweeper", "sender"} <= {name.split()[0] for name in +nest.reached}


def test_the_rounds_made_ladders_climb(centre: IocProcesses) -> None:
    """Or they would prove nothing about them."""
    assert centre.query("SELECT count(*) FROM tickets_ticketstep WHERE state = 'fired' AND index > 0")[0][0] > 0
