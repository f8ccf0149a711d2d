"""Pure: the order in which tickets wait."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.kernel.clock import LOCAL
from services.tickets.queue.order import WHEN, Waiting, end_of_day, key_of, left_of, merged, when_of
from services.worktime.calendar import WorkCalendar

CALENDAR = WorkCalendar()
FRIDAY = datetime(2026, 11, 20, 16, 0, tzinfo=LOCAL)
"""One working hour before the weekend."""


def at(day, hour, minute=0):
    return datetime(2026, 11, day, hour, minute, tzinfo=LOCAL)


def test_a_deadline_of_monday_morning_is_nearer_than_one_of_sunday_by_the_clock():
    monday = Waiting(1, at(23, 8), by_clock=False)
    sunday = Waiting(2, at(22, 8), by_clock=True)
    assert left_of(monday, FRIDAY, CALENDAR) == timedelta(minutes=90), "an hour today, half an hour on Monday"
    assert left_of(sunday, FRIDAY, CALENDAR) == timedelta(hours=40)
    assert [one.pk for one in merged([monday], [sunday], FRIDAY, CALENDAR)] == [1, 2]


def test_what_is_overdue_comes_first_then_what_is_due_today():
    late = Waiting(1, at(18, 9), by_clock=False)
    tonight = Waiting(2, at(20, 23), by_clock=True)
    monday = Waiting(3, at(23, 8), by_clock=False)
    assert [one.pk for one in merged([late, monday], [tonight], FRIDAY, CALENDAR)] == [1, 2, 3]
    assert [when_of(one.due_at, FRIDAY) for one in (late, tonight, monday)] == list(WHEN)


def test_the_day_ends_at_the_provinces_midnight():
    assert end_of_day(datetime(2026, 11, 20, 16, 59, tzinfo=UTC)) == datetime(2026, 11, 21, tzinfo=LOCAL)
    assert end_of_day(datetime(2026, 11, 20, 17, 1, tzinfo=UTC)) == datetime(2026, 11, 22, tzinfo=LOCAL)


@given(st.lists(st.tuples(st.integers(-20_000, 20_000), st.booleans()), max_size=40))
def test_laying_two_rows_into_one_another_is_sorting_them_all(found):
    every = [Waiting(pk, FRIDAY + timedelta(minutes=by), by_clock) for pk, (by, by_clock) in enumerate(found)]
    working, clock = (
        sorted((o for o in every if o.by_clock is c), key=lambda o: (o.due_at, o.pk)) for c in (False, True)
    )
    expected = sorted(every, key=lambda one: key_of(one, FRIDAY, CALENDAR))
    assert list(merged(working, clock, FRIDAY, CALENDAR)) == expected
