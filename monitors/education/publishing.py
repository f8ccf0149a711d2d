"""What others may read of attendance: pupils expected and present, by commune and school day, as indicators."""

from django.db.models import Sum

from monitors.education.models import Attendance
from services.contract import Moment
from services.indicators import periods, publishing
from services.indicators.models import PublishRun


def publish(moment: Moment) -> int:
    """Publish the sums of every commune and day that was reported on since the last time; return how many values.

    A day that nobody in a commune reported has no value: unknown, not zero.
    """
    rows = Attendance.objects.filter(realm=moment.realm, school_day=True)
    run = PublishRun.objects.filter(realm=moment.realm, monitor="education").first()
    news = rows.filter(received_at__gt=run.ran_at - publishing.OVERLAP) if run and run.ran_at else rows
    days = set(news.order_by().values_list("day", flat=True).distinct())
    summed = rows.filter(day__in=days).order_by().values_list("unit", "day")
    values: list[publishing.Value] = []
    for unit, day, expected, present in summed.annotate(e=Sum("expected"), p=Sum("present")):
        on = periods.day(day)
        values += [("pupils_expected", on, unit, float(expected)), ("pupils_present", on, unit, float(present))]
    return publishing.publish(values, realm=moment.realm, monitor="education", now=moment.as_of)
