"""Dossiers of public services: born when people and offices are about, worked on in office hours, a few too late."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any, Self
from zlib import crc32

from ioc.simulator.dice import dice, poisson
from ioc.simulator.feed import SLOT, Part, Sent, slots
from ioc.simulator.world import World
from services.kernel.clock import LOCAL
from services.worktime.calendar import add_days, add_minutes, next_opening

SOURCE = "public_services/dossiers"
MESSAGES = 4.5
"""How often the state of a dossier changes."""
ENDED = timedelta(days=14)
"""Dossiers that ended longer ago tell the figures nothing new."""
IN_PERSON_PER_HOUR = 12.0
"""Dossiers handed in over the counter in an hour of office time."""
ONLINE_PER_HOUR = 4.0
"""Dossiers sent online in an hour of full activity, at any time of day."""
LONGEST = timedelta(days=35)
"""No dossier of this world lives longer."""
NUMBERS = 6900
"""Sequence numbers of one agency and ten minutes: 144 of them a day fit into six digits."""
MOST = 800
"""Dossiers of ten minutes at most, so that worlds running side by side keep to their own numbers."""
DAY = 450
"""Working minutes of a day."""
PEOPLE = ("Nguyễn Thị Hạnh", "Trần Quốc Khánh", "Lê Thị Loan", "Phạm Minh Nhật", "Y Phương Niê", "H'Quyên Kbuôr")


def _shelf(variant: str) -> int:
    """Return the first sequence number of a variant: the ordinary world has the lowest ones."""
    return 100 + crc32(variant.encode()) % 60 * 100 if variant else 0


@dataclass(frozen=True, slots=True)
class Procedure:
    """A procedure: code, name, and the working minutes it may take."""

    code: str
    name: str
    minutes: int


OF_COMMUNES = (
    Procedure("2.000815", "Chứng thực bản sao từ bản chính", 240),
    Procedure("1.001193", "Đăng ký khai sinh", 240),
    Procedure("2.000635", "Cấp bản sao trích lục hộ tịch", 240),
    Procedure("1.004894", "Đăng ký kết hôn", DAY),
    Procedure("1.001776", "Trợ cấp xã hội hằng tháng", 10 * DAY),
)
OF_DEPARTMENTS = (
    Procedure("1.009972", "Cấp giấy phép xây dựng công trình", 10 * DAY),
    Procedure("2.001610", "Đăng ký thành lập doanh nghiệp", 3 * DAY),
    Procedure("1.012259", "Cấp giấy phép hành nghề", 10 * DAY),
    Procedure("2.000591", "Cấp giấy chứng nhận đủ điều kiện an toàn thực phẩm", 8 * DAY),
    Procedure("1.002809", "Đổi giấy phép lái xe", 5 * DAY),
)


@dataclass(frozen=True, slots=True)
class Agency:
    """An office that takes dossiers: its name in payloads and the code that dossier numbers begin with."""

    slug: str
    code: str
    is_unit: bool
    weight: float = 1.0


@dataclass(slots=True)
class Life:
    """A dossier from its birth on: fixed values, then what each step adds to them, oldest first."""

    values: dict[str, Any]
    steps: list[tuple[datetime, dict[str, Any]]] = field(default_factory=list)

    def add(self, at: datetime, **values: Any) -> None:
        """Append a step."""
        self.steps.append((at, values))

    def messages(self) -> Iterator[Sent]:
        """Yield the dossier's state after every step, as its agency sends it."""
        state = dict(self.values)
        for version, (at, values) in enumerate(self.steps, 1):
            state = {**state, **values, "as_of": at.isoformat(), "version": version}
            yield Sent(at, SOURCE, f"{state['code']}:{version}", state)


@dataclass(frozen=True, slots=True)
class DossierFeed:
    """The dossiers of a world. ``factor`` makes them more or fewer; none is born before ``first`` (None: as ever)."""

    world: World
    agencies: Sequence[Agency]
    first: datetime | None = None
    factor: float = 1.0

    def between(self, start: datetime, end: datetime) -> Iterator[Sent]:
        """Yield the messages sent in ``[start, end)``, dossier by dossier."""
        born = max(start - LONGEST, self.first) if self.first else start - LONGEST
        for life in self.lives(born, end):
            yield from (sent for sent in life.messages() if start <= sent.at < end)

    def mean(self, at: datetime) -> float:
        """Return how many messages are sent in an hour, if as many dossiers as are born then are worked on."""
        counter = IN_PERSON_PER_HOUR if self.world.office(at) else 0.0
        return self.factor * MESSAGES * (counter + ONLINE_PER_HOUR * self.world.activity(at))

    def times(self, factor: float) -> Self:
        """Return the same feed with so many times as many dossiers."""
        return replace(self, factor=factor)

    def past(self, now: datetime) -> list[Part]:
        """Return the newest state of each dossier: those that ended of late, and those still open."""
        ended: list[dict[str, Any]] = []
        still_open: list[dict[str, Any]] = []
        for life in self.lives(now - ENDED, now):
            states = [sent.item for sent in life.messages() if sent.at <= now]
            if states:
                (ended if states[-1]["status"] in {3, 9, 10} else still_open).append(dict(states[-1]))
        return [(SOURCE, ended, True), (SOURCE, still_open, False)]

    def lives(self, start: datetime, end: datetime) -> Iterator[Life]:
        """Yield the dossiers born in ``[start, end)``, each with its whole course."""
        for slot in slots(start, end):
            draw = dice(self.world.seed, "dossiers", slot.isoformat(), self.factor)
            hours = SLOT / timedelta(hours=1)
            counter = self.factor * IN_PERSON_PER_HOUR * hours if self.world.office(slot) else 0.0
            online = self.factor * ONLINE_PER_HOUR * self.world.activity(slot) * hours
            channels = [1] * poisson(draw, counter) + [2] * poisson(draw, online)
            for number, channel in enumerate(channels[:MOST], _shelf(self.world.variant)):
                at = slot + SLOT * draw.random()
                if start <= at < end:
                    yield self._life(slot, number, channel, at)

    def _life(self, slot: datetime, number: int, channel: int, at: datetime) -> Life:
        draw = dice(self.world.seed, "dossier", slot.isoformat(), number, self.factor)
        agency = draw.choices(self.agencies, [agency.weight for agency in self.agencies])[0]
        procedure = draw.choice(OF_COMMUNES if agency.is_unit else OF_DEPARTMENTS)
        local = slot.astimezone(LOCAL)
        sequence = (local.hour * 6 + local.minute // 10) * NUMBERS + number
        applicant = {"name": draw.choice(PEOPLE), "phone": f"091{draw.randint(0, 9_999_999):07}"}
        life = Life(
            {
                "simulated": self.world.tag,
                "code": f"{agency.code}-{local:%y%m%d}-{sequence:06}",
                "agency": agency.slug,
                "channel": channel,
                "procedure": procedure.code,
                "procedure_name": procedure.name,
                "submitted_at": at.isoformat(),
                "applicant": applicant,
            }
        )
        self._course(draw, life, procedure, at, online=channel == 2)
        return life

    def _course(self, draw: Random, life: Life, procedure: Procedure, born: datetime, *, online: bool) -> None:
        calendar, scenario = self.world.calendar, self.world.scenario
        troubled = self.world.in_scenario(born)
        late_share = scenario.late if troubled else 0.035
        life.add(born, status=1)
        lies_about = online and draw.random() < (scenario.unreceived if troubled else 0.03)
        wait = draw.randint(500, 800) if lies_about else draw.randint(20, 300) if online else draw.randint(3, 12)
        accepted = add_minutes(calendar, born, wait)
        if draw.random() < 0.01:
            life.add(accepted, status=3)
            return
        due = (
            add_minutes(calendar, accepted, procedure.minutes)
            if procedure.minutes < DAY
            else add_days(calendar, next_opening(calendar, accepted), procedure.minutes // DAY)
        )
        taken = {"accepted_at": accepted.isoformat(), "appointment_at": due.isoformat()}
        life.add(accepted, status=2, **taken)
        begun = add_minutes(calendar, accepted, draw.randint(10, 60))
        life.add(begun, status=4)
        if procedure.minutes > DAY and draw.random() < 0.06:
            begun = self._supplement(draw, life, begun)
        self._end(draw, life, procedure, begun, late=draw.random() < late_share)

    def _supplement(self, draw: Random, life: Life, begun: datetime) -> datetime:
        calendar = self.world.calendar
        asked = add_minutes(calendar, begun, draw.randint(60, 600))
        answered = add_minutes(calendar, asked, draw.randint(DAY, 3 * DAY))
        life.add(asked, status=5, supplements=[{"requested_at": asked.isoformat(), "answered_at": None}])
        given = [{"requested_at": asked.isoformat(), "answered_at": answered.isoformat()}]
        life.add(answered, status=4, supplements=given)
        return answered

    def _end(self, draw: Random, life: Life, procedure: Procedure, begun: datetime, *, late: bool) -> None:
        calendar = self.world.calendar
        share = draw.uniform(1.1, 1.6) if late else draw.uniform(0.25, 0.8)
        longest = procedure.minutes + 2 * DAY
        finished = add_minutes(calendar, begun, min(longest, int(procedure.minutes * share) + 1))
        life.add(finished, status=9, finished_at=finished.isoformat())
        returned = add_minutes(calendar, finished, draw.randint(15, DAY))
        life.add(returned, status=10, returned_at=returned.isoformat())
