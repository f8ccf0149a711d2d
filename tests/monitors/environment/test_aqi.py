import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitors.environment.science.aqi import (
    BANDS,
    BREAKPOINTS,
    INDEX,
    POLLUTANTS,
    band_of,
    daily,
    hourly,
    nowcast,
    sub_index,
)

AMOUNTS = st.floats(0, 10_000, allow_nan=False)
HOURS = st.lists(st.none() | st.floats(0, 400), max_size=12)


@pytest.mark.parametrize("pollutant", BREAKPOINTS)
def test_at_each_breakpoint_the_index_is_the_tables(pollutant):
    points = BREAKPOINTS[pollutant]
    assert [sub_index(pollutant, point) for point in points] == list(INDEX[: len(points)])


def test_a_nowcast_of_20_3_of_the_finest_particles_is_index_41():
    index = hourly({"pm2_5": [20.3] * 12})
    assert index is not None
    assert (index.value, index.pollutant, index.band.name) == (41, "pm2_5", "Good")


def test_between_breakpoints_the_index_is_interpolated():
    assert sub_index("pm2_5", 37.5) == 75
    assert sub_index("co", 20_000) == 75
    assert sub_index("o3_8h", 110) == 75


def test_beyond_the_table_the_index_stays_500_and_8_hour_ozone_has_none():
    assert sub_index("pm10", 5000) == 500
    assert sub_index("o3_8h", 400.5) is None


@pytest.mark.parametrize("value", [-0.1, float("nan")])
def test_what_is_no_concentration_has_no_index(value):
    with pytest.raises(ValueError, match="no concentration"):
        sub_index("co", value)


@given(st.sampled_from(sorted(BREAKPOINTS)), AMOUNTS, AMOUNTS)
def test_more_of_a_pollutant_is_never_a_lower_index(pollutant, one, other):
    low, high = sub_index(pollutant, min(one, other)), sub_index(pollutant, max(one, other))
    assert high is None or (low is not None and low <= high)


@given(st.sampled_from(sorted(BREAKPOINTS)), st.data())
def test_the_index_does_not_jump_at_a_breakpoint(pollutant, data):
    point = data.draw(st.sampled_from(BREAKPOINTS[pollutant][1:-1]))
    below, above = sub_index(pollutant, point - 1e-6), sub_index(pollutant, point + 1e-6)
    assert below is not None
    assert above is not None
    assert abs(above - below) < 1e-4


def test_steady_air_weighs_all_hours_alike_and_changing_air_the_latest():
    assert nowcast([50.0] * 12) == pytest.approx(50)
    rising = [100.0, *[10.0] * 11]
    # w = max(1/2, 10/100) = 1/2, so the sum of (1/2)^i c_i: 100/2 and 10 times what is left.
    assert nowcast(rising) == pytest.approx(100 / 2 + 10 * (0.5 - 0.5**12))


def test_above_one_half_the_weight_is_lowest_over_highest():
    # w = 60/80 = 0.75: (80 + 0.75 * 60) / 1.75
    assert nowcast([80.0, 60.0]) == pytest.approx((80 + 45) / 1.75)


@pytest.mark.parametrize("hours", [[], [10.0], [10.0, None, None, 9.0, 9.0], [None, 10.0, None, 8.0]])
def test_two_of_the_latest_three_hours_are_needed(hours):
    assert nowcast(hours) is None


def test_a_missing_hour_does_not_make_dirty_air_look_clean():
    mean = nowcast([None, 200.0, 100.0])
    assert mean is not None
    assert 100 <= mean <= 200


@given(HOURS)
def test_a_nowcast_lies_between_the_lowest_and_the_highest_hour(hours):
    mean = nowcast(hours)
    known = [value for value in hours if value is not None]
    if mean is not None:
        assert min(known) - 1e-6 <= mean <= max(known) + 1e-6


def test_without_particles_there_is_no_index():
    assert hourly({"o3": [500.0], "co": [90_000.0]}) is None
    assert hourly({"o3": [500.0], "pm10": [20.0, 20.0]}) is not None


def test_the_worst_pollutant_decides_and_gases_count_by_their_latest_hour():
    index = hourly({"pm2_5": [10.0] * 12, "o3": [250.0, 900.0], "co": [None, 150_000.0]})
    assert index is not None
    assert (index.value, index.pollutant, index.band.name) == (125, "o3", "Poor")


@given(st.dictionaries(st.sampled_from(POLLUTANTS), HOURS))
def test_an_hourly_index_lies_in_the_table(series):
    index = hourly(series)
    assert index is None or 0 <= index.value <= 500


def test_a_daily_index_takes_means_of_particles_and_the_worst_of_the_rest():
    particles = daily({"pm2_5": [50.0] * 12 + [100.0] * 12, "no2": [10.0] * 24})
    assert particles is not None
    assert (particles.value, particles.pollutant) == (142, "pm2_5")  # mean 75: 100 + 50/30 * 25 = 141.67
    ozone = daily({"pm2_5": [5.0] * 24, "o3": [150.0] * 8 + [0.0] * 16})
    assert ozone is not None
    assert (ozone.value, ozone.pollutant) == (130, "o3")  # 8 hours of 150: 100 + 50/50 * 30
    assert daily({"pm2_5": [50.0] * 17 + [None] * 7}) is None


def test_bands_have_their_names_and_colours():
    assert [(band.up_to, band.colour) for band in BANDS] == [
        (50, (0, 228, 0)),
        (100, (255, 255, 0)),
        (150, (255, 126, 0)),
        (200, (255, 0, 0)),
        (300, (143, 63, 151)),
        (500, (126, 0, 35)),
    ]
    assert [band_of(value).name for value in (50, 51, 150, 200, 300, 301, 600)] == [
        "Good",
        "Moderate",
        "Poor",
        "Bad",
        "Very bad",
        "Hazardous",
        "Hazardous",
    ]
