"""Schools of the world: roll call each school morning, fewer pupils after a wet night or where a fever goes round.

Everything here is made up, the yearly values of the indicators too: nobody published them.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Self

from ioc.simulator.cases import AREA, OUTBREAKS
from ioc.simulator.dice import dice
from ioc.simulator.feed import DAY, Part, Sent
from ioc.simulator.world import Place, World
from services.kernel.clock import LOCAL

ATTENDANCE, SCHOOLS, WORKBOOK = "education/attendance", "education/schools", "education/workbook"
CALLED = time(7, 20)
"""When the roll is called; what is counted arrives within the next hour and a half."""
LASTING = timedelta(minutes=85)
FORGETFUL = 0.012
"""Share of roll calls that are sent in the afternoon only."""
AFTERNOON = timedelta(hours=7)
FEVERS = 0.02
"""Share of a commune's weeks in which a fever goes round its schools."""
SEASON = timedelta(days=14)
YEAR = timedelta(days=364)
PAST = timedelta(days=63)
"""Eight weeks of the same weekday, and one."""
YEARS = 2
SUMMED = (12, time(10))
"""Day of January, and time, at which the sums of the year before are delivered."""
USUAL = {"preschool": 0.055, "primary": 0.02, "lower_secondary": 0.024, "upper_secondary": 0.03, "general": 0.045}
"""Share of pupils absent on a dry day."""
DRY = 0.025
"""What the world's own absence is on a dry day; what is above it is the rain's."""
TO_A_TEACHER = 17.5


@dataclass(frozen=True, slots=True)
class SchoolHouse:
    """A school of the world: what the department says of it, as its source sends it."""

    level: str
    place: Place
    item: Mapping[str, Any]

    @property
    def code(self) -> str:
        """Its code."""
        return str(self.item["code"])

    @property
    def pupils(self) -> int:
        """How many are on its rolls."""
        return int(self.item["pupils"])


@dataclass(frozen=True)
class SchoolFeed:
    """What schools report each morning. ``teaches`` tells whether a level has school on a day."""

    world: World
    schools: Sequence[SchoolHouse]
    teaches: Callable[[date, str], bool]
    _rain: dict[tuple[float, float, date], float] = field(default_factory=dict, compare=False, repr=False)

    def between(self, start: datetime, end: datetime) -> Iterator[Sent]:
        """Yield what is sent in ``[start, end)``."""
        day = start.astimezone(LOCAL).date()
        while day <= end.astimezone(LOCAL).date():
            for school in self.schools:
                if self.teaches(day, school.level):
                    at = self._at(school, day)
                    if start <= at < end:
                        yield self._sent(school, day, at)
            day += DAY

    def mean(self, at: datetime) -> float:
        """Return how many roll calls are sent in an hour, over a week."""
        del at
        return len(self.schools) * 5.5 / (7 * 24)

    def times(self, factor: float) -> Self:
        """Return the same feed: a roll is called once a day, however much else goes on."""
        del factor
        return self

    def past(self, now: datetime) -> list[Part]:
        """Return the schools, their yearly sums, attendance since nine weeks and of last year's season.

        The newest day of each level is somebody's duty now, the rest is history.
        """
        today = now.astimezone(LOCAL).date()
        begin = datetime.combine(today, time(0), LOCAL)
        season = self.between(begin - YEAR - SEASON, begin - YEAR + SEASON)
        recent = sorted(self.between(begin - PAST, now))
        newest = {sent.item["school"]: sent.item["day"] for sent in recent}
        fresh = [dict(sent.item) for sent in recent if sent.item["day"] == newest[sent.item["school"]]]
        older = [dict(sent.item) for sent in recent if sent.item["day"] != newest[sent.item["school"]]]
        described = [{**school.item, "as_of": (begin - PAST).isoformat()} for school in self.schools]
        return [
            (SCHOOLS, described, False),
            (WORKBOOK, list(self._past_sums(now)), True),
            (WORKBOOK, list(self._sums(today.year, today.year)), False),
            (ATTENDANCE, [dict(sent.item) for sent in sorted(season)] + older, True),
            (ATTENDANCE, fresh, False),
        ]

    # --- attendance --------------------------------------------------------------------------------------------------

    def absence(self, school: SchoolHouse, day: date) -> float:
        """Return the share of a school's pupils that stay at home: its own usual, the rain's, and a fever's."""
        wet = self._wet(school.place, day)
        saturday = 0.008 if day.weekday() == 5 else 0.0
        return min(0.9, USUAL[school.level] + wet + saturday + self._fever(school, day))

    def _wet(self, place: Place, day: date) -> float:
        """Return what the night's rain adds, remembered: schools near each other share it."""
        lon, lat = round(place.lon / AREA) * AREA, round(place.lat / AREA) * AREA
        key = (lon, lat, day)
        if key not in self._rain:
            if len(self._rain) > 20_000:
                self._rain.clear()
            self._rain[key] = self.world.absence(Place("", lon, lat), day) - DRY
        return self._rain[key]

    def _fever(self, school: SchoolHouse, day: date) -> float:
        unit, week = school.place.code, day.isocalendar()
        through = dice(self.world.seed, "school", unit, day.year, day.month).random() < OUTBREAKS
        fever = dice(self.world.seed, "fever", unit, week.year, week.week).random() < FEVERS
        young = school.level in {"preschool", "primary"}
        return (0.05 if through and young else 0.0) + (0.1 if fever else 0.0)

    def _at(self, school: SchoolHouse, day: date) -> datetime:
        draw = dice(self.world.seed, "roll", school.code, day)
        late = AFTERNOON if draw.random() < FORGETFUL else timedelta(0)
        return datetime.combine(day, CALLED, LOCAL) + LASTING * draw.random() + late

    def _sent(self, school: SchoolHouse, day: date, at: datetime) -> Sent:
        draw = dice(self.world.seed, "absent", school.code, day)
        expected = school.pupils
        share = self.absence(school, day)
        spread = (expected * share * (1 - share)) ** 0.5
        absent = min(expected, max(0, round(draw.gauss(expected * share, 1.3 * spread))))
        item: dict[str, Any] = {
            "school": school.code,
            "day": day.isoformat(),
            "expected": expected,
            "present": expected - absent,
            "absent_excused": round(absent * draw.uniform(0.5, 0.9)),
            "as_of": at.isoformat(),
            "simulated": self.world.tag,
        }
        return Sent(at, ATTENDANCE, f"{school.code}:{day}", item)

    # --- the year's sums ---------------------------------------------------------------------------------------------

    def _past_sums(self, now: datetime) -> Iterator[dict[str, Any]]:
        """Yield the sums of the years that are over, each as it was delivered in January, if that has come."""
        this = now.astimezone(LOCAL).year
        for year in range(this - YEARS + 1, this):
            at = datetime.combine(date(year + 1, 1, SUMMED[0]), SUMMED[1], LOCAL)
            dated = {"delivered_at": at.isoformat()} if at <= now else {}
            yield from ({**row, **dated} for row in self._sums(this, year))

    def _sums(self, this: int, year: int) -> Iterator[dict[str, Any]]:
        """Yield a year's sums of every commune: schools by people, classes by schools, pupils by classes."""
        back = this - year
        for place in self.world.places:
            draw = dice(self.world.seed, "sums", place.code)
            schools = round(8 + 2.5 * place.weight + draw.random() * 3)
            classes, size, share = schools * draw.uniform(13, 17), draw.uniform(28, 33), draw.uniform(0.45, 0.7)
            pupils = round(classes * size * (1 - 0.012 * back))
            values = {
                "schools": schools,
                "schools_standard": round(schools * (share - 0.03 * back)),
                "classes": round(classes * (1 - 0.006 * back)),
                "pupils": pupils,
                "teachers": round(pupils / TO_A_TEACHER),
            }
            for code, value in values.items():
                yield {"code": code, "unit": place.code, "period": str(year), "value": value}
