"""What others may read of attendance: pupils expected and present, by commune and school day, as indicators."""

from datetime import timedelta

from django.db.models import Sum

from monitors.education.models import Attendance
from services.contract import Moment
from services.indicators import periods
from services.indicators.actions import publish_many
from services.indicators.periods import Period
from services.indicators.territory import territory

NEWS = timedelta(hours=26)
"""Days are summed anew while reports on them are so young: called hourly, a day of standstill is made up for."""


def publish(moment: Moment) -> int:
    """Publish the sums of every commune and day that was reported on lately; return how many values changed.

    A day that nobody in a commune reported has no value: unknown, not zero. A commune that has ended since keeps
    what was published of it.
    """
    rows = Attendance.objects.filter(realm=moment.realm, school_day=True)
    news = rows.filter(received_at__gt=moment.as_of - NEWS)
    days = set(news.order_by().values_list("day", flat=True).distinct())
    summed = rows.filter(day__in=days).order_by().values_list("unit", "day")
    land = territory()
    values: list[tuple[str, Period | str, str, float | None]] = []
    for unit, day, expected, present in summed.annotate(e=Sum("expected"), p=Sum("present")):
        period = periods.day(day)
        if land.valid(unit, period):
            values += [
                ("pupils_expected", period, unit, float(expected)),
                ("pupils_present", period, unit, float(present)),
            ]
    if not values:
        return 0
    done = publish_many(values, realm=moment.realm, monitor="education", now=moment.as_of)
    return len(done.accepted) + len(done.updated)
