"""What is unusual, by worked examples (the rule's own docstring) and for any counts at all."""

from hypothesis import given
from hypothesis import strategies as st

from monitors.education.science.absence import Count, Verdict, judge

WEDNESDAYS = [Count(400, 400 - absent) for absent in (8, 12, 8, 16, 12, 8, 12, 12)]
counts = st.integers(0, 2000).flatmap(lambda n: st.builds(Count, st.just(n), st.integers(0, n)))


def judged(today: Count, weekdays: list[Count], season: list[Count] | None = None) -> Verdict:
    verdict = judge(today, weekdays, season or [])
    assert verdict is not None
    return verdict


def day(absent, expected=400):
    return Count(expected, expected - absent)


def test_twelve_percent_where_three_are_usual_are_unusual():
    verdict = judged(day(48), WEDNESDAYS)
    assert (round(verdict.absent, 3), round(verdict.usual, 3), verdict.unusual) == (0.12, 0.03, True)


def test_three_points_more_than_usual_are_not_worth_a_call():
    assert judged(day(24), WEDNESDAYS).unusual is False


def test_in_a_village_class_three_coughs_are_no_outbreak():
    village = [Count(12, 12)] * 8
    assert judged(Count(12, 9), village).unusual is False
    assert judged(Count(12, 6), village).unusual is True


def test_a_day_without_a_report_is_not_a_day_of_nobody_absent():
    assert judge(day(48), WEDNESDAYS[:3]) is None
    assert judge(day(48), [*WEDNESDAYS[:3], Count(0, 0), Count(0, 0)]) is None
    assert judge(Count(0, 0), WEDNESDAYS) is None


def test_one_bad_day_before_hides_no_second_one():
    assert judged(day(48), [*WEDNESDAYS[:-1], day(200)]).unusual is True


def test_where_last_years_season_was_like_this_it_is_usual():
    flu = [day(44)] * 5
    assert judged(day(48), WEDNESDAYS, flu).unusual is False
    assert judged(day(48), WEDNESDAYS, flu[:4]).unusual is True, "four days are no season"


def test_a_calm_season_makes_a_restless_weekday_no_alarm():
    assert judged(day(24), WEDNESDAYS, [day(0)] * 10).usual > 0.02


def test_a_school_that_swings_from_week_to_week_is_judged_by_its_swings():
    swinging = [day(absent) for absent in (4, 60, 8, 52, 12, 56, 4, 48)]
    assert judged(day(80), swinging).unusual is False


@given(counts, st.lists(counts, max_size=12), st.lists(counts, max_size=12))
def test_shares_are_shares_and_nothing_is_unusual_that_is_not_more_than_usual(today, weekdays, season):
    verdict = judge(today, weekdays, season)
    if verdict is not None:
        assert 0 <= verdict.usual <= 1
        assert 0 <= verdict.absent <= 1
        assert not verdict.unusual or verdict.absent - verdict.usual >= 0.05


@given(st.lists(counts, min_size=4, max_size=12), st.integers(1, 2000), st.data())
def test_more_absent_pupils_never_make_a_day_more_usual(weekdays, expected, data):
    absent = data.draw(st.integers(0, expected))
    first, more = (judge(Count(expected, expected - n), weekdays) for n in (absent, min(expected, absent + 7)))
    if first is not None and more is not None and first.unusual:
        assert more.unusual
