"""What this monitor publishes as indicators, summed from its records: by day and month, by commune.

Nothing here is a rule: a task calls ``publish`` every hour. Only what changed since is summed again, and a value that
is the same as before changes nothing.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.db.models import Count, Sum
from django.db.models.functions import TruncMonth

from monitors.tourism.models import Complaint, LodgingDay
from services.contract import Moment
from services.indicators import periods
from services.indicators.actions import publish_many
from services.indicators.periods import Period
from services.indicators.territory import territory
from services.kernel.clock import LOCAL

SINCE = timedelta(hours=26)
"""Records that came within this time are summed again: a day, and two rounds that may have failed."""

Value = tuple[str, Period, str, float | None]


def publish(moment: Moment) -> int:
    """Publish guests, nights, rooms, occupancy, lodgings and complaints; return how many values changed.

    As many statements as months that records came for, whatever their number. A commune that was not there yet on a
    day is left out.
    """
    land = territory()
    values = [one for one in (*_lodging(moment), *_complaints(moment)) if one[2] and land.valid(one[2], one[1])]
    if not values:
        return 0
    done = publish_many(values, realm=moment.realm, monitor="tourism", now=moment.as_of)
    return len(done.accepted) + len(done.updated)


def _lodging(moment: Moment) -> Iterator[Value]:
    rows = LodgingDay.objects.filter(realm=moment.realm)
    news = rows.filter(received_at__gt=moment.as_of - SINCE, received_at__lte=moment.as_of).order_by()
    days = sorted(news.values_list("day", flat=True).distinct())
    if not days:
        return
    by_day = rows.filter(day__in=days).order_by().values_list("unit", "day")
    for unit, day, arrivals, guests in by_day.annotate(arrivals=Sum("arrivals"), guests=Sum("guests")):
        yield "overnight_guests", periods.day(day), unit, arrivals
        yield "guest_nights", periods.day(day), unit, guests
    for month in sorted({day.replace(day=1) for day in days}):
        yield from _month(moment.realm, month)


def _month(realm: str, first: date) -> Iterator[Value]:
    """Yield a month's places, rooms and occupancy by commune: 2 statements.

    Rooms are those that each place declared last in the month; occupancy is room-nights taken over room-nights.
    """
    period = periods.containing(first, "month")
    rows = LodgingDay.objects.filter(realm=realm, day__gte=first, day__lte=period.end)
    newest = rows.order_by("establishment", "-day", "-pk").distinct("establishment").values("pk")
    declared = LodgingDay.objects.filter(pk__in=newest).order_by().values_list("unit")
    for unit, places, rooms in declared.annotate(places=Count("pk"), total=Sum("rooms")):
        yield "lodgings", period, unit, places
        yield "rooms", period, unit, rooms
    nights = rows.order_by().values_list("unit").annotate(taken=Sum("occupied"), total=Sum("rooms"))
    for unit, taken, rooms_nights in nights:
        if rooms_nights:
            yield "room_occupancy", period, unit, round(100 * taken / rooms_nights, 2)


def _complaints(moment: Moment) -> Iterator[Value]:
    rows = Complaint.objects.filter(realm=moment.realm)
    news = rows.filter(received_at__gt=moment.as_of - SINCE, received_at__lte=moment.as_of)
    months = news.order_by().annotate(month=TruncMonth("occurred_at", tzinfo=LOCAL)).values_list("month", flat=True)
    for first in sorted({_day(month) for month in months.distinct()}):
        period = periods.containing(first, "month")
        start = datetime(first.year, first.month, 1, tzinfo=LOCAL)
        end = datetime.combine(period.end + timedelta(days=1), datetime.min.time(), LOCAL)
        found = rows.filter(occurred_at__gte=start, occurred_at__lt=end).order_by().values_list("unit")
        for unit, count in found.annotate(n=Count("pk")):
            yield "tourism_complaints", period, unit, count


def _day(instant: datetime) -> date:
    return instant.astimezone(LOCAL).date()
