import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitors.environment.science.measures import factor, number


@pytest.mark.parametrize(
    "text, value",
    [
        ("40,69", 40.69),
        ("40.69", 40.69),
        ("1.234,5", 1234.5),
        ("1,234.5", 1234.5),
        (" 3 ", 3.0),
        (7, 7.0),
        ("-0,5", -0.5),
    ],
)
def test_numbers_come_with_points_and_commas(text, value):
    assert number(text) == value


@pytest.mark.parametrize("text", ["", "n/a", "NaN", "inf", float("nan"), float("inf"), "1,2,3,x"])
def test_what_is_no_number_is_none(text):
    assert number(text) is None


@given(st.floats(-1e6, 1e6))
def test_a_decimal_comma_says_the_same_as_a_point(value):
    text = f"{value:.3f}"
    assert number(text) == number(text.replace(".", ",")) == float(text)


@pytest.mark.parametrize(
    "sent, kept, times",
    [
        ("cm", "m", 0.01),
        ("mg/m³", "µg/m³", 1000),
        ("mg/m3", "µg/m³", 1000),
        ("ug/m3", "µg/m³", 1),
        ("μg/m³", "µg/m³", 1),
        ("M", "m", 1),
        ("l/m2", "mm", 1),
        ("ppm", "µg/m³", None),
        ("mm", "µg/m³", None),
        ("µg/m³", "m", None),
    ],
)
def test_units_are_turned_into_ours_or_do_not_fit(sent, kept, times):
    assert factor(sent, kept) == times
