"""Visitors of the world: nights by season and weekend, sites that fill and empty, festivals, complaints, monthly sums.

What is published of the province stands in its pack; the months here are simulated from one yearly number of the pack
and a season, so that they join the published ones without a step.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from ioc.simulator.dice import dice, poisson
from ioc.simulator.feed import DAY, HOUR, SLOT, Part, Sent, dated_items_of, items_of, slots
from ioc.simulator.world import Place, World
from monitors.tourism.sites import Lodging, Site, YearlyFestival
from services.directory.pack import Text
from services.kernel.clock import LOCAL

LODGING = "tourism/lodging"
COUNTS = "tourism/site_counts"
EVENTS = "tourism/events"
COMPLAINTS = "tourism/complaints"
WORKBOOK = "tourism/workbook"
SEASON = (0.075, 0.100, 0.100, 0.085, 0.090, 0.105, 0.105, 0.095, 0.070, 0.060, 0.055, 0.060)
"""Which part of a year's visitors comes in each month: Tết, spring festivals, the summer's beaches, autumn rain."""
GROWTH = 1.15
BASE_YEAR = 2025
FIRST = (2025, 10)
"""The first simulated month: nine months of 2025 are published."""
FOREIGN = 0.045
SPENT = 1.85
"""Million đồng that a visitor spends."""
PER_ROOM = {"hotel": 1.85, "guesthouse": 1.7, "homestay": 3.4, "resort": 2.1}
FORGETFUL = 0.02
"""Share of nights that a place of lodging does not declare."""
COMPLAINTS_A_DAY = 0.7
SLOW = 0.08
"""Share of complaints whose answer takes longer than it may."""
KINDS = ("price", "service", "hygiene", "safety", "crowding", "soliciting", "guide", "other")
EVENING = time(19, 30)
GUIDES, FIRMS = 210, 64


@dataclass(frozen=True)
class TourismFeed:
    """What lodgings, counters, organisers, the hotline and the department of a world send."""

    world: World
    sites: Sequence[Site]
    lodgings: Sequence[Lodging]
    festivals: Sequence[YearlyFestival]
    visitors: int
    factor: float = 1.0

    def between(self, start: datetime, end: datetime) -> Iterator[Sent]:
        """Yield what is sent in ``[start, end)``."""
        yield from self.nights(start, end)
        yield from self.counts(start, end)
        yield from self.events(start, end)
        yield from self.complaints(start, end)
        yield from self.figures(start, end)

    def mean(self, at: datetime) -> float:
        """Return how many items are sent in an hour, over a day."""
        del at
        return len(self.sites) * (HOUR / SLOT) + (len(self.lodgings) + 2 * self.factor * COMPLAINTS_A_DAY) / 24

    def times(self, factor: float) -> "TourismFeed":
        """Return the same feed with so many times as many complaints; the others speak when they speak."""
        return replace(self, factor=factor)

    def past(self, now: datetime) -> list[Part]:
        """Return two months of nights, a day of counts, a year of events, and every simulated month's figures."""
        month = _first_of_last_month(now.astimezone(LOCAL).date())
        begun = datetime.combine(date(*FIRST, 1), time(0), LOCAL)
        return [
            (LODGING, items_of(self.nights(datetime.combine(month, time(0), LOCAL), now - DAY)), True),
            (LODGING, items_of(self.nights(now - DAY, now)), False),
            (COUNTS, items_of(self.counts(now - DAY, now - HOUR)), True),
            (COUNTS, items_of(self.counts(now - HOUR, now)), False),
            (EVENTS, items_of(self.events(now - 60 * DAY, now)), False),
            (COMPLAINTS, items_of(self.complaints(now - 60 * DAY, now - 2 * DAY)), True),
            (COMPLAINTS, items_of(self.complaints(now - 2 * DAY, now)), False),
            (WORKBOOK, dated_items_of(self.figures(begun, now)), True),
        ]

    # --- nights ------------------------------------------------------------------------------------------------------

    def nights(self, start: datetime, end: datetime) -> Iterator[Sent]:
        """Yield what lodgings declare each morning of the day and night before."""
        for day in _days(start - DAY, end):
            for house in self.lodgings:
                draw = dice(self.world.seed, "night", house.slug, day)
                at = _at(day + DAY, 7.5 + 2.5 * draw.random())
                if start <= at < end and draw.random() >= FORGETFUL:
                    yield self._night(house, day, at, draw)

    def _night(self, house: Lodging, day: date, at: datetime, draw: Random) -> Sent:
        own = dice(self.world.seed, "house", house.slug)
        liked, from_abroad, stay = own.uniform(0.8, 1.2), own.uniform(0.02, 0.13), own.uniform(1.3, 1.9)
        free_tomorrow = not self.world.calendar.is_working_day(day + DAY)
        share = 0.47 * 12 * SEASON[day.month - 1] * liked * (1.35 if free_tomorrow else 0.95) + draw.gauss(0, 0.04)
        occupied = round(house.rooms * min(1.0, max(0.02, share)))
        guests = round(occupied * PER_ROOM[house.kind])
        arrivals = round(guests / stay)
        item = {
            "establishment": house.slug,
            "day": day.isoformat(),
            "rooms": house.rooms,
            "occupied": occupied,
            "guests": guests,
            "arrivals": arrivals,
            "foreign_arrivals": round(arrivals * from_abroad),
            "as_of": at.isoformat(),
            "simulated": self.world.tag,
        }
        return Sent(at, LODGING, f"{house.slug}:{day}", item)

    # --- sites -------------------------------------------------------------------------------------------------------

    def counts(self, start: datetime, end: datetime) -> Iterator[Sent]:
        """Yield what counters say every ten minutes: cameras how many are there, gates who came and left."""
        for slot in slots(start, end):
            for number, site in enumerate(self.sites) if start <= slot < end else ():
                item: dict[str, Any] = {"site": site.slug, "occurred_at": slot.isoformat()}
                item |= self._through(site, slot) if number % 2 and site.opens > time(4) else {}
                if "entered" not in item:
                    item["present"] = self.present(site, slot)
                yield Sent(slot, COUNTS, f"{site.slug}:{slot.isoformat()}", {**item, "simulated": self.world.tag})

    def _through(self, site: Site, at: datetime) -> dict[str, int]:
        """Return who came and left in the ten minutes before: those who change places besides."""
        now, before = self.present(site, at), self.present(site, at - SLOT)
        passing = round(0.06 * min(now, before))
        return {"entered": max(0, now - before) + passing, "left": max(0, before - now) + passing}

    def present(self, site: Site, at: datetime) -> int:
        """Return how many are at a site: nobody when it is closed, fewer in the rain, most on a festival's evening."""
        local = at.astimezone(LOCAL)
        if not site.open_at(at):
            return 0
        draw = dice(self.world.seed, "site", site.slug, local.date())
        free = not self.world.calendar.is_working_day(local.date())
        level = (draw.uniform(0.42, 0.66) if free else draw.uniform(0.16, 0.32)) * (0.5 + 6 * SEASON[local.month - 1])
        wet = math.exp(-self.world.rain(Place(site.unit, site.lon, site.lat), at) / 12)
        noise = 1 + dice(self.world.seed, "noise", site.slug, at.isoformat()).uniform(-0.02, 0.02)
        feast = self._feast(site, local.date()) * _bell(local, EVENING, 1.6)
        return round(site.capacity * wet * noise * max(min(level, 0.8) * _shape(site, local), feast))

    def _feast(self, site: Site, day: date) -> float:
        """Return how full a festival fills a site in its best hour, 0 on other days."""
        on = any(name == site.slug and first <= day <= last for name, first, last in self._feasts(day))
        return dice(self.world.seed, "feast", site.slug, day).uniform(0.78, 1.0) if on else 0.0

    def _feasts(self, day: date) -> Iterator[tuple[str, date, date]]:
        """Yield site, first and last day of what is celebrated around a day."""
        if day.weekday() == 5:
            yield self._stage(day).slug, day, day
        for one in self.festivals:
            first = date(day.year, one.month, one.day)
            yield one.site, first, first + (one.days - 1) * DAY

    # --- events ------------------------------------------------------------------------------------------------------

    def events(self, start: datetime, end: datetime) -> Iterator[Sent]:
        """Yield what is announced: each Monday the programme of the Saturday after next, festivals a month ahead."""
        for day in _days(start, end):
            at = _at(day, 9.0)
            if not start <= at < end:
                continue
            if day.weekday() == 0:
                yield self._programme(day + 12 * DAY, at)
            ahead = day + 30 * DAY
            for one in self.festivals:
                if (ahead.month, ahead.day) == (one.month, one.day):
                    last = ahead + (one.days - 1) * DAY
                    yield self._event(one.slug, one.name, one.site, (ahead, last), one.expected, at)

    def _programme(self, day: date, at: datetime) -> Sent:
        site = self._stage(day)
        name: Text = {
            "vi": f"Đêm văn hóa cuối tuần tại {site.name['vi']}",
            "en": f"Weekend culture night, {site.name['en']}",
        }
        return self._event("chuong-trinh", name, site.slug, (day, day), round(1.2 * site.capacity), at)

    def _stage(self, day: date) -> Site:
        """Return where the programme of a Saturday is given: where it may be evening, if there is such a site."""
        late = [site for site in self.sites if site.closes >= time(21)]
        return dice(self.world.seed, "stage", day).choice(late or list(self.sites))

    def _event(self, slug: str, name: Text, site: str, days: tuple[date, date], expected: int, at: datetime) -> Sent:
        first, last = days
        key = f"{self.world.tag}-{slug}-{first:%y%m%d}"
        item = {"external_id": key, "name": name["vi"], "name_en": name["en"], "site": site}
        item |= {"starts": first.isoformat(), "ends": last.isoformat(), **self._told({}, at)}
        return Sent(at, EVENTS, key, {**item, "expected": expected})

    # --- complaints --------------------------------------------------------------------------------------------------

    def complaints(self, start: datetime, end: datetime) -> Iterator[Sent]:
        """Yield what the hotline takes down, and the answers: most within days, a few too late."""
        for day in _days(start - 16 * DAY, end):
            draw = dice(self.world.seed, "complaints", day, self.factor)
            for number in range(poisson(draw, self.factor * COMPLAINTS_A_DAY * 12 * SEASON[day.month - 1])):
                for sent in self._complaint(draw, day, number):
                    if start <= sent.at < end:
                        yield sent

    def _complaint(self, draw: Random, day: date, number: int) -> Iterator[Sent]:
        received = _at(day, draw.uniform(7, 21))
        houses, places = [house.rooms for house in self.lodgings], [site.capacity for site in self.sites]
        of_house = draw.random() < 0.8
        about = draw.choices(self.lodgings, houses)[0] if of_house else draw.choices(self.sites, places)[0]
        key = f"{self.world.tag}-pa-{day:%y%m%d}-{number}"
        item = {
            "external_id": key,
            "about": about.slug,
            "kind": draw.choice(KINDS),
            "received_at": received.isoformat(),
        }
        yield Sent(received, COMPLAINTS, key, self._told(item, received))
        hours = draw.uniform(230, 330) if draw.random() < SLOW else draw.uniform(3, 80)
        settled = received + timedelta(hours=hours)
        answer = {**item, "settled_at": settled.isoformat()}
        yield Sent(settled, COMPLAINTS, f"{key}-answer", self._told(answer, settled))

    def _told(self, item: dict[str, Any], at: datetime) -> dict[str, Any]:
        return {**item, "as_of": at.isoformat(), "simulated": self.world.tag}

    # --- the department's figures ------------------------------------------------------------------------------------

    def figures(self, start: datetime, end: datetime) -> Iterator[Sent]:
        """Yield each month's figures on the second working day after it, and in January the plan of the year."""
        for day in _days(start, end):
            at = _at(day, 10.0)
            if not start <= at < end or not self._delivers(day):
                continue
            month = _first_of_last_month(day)
            if (month.year, month.month) < FIRST:
                continue
            yield from self._month(month, at)
            if day.month == 1 or (month.year, month.month) == FIRST:
                yield from self._plan(day.year, at)

    def _delivers(self, day: date) -> bool:
        calendar = self.world.calendar
        before = sum(calendar.is_working_day(day.replace(day=n)) for n in range(1, day.day))
        return calendar.is_working_day(day) and before == 1

    def _month(self, month: date, at: datetime) -> Iterator[Sent]:
        count = self.visited(month.year, month.month)
        so_far = sum(self.visited(month.year, n) for n in range(1, month.month + 1))
        before = sum(self.visited(month.year - 1, n) for n in range(1, month.month + 1))
        values: dict[str, float] = {
            "visitors": count,
            "visitors_foreign": round(FOREIGN * count),
            "tourism_revenue": round(SPENT * count / 1000, 1),
            "visitors_to_date": round(so_far / 1_000_000, 2),
        }
        if month.year > BASE_YEAR:
            values["visitors_growth"] = round(100 * (so_far / before - 1), 2)
        for code, value in values.items():
            yield self._value(code, f"{month:%Y-%m}", value, "actual", at)
        if month.month % 3 == 0:
            grown = GROWTH ** (month.year - BASE_YEAR + month.month / 12)
            quarter = f"{month.year}-Q{month.month // 3}"
            yield self._value("tour_guides", quarter, round(GUIDES * grown), "actual", at)
            yield self._value("tourism_firms", quarter, round(FIRMS * grown), "actual", at)

    def _plan(self, year: int, at: datetime) -> Iterator[Sent]:
        whole = round(self.visitors * GROWTH ** (year - BASE_YEAR) / 10_000) * 10_000 or self.visitors
        plans = {"visitors": whole, "visitors_foreign": FOREIGN * whole, "tourism_revenue": SPENT * whole / 1000}
        for code, value in plans.items():
            yield self._value(code, str(year), round(value), "plan", at)

    def visited(self, year: int, month: int) -> int:
        """Return the visitors of a month: the pack's year, the season, growth, and a little chance."""
        noise = math.exp(dice(self.world.seed, "visitors", year, month).gauss(0, 0.015))
        return round(self.visitors * GROWTH ** (year - BASE_YEAR) * SEASON[month - 1] * noise)

    def _value(self, code: str, period: str, value: float, kind: str, at: datetime) -> Sent:
        item = {"code": code, "period": period, "value": value, "kind": kind, "reason": "Số liệu mô phỏng"}
        return Sent(at, WORKBOOK, f"{code}:{period}:{kind}", item)


def _days(start: datetime, end: datetime) -> Iterator[date]:
    day, last = start.astimezone(LOCAL).date(), end.astimezone(LOCAL).date()
    while day <= last:
        yield day
        day += DAY


def _at(day: date, hour: float) -> datetime:
    return datetime.combine(day, time(0), LOCAL) + timedelta(hours=hour)


def _first_of_last_month(day: date) -> date:
    return (day.replace(day=1) - DAY).replace(day=1)


def _hours(of: time) -> float:
    return of.hour + of.minute / 60


def _bell(at: datetime, middle: time, width: float) -> float:
    """Return 1 at an hour of the day and less around it; ``width`` in hours."""
    return math.exp(-(((_hours(at.time()) - _hours(middle)) / width) ** 2))


def _shape(site: Site, at: datetime) -> float:
    """Return how a day's visitors come and go, 0 to 1: by day, on squares that stay open in the evening too."""
    opens, closes = _hours(site.opens), _hours(site.closes)
    by_day = math.sin(math.pi * (_hours(at.time()) - opens) / max(1.0, min(closes, 18.5) - opens))
    return max(0.0, by_day, _bell(at, EVENING, 1.8) if closes >= 20 else 0.0)
