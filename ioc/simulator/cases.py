"""Diseases of the world: dengue two weeks after the rain, hand-foot-mouth while schools are open; weekly reports."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Self

from ioc.simulator.dice import dice, poisson
from ioc.simulator.feed import DAY, Part, Sent, items_of
from ioc.simulator.world import Place, World
from services.kernel.clock import LOCAL

SOURCE = "health/cases"
LAG = 14
"""Days between rain and dengue: mosquitoes grow, bite, and the fever takes its time."""
KNOWN = timedelta(days=56)
"""A fresh centre knows eight weeks of reports."""
HOURS_OF_RAIN = (6, 13, 16, 19)
"""Hours of a day whose rain stands for the whole of it."""
AREA = 0.5
"""Degrees of a square whose communes share their rain: mosquitoes do not mind, and years of it are drawn at once."""
SCHOOL_MONTHS = (1, 2, 3, 4, 5, 9, 10, 11, 12)
FORGETFUL = 0.03
"""Share of a commune's weeks whose report comes two days late."""
OUTBREAKS = 0.02
"""Share of a commune's months in which hand, foot and mouth disease runs through a school."""
RARE = {"measles": 0.004, "chickenpox": 0.02, "influenza": 0.05, "mumps": 0.008, "malaria": 0.004}
"""Cases a day in a commune of weight 1."""


@dataclass(frozen=True)
class CaseFeed:
    """What communes report: each morning the cases of the day before, each Monday that there was nothing else."""

    world: World
    factor: float = 1.0
    _rain: dict[tuple[float, float, date], float] = field(default_factory=dict, compare=False, repr=False)

    def between(self, start: datetime, end: datetime) -> Iterator[Sent]:
        """Yield what is sent in ``[start, end)``."""
        day = (start - 4 * DAY).astimezone(LOCAL).date()
        while day <= end.astimezone(LOCAL).date():
            for place in self.world.places:
                for sent in (*self._daily(place, day), *self._weekly(place, day)):
                    if start <= sent.at < end:
                        yield sent
            day += DAY

    def mean(self, at: datetime) -> float:
        """Return how many reports are sent in an hour, over a day."""
        del at
        return self.factor * len(self.world.places) * (0.35 + 1 / 7) / 24

    # --- what is sent ------------------------------------------------------------------------------------------------

    def times(self, factor: float) -> Self:
        """Return the same feed with so many times as many cases."""
        return replace(self, factor=factor)

    def past(self, now: datetime) -> list[Part]:
        """Return the reports of eight weeks and of the same months of five years before, and the latest."""
        spans = [*reversed(past_spans(now)), (now - KNOWN, now - DAY)]
        past = [item for start, end in spans for item in items_of(self.between(start, end))]
        return [(SOURCE, past, True), (SOURCE, items_of(self.between(now - DAY, now)), False)]

    def _daily(self, place: Place, day: date) -> Iterator[Sent]:
        """Yield the cases of a day, reported the morning after."""
        draw = dice(self.world.seed, "cases", place.code, day)
        at = self._at(day + DAY, 8 + 2 * draw.random())
        for disease, mean in self.means(place, day).items():
            found = poisson(draw, mean * self.factor)
            if found:
                sure = sum(draw.random() < 0.3 for _ in range(min(found, 50)))
                counts = {"suspected": found - sure, "confirmed": sure}
                yield self._sent(place, disease, day, at, "day", counts)

    def _weekly(self, place: Place, day: date) -> Iterator[Sent]:
        """Yield on a Sunday that there was nothing else in the week: sent on Monday, by the forgetful on Wednesday."""
        if day.weekday() != 6:
            return
        draw = dice(self.world.seed, "week", place.code, day)
        late = 2 if draw.random() < FORGETFUL else 0
        yield self._sent(place, "all", day, self._at(day + (1 + late) * DAY, 8 + 7 * draw.random()), "week", {})

    def _sent(self, place: Place, disease: str, day: date, at: datetime, period: str, counts: dict[str, int]) -> Sent:
        item: dict[str, Any] = {"disease": disease, "unit": place.code, "day": day.isoformat(), "period": period}
        item |= {**counts, "as_of": at.isoformat(), "simulated": self.world.tag}
        return Sent(at, SOURCE, f"{place.code}:{disease}:{day}", item)

    @staticmethod
    def _at(day: date, hour: float) -> datetime:
        return datetime.combine(day, time(0), LOCAL) + timedelta(hours=hour)

    # --- causes ------------------------------------------------------------------------------------------------------

    def means(self, place: Place, day: date) -> dict[str, float]:
        """Return the cases to be expected of each disease at a commune on a day."""
        people = 0.5 * place.weight
        wet = sum(self._rained(place, day - (LAG + n) * DAY) for n in range(-3, 4)) / 7
        season = 1.4 if day.month in range(7, 13) else 0.5
        school = 1.0 if day.month in SCHOOL_MONTHS and self.world.calendar.is_working_day(day) else 0.35
        through = 8.0 if dice(self.world.seed, "school", place.code, day.year, day.month).random() < OUTBREAKS else 1.0
        return {
            "dengue": people * season * (0.04 + 0.02 * min(wet, 20.0)),
            "hand-foot-mouth": people * school * through * (0.18 if day.month in {3, 4, 5, 9, 10, 11} else 0.08),
            **{disease: people * mean for disease, mean in RARE.items()},
        }

    def _rained(self, place: Place, day: date) -> float:
        """Return the mm that fell around a commune on a day, remembered: seven days and its neighbours ask for it."""
        lon, lat = round(place.lon / AREA) * AREA, round(place.lat / AREA) * AREA
        key = (lon, lat, day)
        if key not in self._rain:
            if len(self._rain) > 50_000:
                self._rain.clear()
            around = Place("", lon, lat)
            midnight = datetime.combine(day, time(0), LOCAL)
            hours = (self.world.rain(around, midnight + timedelta(hours=hour)) for hour in HOURS_OF_RAIN)
            self._rain[key] = sum(hours) * 24 / len(HOURS_OF_RAIN)
        return self._rain[key]


def past_spans(now: datetime, years: int = 5) -> Sequence[tuple[datetime, datetime]]:
    """Return the same months of the years before, with a week around: what today's counts are compared with."""
    local = now.astimezone(LOCAL)
    first = local.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    after = (first + timedelta(days=31)).replace(day=1)
    return [
        (first.replace(year=first.year - back) - 7 * DAY, after.replace(year=after.year - back) + 7 * DAY)
        for back in range(1, years + 1)
    ]


def wave(hour: float) -> float:
    """Return how full a clinic is over the day, -1 to 1: most in the morning."""
    return math.sin(math.pi * (hour - 4) / 12)
