"""The validator: every bad input has its message at its field, and what passes makes the engine no trouble."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from services.tickets.ladder.known import Known
from services.tickets.ladder.validator import check

ANNA, GONE = "018f0000-0000-7000-8000-000000000001", "018f0000-0000-7000-8000-000000000002"
KNOWN = Known(
    rungs=frozenset({1, 2, 3, 4}),
    positions=frozenset({"giam-doc-so"}),
    rosters={"truc-ban": datetime(2026, 12, 1, tzinfo=UTC), "bo-trong": None},
    people={ANNA: True, GONE: False},
    units=frozenset({"99001", "99002"}),
    departments=frozenset({"so-y-te"}),
    monitors=frozenset({"health", "environment"}),
    rules={"health.outbreak": "health"},
)
POLICY = {
    "slug": "dich",
    "order": 50,
    "title": {"vi": "Dịch bệnh", "en": "Disease"},
    "deadline": {"working_days": 2},
    "steps": [{"target": {"rung": 1}}, {"target": {"rung": 2}, "after": {"minutes": 30}, "until": "acknowledged"}],
}


@pytest.fixture(autouse=True)
def in_english():
    """Read the messages in the language they are written in."""
    with override("en"):
        yield


def found(**changes):
    """Return (field, text) of what hinders the sample policy with these changes."""
    return [(one.field, one.text) for one in check({**POLICY, **changes}, KNOWN) if not one.warning]


def of_step(**step):
    return found(steps=[{"target": {"rung": 1}, **step}])


def warned(others=(), **changes):
    return [(one.field, one.text) for one in check({**POLICY, **changes}, KNOWN, others=others) if one.warning]


def test_a_policy_that_uses_everything_passes_without_a_word():
    steps = [
        {"target": {"roster": "truc-ban"}, "repeat": {"every": {"minutes": 15}, "times": 3}, "until": "acknowledged"},
        {"target": {"position": "giam-doc-so"}, "after": {"working_minutes": 60}},
        {"target": {"head": True}, "after": {"working_days": 1}},
        {"target": {"chair": True}, "from": "deadline"},
        {"target": {"person": ANNA}, "from": "deadline", "after": {"minutes": 5}},
    ]
    more = {"units": ["99001"], "departments": ["so-y-te"], "acknowledgements": 2, "auto_close": True}
    assert check({**POLICY, **more, "monitor": "health", "rule": "health.outbreak", "steps": steps}, KNOWN) == []


@pytest.mark.parametrize(
    "changes, field, words",
    [
        ({"slug": "Dịch bệnh"}, "slug", "small letters"),
        ({"slug": "reorder"}, "slug", "taken by the site"),
        ({"slug": None}, "slug", "small letters"),
        ({"order": -1}, "order", "from 0 to 32000"),
        ({"order": True}, "order", "from 0 to 32000"),
        ({"title": {"vi": "x"}}, "title", "in Vietnamese and in English"),
        ({"title": {"vi": " ", "en": "x"}}, "title.vi", "one line"),
        ({"title": {"vi": "a\x00b", "en": "x"}}, "title.vi", "one line"),
        ({"deadline": {}}, "deadline", "one kind"),
        ({"deadline": {"minutes": 5, "working_days": 1}}, "deadline", "minutes, working_days together"),
        ({"deadline": {"hours": 5}}, "deadline", "no period “hours”"),
        ({"deadline": {"minutes": 0}}, "deadline", "from 1"),
        ({"deadline": {"minutes": -5}}, "deadline", "-5 is negative"),
        ({"deadline": {"working_days": 10_000}}, "deadline", "at most 262"),
        ({"deadline": {"minutes": 1.5}}, "deadline", "a whole number"),
        ({"severity": "worst"}, "severity", "one of info"),
        ({"monitor": "a b"}, "monitor", "without spaces"),
        ({"rule": "health.outbreak", "monitor": "environment"}, "rule", "belongs to “health”"),
        ({"units": ["00000"]}, "units.0", "no unit with the code “00000”"),
        ({"units": "99001"}, "units", "a list"),
        ({"departments": ["so-y-te", "so-ma"]}, "departments.1", "no department “so-ma”"),
        ({"acknowledgements": 0}, "acknowledgements", "from 1 to 9"),
        ({"opens": "yes"}, "opens", "true or false"),
        ({"steps": []}, "steps", "at least one step"),
        ({"steps": {}}, "steps", "a list of steps"),
        ({"steps": [{"target": {"rung": 1}, "after": {"minutes": n}} for n in range(21)]}, "steps", "at most 20"),
        ({"steps": ["rung 1"]}, "steps.0", "a step with a target"),
        ({"colour": "red"}, "colour", "no such field"),
    ],
)
def test_a_bad_policy_is_refused_with_a_message_at_its_field(changes, field, words):
    assert [(name, words in text) for name, text in found(**changes)] == [(field, True)], found(**changes)


@pytest.mark.parametrize(
    "step, field, words",
    [
        ({"target": {}}, "target", "one target of rung, position"),
        ({"target": {"rung": 1, "head": True}}, "target", "one target of"),
        ({"target": {"mayor": True}}, "target", "one target of"),
        ({"target": {"rung": 9}}, "target.rung", "only 1, 2, 3, 4"),
        ({"target": {"rung": "1"}}, "target.rung", "no such rung"),
        ({"target": {"position": "vua"}}, "target.position", "no position “vua”"),
        ({"target": {"position": []}}, "target.position", "no position"),
        ({"target": {"roster": "truc-dem"}}, "target.roster", "no duty roster “truc-dem”"),
        ({"target": {"roster": "bo-trong"}}, "target.roster", "nobody has a shift ahead"),
        ({"target": {"person": "x"}}, "target.person", "no such person"),
        ({"target": {"person": str(UUID(int=7))}}, "target.person", "no such person"),
        ({"target": {"person": GONE}}, "target.person", "has left"),
        ({"target": {"head": 1}}, "target.head", "only true"),
        ({"after": {"minutes": -1}}, "after", "-1 is negative"),
        ({"after": {"minutes": 10**9}}, "after", "longer than a year"),
        ({"after": {"minutes": 1, "working_days": 1}}, "after", "one kind of period"),
        ({"after": []}, "after", "a period of one kind"),
        ({"from": "yesterday"}, "from", "opened, deadline"),
        ({"until": "never"}, "until", "acknowledged, resolved"),
        ({"repeat": {"every": {"minutes": 5}}}, "repeat.times", "without end"),
        ({"repeat": {"every": {"minutes": 0}, "times": 3}}, "repeat.every", "from 1"),
        ({"repeat": {"every": {"minutes": 5}, "times": 0}}, "repeat.times", "from 1 to 24"),
        ({"repeat": {"every": {"minutes": 5}, "times": 10**6}}, "repeat.times", "from 1 to 24"),
        ({"repeat": {"times": 3}}, "repeat", "how often"),
        ({"repeat": 5}, "repeat", "how often"),
        ({"wait": 5}, "wait", "no such field"),
    ],
)
def test_a_bad_step_is_refused_with_a_message_at_its_field(step, field, words):
    assert [(name, words in text) for name, text in of_step(**step)] == [(f"steps.0.{field}", True)], of_step(**step)


def test_the_same_people_again_without_a_wait_are_a_loop():
    again = found(
        steps=[{"target": {"rung": 1}}, {"target": {"rung": 2}}, {"target": {"rung": 1}, "after": {"minutes": 0}}]
    )
    assert [field for field, _text in again] == ["steps.2"]
    assert "as in step 1, at the same time" in again[0][1]
    assert found(steps=[{"target": {"rung": 1}}, {"target": {"rung": 1}, "from": "deadline"}]) == []


def test_a_pack_may_come_before_its_people():
    steps = [{"target": {"roster": "bo-trong"}}, {"target": {"person": GONE}, "after": {"minutes": 5}}]
    assert len(found(steps=steps)) == 2
    loose = check({**POLICY, "steps": steps}, KNOWN, staffed=False)
    assert [one.warning for one in loose] == [True, True]


def test_steps_that_are_never_reached_are_warned_of():
    assert "never reached" in warned(opens=False)[0][1]
    assert found(opens=False, steps=[]) == []


def test_a_step_written_to_come_before_one_above_it_is_warned_of():
    steps = [{"target": {"rung": 1}, "after": {"minutes": 60}}, {"target": {"rung": 2}, "after": {"minutes": 10}}]
    assert warned(steps=steps) == [("steps.1.after", "sooner than a step above it: it waits until that one was told")]
    late = [{"target": {"rung": 1}, "from": "deadline"}, {"target": {"rung": 2}}]
    assert [field for field, _text in warned(steps=late)] == ["steps.1.after"]


@pytest.mark.parametrize(
    "first, hides",
    [
        ({}, True),
        ({"monitor": "health"}, True),
        ({"monitor": "environment"}, False),
        ({"rule": "health.outbreak"}, True),
        ({"severity": "high"}, False),
        ({"category": "dengue"}, False),
        ({"units": ["99001", "99002"]}, True),
        ({"units": ["99002"]}, False),
        ({"departments": ["so-y-te"]}, False),
    ],
)
def test_a_policy_hidden_by_an_earlier_one_is_warned_of(first, hides):
    own = {"rule": "health.outbreak", "severity": "medium", "units": ["99001"]}
    earlier = {**POLICY, "slug": "truoc", "order": 10, **first}
    later = {**POLICY, "slug": "sau", "order": 90, **own}
    assert bool(warned([earlier], **own)) == hides
    assert bool(warned([{**later, "order": 90}], **first)) == hides, "it says so too when the wider one is written"


def test_an_unknown_monitor_is_only_a_warning_since_monitors_come_and_go():
    assert found(monitor="weather") == []
    assert warned(monitor="weather") == [("monitor", "no monitor of this name is installed")]


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.floats(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
names = st.sampled_from([*POLICY, "severity", "units", "departments", "opens", "acknowledgements", "monitor", "rule"])


@given(st.dictionaries(names, anything, max_size=4))
def test_whatever_comes_the_validator_answers(changes):
    assert isinstance(check({**POLICY, **changes}, KNOWN), list)


@given(st.lists(st.dictionaries(st.sampled_from(["target", "after", "from", "until", "repeat"]), anything), max_size=3))
def test_whatever_steps_come_the_validator_answers(steps):
    assert isinstance(check({**POLICY, "steps": steps}, KNOWN), list)
