"""The office of the People's Committee of the world: tasks assigned to agencies, and figures delivered by month.

Most tasks are done in time, a few some days late. How agencies stood in the months before comes as delivered figures;
of the present month the centre counts what it has seen itself.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any, Self

from ioc.simulator.dice import dice, poisson
from ioc.simulator.dossiers import Agency
from ioc.simulator.feed import Part, Sent
from ioc.simulator.world import World
from services.directory.pack import pack
from services.indicators.periods import Period, containing, span
from services.kernel.clock import LOCAL
from services.worktime.calendar import working_days

TASKS, WORKBOOK = "government/tasks", "government/workbook"
PUBLISHED = "figures_2023.csv"
"""The pack's own figures of government, if it has any."""
DOSSIERS = 3300
"""Dossiers that the world's agencies finish in a month, shared out by how busy they are."""
PER_MONTH = 45
"""Tasks assigned in a month of the whole province."""
LATE_SHARE = 0.1
PERIODS = (10, 15, 20, 30, 45)
"""Days that a document gives for a task."""
LONGEST = timedelta(days=75)
"""No task of this world lasts longer."""
DELIVERY_DAY, DELIVERY_HOUR = 3, 9
"""Figures of a month are delivered on this day of the next one."""
TITLES = (
    "Báo cáo kết quả giải ngân vốn đầu tư công",
    "Rà soát, cập nhật danh mục thủ tục hành chính",
    "Trả lời kiến nghị của cử tri sau kỳ họp Hội đồng nhân dân",
    "Tháo gỡ vướng mắc giải phóng mặt bằng",
    "Số hóa hồ sơ, giấy tờ còn hiệu lực",
    "Kiểm tra công tác phòng cháy, chữa cháy",
    "Cấp chữ ký số cho cán bộ, công chức cấp xã",
    "Xây dựng kế hoạch tuyển dụng năm sau",
    "Báo cáo việc tiếp công dân, giải quyết khiếu nại",
    "Triển khai thanh toán trực tuyến phí, lệ phí",
)
MONTHS_BACK = 12
DETAILED = 1
"""So many of the months before are delivered by agency, too; the older ones for the whole province alone."""


@dataclass(frozen=True, slots=True)
class Office:
    """An agency of the world: a department's slug or a unit's code, and how many dossiers it has in a month."""

    place: str
    dossiers: float


@dataclass(frozen=True)
class GovernmentFeed:
    """Tasks and monthly figures. ``published`` are the pack's own figures, as its file writes them."""

    world: World
    province: str
    offices: Sequence[Office]
    published: Sequence[Mapping[str, str]] = ()
    factor: float = 1.0
    _drawn: dict[Period, list[list[Sent]]] = field(default_factory=dict, init=False, compare=False, repr=False)

    def between(self, start: datetime, end: datetime) -> Iterator[Sent]:
        """Yield what is sent in ``[start, end)``."""
        for life in self.lives(start - LONGEST, end):
            yield from (sent for sent in life if start <= sent.at < end)
        for month in span(_month(start).before(), _month(end)):
            at = _delivered(month)
            if start <= at < end:
                for row in self._survey(month, self.offices):
                    yield Sent(at, WORKBOOK, f"{row['code']}:{row['unit']}:{row['period']}", row)

    def mean(self, at: datetime) -> float:
        """Return how many items are sent in an hour."""
        del at
        return (3 * PER_MONTH * self.factor + 2 * len(self.offices)) / (30 * 24)

    def times(self, factor: float) -> Self:
        """Return the same office with so many times as many tasks."""
        return replace(self, factor=factor)

    def past(self, now: datetime) -> list[Part]:
        """Return tasks of half a year as they stand, and what was delivered of the year before."""
        done: list[dict[str, Any]] = []
        still_open: list[dict[str, Any]] = []
        for life in self.lives(now - timedelta(days=180), now):
            states = [sent.item for sent in life if sent.at <= now]
            if states:
                (done if states[-1]["state"] == "done" else still_open).append(dict(states[-1]))
        return [
            (WORKBOOK, [dict(row) for row in self.published], True),
            (WORKBOOK, list(self._history(now)), True),
            (TASKS, done, True),
            (TASKS, still_open, False),
        ]

    # --- tasks -----------------------------------------------------------------------------------------------------

    def lives(self, start: datetime, end: datetime) -> Iterator[list[Sent]]:
        """Yield the tasks assigned in the months that touch ``[start, end)``: each with its states, oldest first."""
        for month in span(_month(start), _month(end)):
            if month not in self._drawn:
                self._drawn[month] = [self._life(month, number) for number in range(round(PER_MONTH * self.factor))]
            yield from self._drawn[month]

    def _life(self, month: Period, number: int) -> list[Sent]:
        draw = dice(self.world.seed, "task", month.text, number)
        days = list(working_days(self.world.calendar, month.start, month.end)) or [month.end]
        assigned = draw.choice(days)
        due = assigned + timedelta(days=draw.choice(PERIODS))
        task = {
            "code": f"{self.world.tag}-{month.text}-{number:03}",
            "document": f"{100 + number + 60 * month.month}/UBND-{draw.choice(('TH', 'KTTH', 'VX', 'NC', 'CN'))}",
            "title": draw.choice(TITLES),
            "assigned_to": draw.choice(self.offices).place,
            "assigned_on": assigned.isoformat(),
            "due_on": due.isoformat(),
            "simulated": self.world.tag,
        }
        end = self._end(draw, assigned, due)
        midway = assigned + (end - assigned) * draw.uniform(0.3, 0.7)
        steps: list[tuple[date, dict[str, Any]]] = [
            (assigned, {"state": "assigned"}),
            (midway, {"state": "in_progress", "progress": draw.randrange(20, 80, 10)}),
            (end, {"state": "done", "progress": 100, "completed_on": end.isoformat(),
                   "result": f"{draw.randint(50, 999)}/BC"}),
        ]  # fmt: skip
        return [self._sent(task, n, day, values, draw) for n, (day, values) in enumerate(steps)]

    def _end(self, draw: Random, assigned: date, due: date) -> date:
        if draw.random() < LATE_SHARE:
            return due + timedelta(days=draw.randint(3, 14))
        return assigned + (due - assigned) * draw.uniform(0.5, 1.0)

    def _sent(self, task: Mapping[str, Any], number: int, day: date, values: Mapping[str, Any], draw: Random) -> Sent:
        at = datetime.combine(day, time(8 + 3 * number, draw.randrange(60)), LOCAL)
        item = {**task, **values, "as_of": at.isoformat(), "version": number + 1}
        return Sent(at, TASKS, f"{task['code']}:{number}", item)

    # --- figures ---------------------------------------------------------------------------------------------------

    def _history(self, now: datetime) -> Iterator[dict[str, Any]]:
        last = _month(now).before()
        if _delivered(last) > now:
            last = last.before()
        for month in span(last.before(MONTHS_BACK - 1), last):
            counted = {one.place: self._counts(month, one) for one in self.offices}
            totals = {code: sum(found[code] for found in counted.values()) for code in next(iter(counted.values()))}
            rows = [self._row(code, self.province, month, value) for code, value in totals.items()]
            detailed = month > last.before(DETAILED)
            if detailed:
                for place, found in counted.items():
                    rows += [self._row(code, place, month, value) for code, value in found.items()]
            rows += self._survey(month, self.offices if detailed else ())
            at = _delivered(month).isoformat()
            yield from ({**row, "delivered_at": at} for row in rows)

    def _counts(self, month: Period, office: Office) -> dict[str, int]:
        draw = dice(self.world.seed, "work", month.text, office.place)
        finished, handled = poisson(draw, office.dossiers), poisson(draw, office.dossiers / 8)
        received = finished + poisson(draw, 0.02 * office.dossiers)
        return {
            "dossiers_received": received,
            "dossiers_online": round(received * draw.uniform(0.4, 0.5)),
            "dossiers_finished": finished,
            "dossiers_on_time": finished - min(finished, poisson(draw, 0.03 * finished)),
            "dossiers_overdue": poisson(draw, 0.008 * finished),
            "reports_received": handled + poisson(draw, 0.05 * handled),
            "reports_handled": handled,
            "reports_on_time": handled - min(handled, poisson(draw, 0.08 * handled)),
            "reports_overdue": poisson(draw, 0.01 * handled),
        }

    def _survey(self, month: Period, offices: Sequence[Office]) -> Iterator[dict[str, Any]]:
        """Yield what is delivered every month: users of the app and portal, and how satisfied people are."""
        since = (month.year - 2023) * 12 + month.month
        draw = dice(self.world.seed, "people", month.text)
        people = {
            "app_accounts": 5000 + 900 * since,
            "app_installs": 17000 + 2400 * since,
            "app_second_installs": 1100 + 90 * since,
            "portal_visits": 24000 + 1500 * since + draw.randint(0, 700),
        }
        yield from (self._row(code, self.province, month, value) for code, value in people.items())
        asked = 0
        weighted = 0.0
        for one in self.offices:
            mine = dice(self.world.seed, "satisfaction", month.text, one.place)
            answers, rate = 1 + poisson(mine, one.dossiers / 5), round(min(99.0, mine.gauss(92.5, 2.0)), 1)
            asked, weighted = asked + answers, weighted + answers * rate
            if one in offices:
                yield self._row("satisfaction_answers", one.place, month, answers)
                yield self._row("satisfaction_rate", one.place, month, rate)
        yield self._row("satisfaction_answers", self.province, month, asked)
        yield self._row("satisfaction_rate", self.province, month, round(weighted / asked, 1))

    def _row(self, code: str, place: str, month: Period, value: float) -> dict[str, Any]:
        return {"code": code, "unit": place, "period": month.text, "value": value, "simulated": self.world.tag}


def office_of(world: World, agencies: Sequence[Agency]) -> GovernmentFeed:
    """Return the office over the agencies of the province in use, with the figures that its pack has."""
    all_of_them = sum(one.weight for one in agencies)
    offices = [Office(one.slug, DOSSIERS * one.weight / all_of_them) for one in agencies]
    path = pack().folder / PUBLISHED
    return GovernmentFeed(world, pack().code, offices, _rows(path) if path.exists() else ())


def _rows(path: Path) -> list[dict[str, str]]:
    heading, *lines = path.read_text(encoding="utf-8").splitlines()
    return [dict(zip(heading.split(";"), line.split(";"), strict=True)) for line in lines]


def _month(at: datetime) -> Period:
    return containing(at.astimezone(LOCAL).date(), "month")


def _delivered(month: Period) -> datetime:
    """Return when a month's figures are delivered."""
    return datetime.combine(month.end + timedelta(days=DELIVERY_DAY), time(DELIVERY_HOUR), LOCAL)
