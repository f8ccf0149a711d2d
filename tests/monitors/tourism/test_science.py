"""The pure rules: when a site is too full, and when complaints gather or wait too long."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitors.tourism.science.crowding import Verdict, judge, load
from monitors.tourism.science.grievances import Grievance, lately, unanswered

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
DAY = timedelta(days=1)
ORDER = (Verdict.RELIEVED, Verdict.STAYS, Verdict.CROWDED, Verdict.FULL)


@pytest.mark.parametrize(
    "present, verdict",
    [
        (0, Verdict.RELIEVED),
        (159, Verdict.RELIEVED),
        (160, Verdict.STAYS),
        (179, Verdict.STAYS),
        (180, Verdict.CROWDED),
        (199, Verdict.CROWDED),
        (200, Verdict.FULL),
        (450, Verdict.FULL),
    ],
)
def test_nine_tenths_are_crowded_all_is_full_and_below_eight_tenths_there_is_room_again(present, verdict):
    assert judge(present, 200) == verdict


@given(st.integers(0, 100_000), st.integers(0, 100_000), st.integers(1, 50_000))
def test_more_visitors_are_never_judged_better(one, other, capacity):
    few, many = sorted((one, other))
    assert ORDER.index(judge(few, capacity)) <= ORDER.index(judge(many, capacity))


@given(st.lists(st.integers(0, 300), min_size=1, max_size=50))
def test_between_the_thresholds_what_was_said_stays(counts):
    """An alert that is raised at nine tenths is not taken back before a count below eight tenths."""
    on = False
    for present in counts:
        verdict = judge(present, 200)
        on = True if verdict in {Verdict.CROWDED, Verdict.FULL} else False if verdict == Verdict.RELIEVED else on
        assert not (on and present < 160)
        assert on or present < 180


def test_a_site_that_holds_nobody_has_no_load():
    with pytest.raises(ValueError, match="at least one"):
        load(1, 0)


def told(pk, days_ago, *, due_in=5, settled=None):
    received = NOW - days_ago * DAY
    return Grievance(pk, received, received + due_in * DAY, settled)


def test_three_complaints_within_a_week_are_several_answered_or_not():
    ones = [told(1, 6.9), told(2, 3, settled=NOW - DAY), told(3, 0)]
    assert lately(ones, NOW) == ones
    assert lately([*ones[1:], told(4, 7)], NOW) == [], "a week ago to the second is no longer this week"


def test_what_waits_past_its_term_is_told_the_oldest_first():
    ones = [told(1, 6), told(2, 9), told(3, 9, settled=NOW), told(4, 4)]
    assert [one.pk for one in unanswered(ones, NOW)] == [2, 1]


def test_on_the_last_instant_of_its_term_a_complaint_is_not_late():
    assert unanswered([told(1, 5)], NOW) == []
    assert [one.pk for one in unanswered([told(1, 5)], NOW + timedelta(microseconds=1))] == [1]
