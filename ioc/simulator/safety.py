"""Order and roads of the world: traffic of the week, accidents that rain and night bring, cameras and their AI."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any, Self

from ioc.simulator.dice import dice, poisson
from ioc.simulator.feed import DAY, HOUR, SLOT, Part, Sent, items_of, slots
from ioc.simulator.world import Place, World
from services.kernel.clock import LOCAL

EVENTS = "public_safety/camera_events"
INCIDENTS = "public_safety/incidents"
TRAFFIC = "public_safety/traffic_counts"
CHECKS = "public_safety/camera_checks"
QUARTER = timedelta(minutes=15)
USUAL = timedelta(days=29)
"""Four weeks make a usual hour of the week."""
RECENT = timedelta(hours=48)
"""Accidents of the last days are somebody's duty now."""
SEEN = timedelta(hours=6)
"""What cameras saw before is nobody's duty any more."""
ACCIDENTS_A_DAY = 1.5
CRIMES_A_DAY = 2.0
FIRES_A_DAY = 0.15
WORST = 4.0
"""How many times more accidents the worst hour has than a dry one at noon."""
CLEARED = 0.82
"""Share of crimes that are cleared up, in the end."""
LONGEST_CASE = 60
"""Days after which a crime is cleared up, if ever."""
BREAKDOWN = 0.04
"""Share of a camera's days with a fault of its own."""
CARS = {"street": 210, "highway": 160}
"""Vehicles of a quarter of an hour on a full road."""
OFFENCES = ("no_helmet", "red_light", "lane", "speed", "illegal_parking", "encroachment", "congestion")
GRAVE = ("fight", "fire_smoke", "crowd", "wrong_way")
OFFENCES_AN_HOUR, GRAVE_AN_HOUR = 14.0, 0.3
LABELS = {"fire_smoke": "smoke", "fight": "fight", "crowd": "crowd", "wrong_way": "car"}
CRIMES = ("trộm cắp tài sản", "lừa đảo qua mạng", "cố ý gây thương tích", "đánh bạc", "ma túy")
CRASHES = ("xe máy - xe máy", "xe máy - ô tô", "xe tải - xe máy", "tự gây tai nạn", "ô tô - ô tô")


@dataclass(frozen=True, slots=True)
class Lens:
    """A camera of the world."""

    slug: str
    lon: float
    lat: float

    @property
    def place(self) -> Place:
        """Where it rains on it."""
        return Place("", self.lon, self.lat)


@dataclass(frozen=True, slots=True)
class Section:
    """A road section of the world; ``free`` is its speed in km/h on an empty road."""

    slug: str
    lon: float
    lat: float
    unit: str
    free: float
    kind: str

    @property
    def place(self) -> Place:
        """Where it rains on it."""
        return Place(self.unit, self.lon, self.lat)


@dataclass(frozen=True)
class SafetyFeed:
    """What cameras, counters and the police of a world send."""

    world: World
    lenses: Sequence[Lens]
    sections: Sequence[Section]
    factor: float = 1.0

    def between(self, start: datetime, end: datetime) -> Iterator[Sent]:
        """Yield what is sent in ``[start, end)``."""
        yield from self.checks(start, end)
        yield from self.events(start, end)
        yield from self.traffic(start, end)
        yield from self.incidents(start, end)

    def mean(self, at: datetime) -> float:
        """Return how many items are sent in an hour at that time."""
        seen = self.factor * (OFFENCES_AN_HOUR + 2 * GRAVE_AN_HOUR) * self.world.activity(at)
        return len(self.lenses) * (HOUR / SLOT) + len(self.sections) * (HOUR / QUARTER) + (seen if self.lenses else 0)

    def times(self, factor: float) -> Self:
        """Return the same feed with so many times as much to see."""
        return replace(self, factor=factor)

    def past(self, now: datetime) -> list[Part]:
        """Return incidents since last year, traffic by the hour and of late by the window, and what cameras said."""
        traffic = items_of(self.traffic(now - USUAL, now - DAY, HOUR))
        return [
            (INCIDENTS, items_of(self.incidents(_last_year(now), now - RECENT)), True),
            (INCIDENTS, items_of(self.incidents(now - RECENT, now)), False),
            (TRAFFIC, traffic + items_of(self.traffic(now - DAY, now)), True),
            (CHECKS, items_of(self.checks(now - HOUR, now)), False),
            (EVENTS, items_of(self.events(now - DAY, now - SEEN)), True),
            (EVENTS, items_of(self.events(now - SEEN, now)), False),
        ]

    # --- cameras -----------------------------------------------------------------------------------------------------

    def checks(self, start: datetime, end: datetime) -> Iterator[Sent]:
        """Yield how whoever runs the cameras finds them, every ten minutes."""
        for slot in slots(start, end):
            for lens in self.lenses if start <= slot < end else ():
                item = {"camera": lens.slug, "occurred_at": slot.isoformat(), **self._health(lens, slot)}
                key = f"{self.world.tag}-{lens.slug}-{slot:%y%m%d%H%M}"
                item |= {"external_id": key, "simulated": self.world.tag}
                yield Sent(slot, CHECKS, key, item)

    def _health(self, lens: Lens, at: datetime) -> dict[str, Any]:
        """A storm takes the weakest first; besides, each has its own bad days."""
        weak = dice(self.world.seed, "lens", lens.slug).random()
        if weak < self.world.camera_loss(lens.place, at):
            return {"state": "no_picture", "reason": "timeout"}
        local = at.astimezone(LOCAL)
        draw = dice(self.world.seed, "fault", lens.slug, local.date())
        if draw.random() < BREAKDOWN:
            first = draw.randint(0, 20)
            if first <= local.hour < first + draw.randint(2, 8):
                state = draw.choice(("no_picture", "frozen", "dark"))
                return {"state": state, **({"reason": "refused"} if state == "no_picture" else {})}
        light = 30 + 95 * max(0.0, math.sin(math.pi * (local.hour - 5) / 14))
        noise = dice(self.world.seed, "luma", lens.slug, at.isoformat())
        return {"state": "ok", "luma": round(light + noise.gauss(0, 3), 1), "difference": round(noise.uniform(1, 6), 2)}

    def events(self, start: datetime, end: datetime) -> Iterator[Sent]:
        """Yield what the cameras' AI sees; grave things as their detector tells them, when they begin and end."""
        for slot in slots(start - SLOT, end):
            yield from (sent for sent in self._seen(slot) if start <= sent.at < end)

    def _seen(self, slot: datetime) -> Iterator[Sent]:
        if not self.lenses:
            return
        draw = dice(self.world.seed, "cameras", slot.isoformat(), self.factor)
        share = self.factor * self.world.activity(slot) * (SLOT / HOUR)
        up = [lens for lens in self.lenses if self._health(lens, slot)["state"] == "ok"] or list(self.lenses)
        for number in range(poisson(draw, OFFENCES_AN_HOUR * share)):
            at, key = slot + SLOT * draw.random(), f"{self.world.tag}-{slot:%y%m%d%H%M}-{number}"
            item: dict[str, Any] = {"external_id": key, "camera": draw.choice(up).slug, "kind": draw.choice(OFFENCES)}
            item |= {"confidence": round(draw.uniform(0.55, 0.98), 2), "occurred_at": at.isoformat()}
            yield Sent(at, EVENTS, key, {**item, "simulated": self.world.tag})
        for number in range(poisson(draw, GRAVE_AN_HOUR * share)):
            yield from self._grave(draw, slot, number, draw.choice(up))

    def _grave(self, draw: Random, slot: datetime, number: int, lens: Lens) -> Iterator[Sent]:
        kind, at = draw.choice(GRAVE), slot + SLOT * draw.random()
        score, lasting = round(draw.uniform(0.5, 0.95), 3), draw.uniform(20, 500)
        key = f"{self.world.tag}-f{slot:%y%m%d%H%M}-{number}"
        told: dict[str, Any] = {
            "id": key,
            "camera": lens.slug,
            "label": LABELS[kind],
            "score": score,
            "top_score": score,
        }
        told |= {"start_time": at.timestamp(), "current_zones": [kind], "entered_zones": [kind], "has_snapshot": False}
        ended = {**told, "end_time": at.timestamp() + lasting}
        for turn, after, when in (("new", told, at), ("end", ended, at + timedelta(seconds=lasting))):
            item = {"type": turn, "before": told, "after": after, "simulated": self.world.tag}
            yield Sent(when, EVENTS, f"{key}-{turn}", item)

    # --- roads -------------------------------------------------------------------------------------------------------

    def traffic(self, start: datetime, end: datetime, every: timedelta = QUARTER) -> Iterator[Sent]:
        """Yield what the counters send at the end of each quarter of an hour (or of ``every``)."""
        seconds = int(every.total_seconds())
        at = datetime.fromtimestamp(math.ceil(start.timestamp() / seconds) * seconds, UTC)
        while at < end:
            for section in self.sections:
                yield self._counted(section, at - every, every)
            at += every

    def _counted(self, section: Section, at: datetime, length: timedelta) -> Sent:
        draw = dice(self.world.seed, "traffic", section.slug, at.isoformat())
        middle = at + length / 2
        full = self.world.traffic(middle)
        slow = (1 - 0.45 * full) * math.exp(-self.world.rain(section.place, middle) / 30) * self._jam(section, middle)
        vehicles = round(CARS[section.kind] * (length / QUARTER) * full * math.exp(draw.gauss(0, 0.08)))
        speed = round(max(3.0, section.free * slow * math.exp(draw.gauss(0, 0.05))), 1)
        key = f"{self.world.tag}-{section.slug}-{at:%y%m%d%H%M}"
        item = {"external_id": key, "road": section.slug, "occurred_at": at.isoformat(), "vehicles": vehicles}
        item |= {"speed": speed if vehicles else None, "minutes": int(length.total_seconds() // 60)}
        return Sent(at + length, TRAFFIC, key, {**item, "simulated": self.world.tag})

    def _jam(self, section: Section, at: datetime) -> float:
        """Return how much a jam of the day slows the section: works, an accident, a festival."""
        local = at.astimezone(LOCAL)
        draw = dice(self.world.seed, "jam", section.slug, local.date())
        begins = draw.choice((7.0, 11.0, 16.5, 17.0)) + draw.random()
        lasts = draw.uniform(0.5, 1.2)
        jammed = draw.random() < 0.08 and begins <= local.hour + local.minute / 60 < begins + lasts
        return 0.35 if jammed else 1.0

    # --- accidents, crimes, fires ------------------------------------------------------------------------------------

    def incidents(self, start: datetime, end: datetime) -> Iterator[Sent]:
        """Yield what the police report: accidents and fires when they happen, crimes too, and when they are cleared."""
        day = start.astimezone(LOCAL).date() - timedelta(days=LONGEST_CASE + 1)
        while day <= end.astimezone(LOCAL).date():
            yield from (sent for sent in self._day(day) if start <= sent.at < end)
            day += DAY

    def _day(self, day: date) -> Iterator[Sent]:
        draw = dice(self.world.seed, "incidents", day)
        midnight = datetime(day.year, day.month, day.day, tzinfo=LOCAL)
        for number in range(poisson(draw, ACCIDENTS_A_DAY * WORST)):
            yield from self._accident(draw, midnight, number)
        for number in range(poisson(draw, CRIMES_A_DAY)):
            yield from self._crime(draw, midnight, number)
        for number in range(poisson(draw, FIRES_A_DAY)):
            at, place = midnight + DAY * draw.random(), self._commune(draw)
            more = {"lon": place.lon, "lat": place.lat, "injuries": poisson(draw, 0.2), "category": "nhà dân"}
            yield self._report(f"{self.world.tag}-fire-{day:%y%m%d}-{number}", "fire", at, at, place.code, more)

    def _accident(self, draw: Random, midnight: datetime, number: int) -> Iterator[Sent]:
        """Draw more than happen and keep those that the hour and the rain explain."""
        at = midnight + DAY * draw.random()
        on_road = draw.random() < 0.6 and self.sections
        section = draw.choice(self.sections) if on_road else None
        place = section.place if section else self._commune(draw)
        dead = draw.choices((0, 1, 2, 3), (62, 31, 6, 1))[0]
        more = {"deaths": dead, "injuries": poisson(draw, 0.9), "category": draw.choice(CRASHES)}
        shift = (draw.uniform(-0.01, 0.01), draw.uniform(-0.01, 0.01)) if section else (0.0, 0.0)
        kept = draw.random()
        hour = at.astimezone(LOCAL).hour
        risk = (0.3 + self.world.activity(at)) * (1.8 if hour >= 18 else 1.0) * (1 + self.world.rain(place, at) / 8)
        if kept * WORST < risk:
            where: dict[str, Any] = {"lon": round(place.lon + shift[0], 5), "lat": round(place.lat + shift[1], 5)}
            if section:
                where["road"] = section.slug
            key = f"{self.world.tag}-acc-{midnight:%y%m%d}-{number}"
            yield self._report(key, "accident", at, at, place.code, {**more, **where})

    def _crime(self, draw: Random, midnight: datetime, number: int) -> Iterator[Sent]:
        at, place = midnight + DAY * draw.random(), self._commune(draw)
        key, more = f"{self.world.tag}-crime-{midnight:%y%m%d}-{number}", {"category": draw.choice(CRIMES)}
        yield self._report(key, "crime", at, at, place.code, more)
        solved = at + DAY * LONGEST_CASE * draw.random() ** 2
        if draw.random() < CLEARED:
            yield self._report(key, "crime", at, solved, place.code, {**more, "cleared": True})

    def _report(self, key: str, kind: str, at: datetime, known: datetime, unit: str, more: dict[str, Any]) -> Sent:
        item = {"external_id": key, "kind": kind, "occurred_at": at.isoformat(), "as_of": known.isoformat()}
        item |= {"unit": unit, **more, "simulated": self.world.tag}
        return Sent(known, INCIDENTS, f"{key}-{known:%y%m%d%H%M%S}", item)

    def _commune(self, draw: Random) -> Place:
        return draw.choices(self.world.places, [place.weight for place in self.world.places])[0]


def _last_year(now: datetime) -> datetime:
    """Return the beginning of last year: a year's figures are compared with it."""
    local = now.astimezone(LOCAL)
    return local.replace(year=local.year - 1, month=1, day=1, hour=0, minute=0, second=0, microsecond=0)
