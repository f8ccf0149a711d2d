from datetime import date

import pytest

from monitors.environment.science.limits import PM2_5_DAY, limit_on


@pytest.mark.parametrize(
    "day, limit",
    [
        (date(2020, 5, 1), 50.0),
        (date(2023, 9, 12), 50.0),
        (date(2025, 12, 31), 50.0),
        (date(2026, 1, 1), 45.0),
        (date(2030, 1, 1), 45.0),
    ],
)
def test_the_limit_of_its_own_day_counts(day, limit):
    assert limit_on(day).pm2_5 == limit


def test_limits_follow_each_other():
    days = [limit.effective_from for limit in PM2_5_DAY]
    assert days == sorted(set(days))
