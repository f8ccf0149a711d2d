"""Decision 766/QĐ-TTg: points, capped scores, what is not applicable, and what nobody delivers yet."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitors.government.index766 import CODES, GROUPS, MEASURES, Measure, index, score, share
from services.indicators.loading import read_definitions


def test_six_groups_have_a_hundred_points():
    assert (len(GROUPS), sum(GROUPS.values())) == (6, 100)


@pytest.mark.parametrize("group", GROUPS)
def test_the_measures_of_a_group_share_its_points(group):
    assert sum(one.points for one in MEASURES if one.group == group) == GROUPS[group]


@pytest.mark.parametrize(
    "points, rate, target, expected",
    [
        (6, 25, 50, 3),  # half of the online filing that is aimed at: half the points
        (6, 50, 50, 6),
        (6, 90, 50, 6),  # capped
        (18, 81, 90, 16.2),  # satisfaction 81 % against 90 %
        (11, 0, 80, 0),
        (11, -1, 80, 0),
    ],
)
def test_a_score_is_capped_at_its_target(points, rate, target, expected):
    assert score(points, rate, target) == pytest.approx(expected)


def test_a_share_of_nothing_is_not_applicable():
    assert share(0, 0) is None
    assert share(3, 4) == 75


def test_what_is_known_today_covers_twenty_six_of_a_hundred_points():
    found = index(
        {
            "dossiers_on_time": 950,
            "dossiers_finished": 980,
            "dossiers_overdue": 20,
            "dossiers_online": 300,
            "dossiers_received": 1000,
        }
    )
    assert found.scores == pytest.approx({"dossiers_on_time": 19.0, "dossiers_online": 3.6})
    assert (found.covered, round(found.reached, 6)) == (26, 22.6)
    assert len(found.missing) == 6
    assert found.not_applicable == ()


def test_without_a_dossier_the_progress_is_neither_reached_nor_missed():
    found = index(dict.fromkeys(CODES, 0))
    assert (found.covered, found.reached) == (0, 0)
    assert found.not_applicable == ("dossiers_on_time", "dossiers_online")


def test_an_indicator_that_nobody_delivered_covers_nothing():
    found = index({"dossiers_on_time": 5})
    assert (found.covered, len(found.missing)) == (0, len(MEASURES))


def test_every_indicator_that_feeds_the_index_is_defined():
    assert set(CODES) <= {definition.code for definition in read_definitions()}


amounts = st.floats(0, 1e6)


@given(st.dictionaries(st.sampled_from(CODES), amounts))
def test_what_is_reached_never_exceeds_what_is_covered_nor_that_a_hundred(values):
    found = index(values)
    assert 0 <= found.reached <= found.covered + 1e-9
    assert found.covered <= 100
    counted = {*found.scores, *found.missing, *found.not_applicable}
    assert counted == {one.slug for one in MEASURES}


@given(points=st.floats(0.1, 100), target=st.floats(1, 100), low=amounts, more=amounts)
def test_more_never_scores_less(points, target, low, more):
    assert score(points, low, target) <= score(points, low + more, target) <= points


def test_the_full_index_will_be_the_same_function_with_more_measures():
    full = (Measure("a", "progress", 60, 100, "x", ("y",)), Measure("b", "online", 40, 50, "z", ("y",)))
    assert index({"x": 1, "y": 4, "z": 1}, full).reached == pytest.approx(15 + 20)
