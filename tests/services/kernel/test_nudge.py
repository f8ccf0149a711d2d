"""A nudge that waits already is not sent again, and none is spared that a task would need."""

import time

import pytest

from ioc.celery import app
from services.intake.tasks import evaluate
from services.kernel import nudge as nudges
from services.kernel.nudge import FIRST, nudge
from services.kernel.redisclient import client

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("redis_client")]
TASK = "services.intake.tasks.evaluate"


@pytest.fixture
def sent(monkeypatch):
    """The names of the tasks that were sent."""
    names: list[str] = []
    monkeypatch.setattr(nudges, "_silent_until", 0.0)
    monkeypatch.setattr(app, "send_task", lambda name, **_more: names.append(name))
    return names


def test_a_burst_leaves_one_entry_for_each_task(sent):
    for _ in range(5):
        nudge(TASK)
        nudge("services.notify.tasks.send")
    assert sent == [TASK, "services.notify.tasks.send"]


def test_what_is_committed_after_a_task_began_to_look_is_news(sent):
    nudge(TASK)
    evaluate.before_start("id", (), {})
    nudge(TASK)
    assert sent == [TASK, TASK]


def test_what_goes_first_is_not_spared_for_an_entry_that_waits_behind_everybody(sent):
    nudge(TASK)
    nudge(TASK, place=FIRST)
    nudge(TASK, place=FIRST)
    assert sent == [TASK, TASK]


def test_a_task_takes_away_the_mark_of_its_own_place_alone(sent):
    nudge(TASK)
    nudge(TASK, place=FIRST)
    evaluate.push_request(delivery_info={"priority": FIRST})  # type: ignore[call-arg]  # the stubs know no fields
    try:
        evaluate.before_start("id", (), {})
    finally:
        evaluate.pop_request()
    nudge(TASK)
    assert sent == [TASK, TASK], "the one that waits behind everybody is still there"
    nudge(TASK, place=FIRST)
    assert sent == [TASK, TASK, TASK]


def test_the_mark_of_a_lost_nudge_ends_by_itself(sent):
    nudge(TASK)
    (mark,) = client().keys("ioc:nudge:*")
    assert 0 < client().pttl(mark) <= nudges.MARK_MS


def test_without_redis_nothing_waits_and_the_loss_is_counted(sent, monkeypatch):
    before = nudges.lost
    monkeypatch.setattr(nudges, "client", lambda: 1 / 0)
    for _ in range(3):
        nudge(TASK)
    assert (sent, nudges.lost - before) == ([], 3)
    evaluate.before_start("id", (), {})


@pytest.mark.parametrize("turn, done, again", [(60.0, [3, 2], []), (0.0, [1, 1], ["a.task"])])
def test_work_that_does_not_end_leaves_room_for_others(monkeypatch, turn, done, again):
    monkeypatch.setattr(nudges, "TURN", turn)
    asked: list[str] = []
    monkeypatch.setattr(nudges, "nudge", asked.append)
    left, counted = [3, 2], [0, 0]

    def step(number):
        def work():
            if left[number]:
                left[number] -= 1
                counted[number] += 1
                return True
            return False

        return work

    nudges.in_turns("a.task", step(0), step(1))
    assert (counted, asked) == (done, again)


def test_a_turn_is_shared_by_all_steps_and_each_is_taken_once(monkeypatch):
    monkeypatch.setattr(nudges, "nudge", lambda _task: None)
    now = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])

    def endless():
        now[0] += nudges.TURN / 4
        return True

    nudges.in_turns("a.task", endless, endless, endless)
    assert now[0] == pytest.approx(nudges.TURN * 6 / 4), "four for the first, one for each of the others"
