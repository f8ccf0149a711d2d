"""What this monitor publishes as indicators, summed from its records: by day and month, by commune.

Nothing here is a rule: a task calls ``publish`` every hour. Only what records came for is summed again, and a value
that is the same as before changes nothing.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta

from django.db.models import Count, Sum
from django.db.models.functions import TruncMonth

from monitors.tourism.models import Complaint, LodgingDay
from services.contract import Moment
from services.indicators import periods, publishing
from services.indicators.periods import Period
from services.indicators.publishing import Value
from services.kernel.clock import LOCAL

SINCE = timedelta(hours=26)
"""Records that came within this time are summed again: a day, and two rounds that may have failed."""


def publish(moment: Moment) -> int:
    """Publish guests, nights, rooms, occupancy, lodgings and complaints of what records came for; return how many.

    As many statements as months that records came for, whatever their number. A complaint that turns out to be about
    another commune leaves the first one with none.
    """
    lodging = list(_lodging(moment))
    months = _months_of_complaints(moment)
    complained = [one for month in months for one in _complaints(moment.realm, month)]
    return _told(lodging, moment) + _told(complained, moment, whole=months)


def _told(values: Sequence[Value], moment: Moment, whole: Sequence[Period] = ()) -> int:
    if not values:
        return 0
    return publishing.publish(values, realm=moment.realm, monitor="tourism", now=moment.as_of, whole=whole)


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


def _months_of_complaints(moment: Moment) -> list[Period]:
    """Return the months of the complaints that came, or were told anew, since."""
    news = Complaint.objects.filter(
        realm=moment.realm, received_at__gt=moment.as_of - SINCE, received_at__lte=moment.as_of
    )
    instants = news.order_by().values_list(TruncMonth("occurred_at", tzinfo=LOCAL), flat=True).distinct()
    return sorted({periods.containing(instant.astimezone(LOCAL).date(), "month") for instant in instants})


def _complaints(realm: str, month: Period) -> Iterator[Value]:
    start = datetime.combine(month.start, time(), LOCAL)
    end = datetime.combine(month.end + timedelta(days=1), time(), LOCAL)
    rows = Complaint.objects.filter(realm=realm, occurred_at__gte=start, occurred_at__lt=end)
    for unit, count in rows.order_by().values_list("unit").annotate(n=Count("pk")):
        yield "tourism_complaints", month, unit, count
