"""Public investment of the world: what is built where by whom, and how its capital is paid out over the year.

Nearly everybody keeps close to the line that is to be expected; one investor lags with all it has, and a project here
and there for reasons of its own.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from random import Random
from typing import Any

from ioc.simulator.dice import dice
from monitors.socioeconomy.science import disbursement

BOARD = "Ban Quản lý dự án đầu tư xây dựng tỉnh"
"""An investor that is no department of the pack."""
_BOARD_KINDS = (
    ("Trụ sở làm việc liên cơ quan tại {vi}", "Joint office building in {en}", 90, 500),
    ("Đường tránh {vi}", "Bypass of {en}", 250, 1100),
    ("Hạ tầng khu công nghiệp tại {vi}", "Infrastructure of an industrial park in {en}", 150, 700),
)
KINDS = {
    "so-xay-dung": (
        ("Nâng cấp, mở rộng đường tỉnh đoạn qua {vi}", "Widening of the provincial road through {en}", 250, 1200),
        ("Cầu và đường hai đầu cầu tại {vi}", "Bridge and approaches in {en}", 80, 420),
        ("Khu tái định cư {vi}", "Resettlement area in {en}", 60, 250),
    ),
    "so-nong-nghiep-moi-truong": (
        ("Hồ chứa nước và hệ thống kênh tại {vi}", "Reservoir and canals in {en}", 120, 650),
        ("Kè chống sạt lở bờ sông qua {vi}", "River embankment in {en}", 70, 380),
    ),
    "so-giao-duc-dao-tao": (
        ("Trường trung học phổ thông tại {vi}", "Upper secondary school in {en}", 35, 140),
        ("Nhà bán trú cho học sinh tại {vi}", "Boarding house for pupils in {en}", 8, 35),
    ),
    "so-y-te": (
        ("Nâng cấp trung tâm y tế tại {vi}", "Upgrading of the medical centre in {en}", 50, 260),
        ("Trạm y tế {vi}", "Health station of {en}", 4, 12),
    ),
    "so-van-hoa-the-thao-du-lich": (("Nhà văn hóa cộng đồng {vi}", "Community house of {en}", 6, 40),),
    "so-khoa-hoc-cong-nghe": (
        ("Hạ tầng số dùng chung, giai đoạn tại {vi}", "Shared digital infrastructure, {en}", 15, 80),
    ),
}
"""What departments build: names in both languages, and from what to what it costs in a year, in billion VND."""
_COMMUNE_KINDS = (
    ("Đường giao thông trung tâm {vi}", "Roads in the centre of {en}", 6, 45),
    ("Hệ thống thoát nước {vi}", "Drainage of {en}", 5, 30),
    ("Trường tiểu học {vi}", "Primary school of {en}", 8, 28),
)
OF_DEPARTMENT, OF_BOARD = 5, 6
COMMUNES_THAT_BUILD = 0.6
STUCK = 2
"""Projects that lag by themselves."""


@dataclass(frozen=True, slots=True)
class Site:
    """A commune where something may be built; names as they are printed, place in degrees."""

    code: str
    vi: str
    en: str
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class Work:
    """A project in one budget year. ``pace`` multiplies the expected line; ``first`` is its first month."""

    code: str
    vi: str
    en: str
    investor: str
    site: Site
    lon: float
    lat: float
    plan: float
    first: int
    pace: float

    def paid(self, month: int) -> float:
        """Return what was paid out by the end of a month of the budget year (1 to 13), in billion VND."""
        return round(min(self.plan, self.plan * self.pace * disbursement.expected(month, self.first)), 3)

    def report(self, year: int, month: int) -> dict[str, Any]:
        """Return what is reported at the end of a month."""
        paid = self.paid(month)
        item = {"code": self.code, "name": self.vi, "name_en": self.en, "investor": self.investor, "year": year}
        item |= {
            "group": "A" if self.plan >= 800 else "B" if self.plan >= 120 else "C",
            "plan": self.plan,
            "disbursed": paid,
        }
        item |= {"month": calendar_month(year, month), "status": "completed" if paid >= self.plan else "ongoing"}
        item |= {"unit": self.site.code, "lon": self.lon, "lat": self.lat}
        return item | {"starts": date(year, self.first, 1).isoformat()}


def calendar_month(year: int, month: int) -> str:
    """Return the calendar's name of a budget year's month: the thirteenth is January of the next."""
    return f"{year + (month - 1) // 12}-{(month - 1) % 12 + 1:02d}"


@lru_cache(maxsize=8)
def works(seed: int, sites: Sequence[Site], departments: Sequence[str], year: int) -> Sequence[Work]:
    """Return all projects of a budget year, the same for the same seed and province."""
    if not sites:
        return ()
    builders = [slug for slug in departments if slug in KINDS]
    slow = dice(seed, "slow investor", year).choice(builders or [BOARD])
    made = [
        _work(seed, year, investor, number, kinds, site, slow)
        for investor, number, kinds, site in _tasks(seed, sites, builders)
    ]
    stuck = dice(seed, "stuck", year).sample(
        [n for n, one in enumerate(made) if one.investor != slow], min(STUCK, len(made) // 4)
    )
    return tuple(_stuck(one) if n in stuck else one for n, one in enumerate(made))


def _tasks(
    seed: int, sites: Sequence[Site], builders: Sequence[str]
) -> Iterator[tuple[str, int, Sequence[tuple[str, str, int, int]], Site]]:
    for slug in builders:
        for number in range(OF_DEPARTMENT):
            yield slug, number, KINDS[slug], dice(seed, "site", slug, number).choice(sites)
    for number in range(OF_BOARD):
        yield BOARD, number, _BOARD_KINDS, dice(seed, "site", BOARD, number).choice(sites)
    for site in sites:
        if dice(seed, "builds", site.code).random() < COMMUNES_THAT_BUILD:
            yield site.code, 0, _COMMUNE_KINDS, site


def _work(
    seed: int, year: int, investor: str, number: int, kinds: Sequence[tuple[str, str, int, int]], site: Site, slow: str
) -> Work:
    draw = dice(seed, "work", investor, number)
    vi, en, least, most = kinds[number % len(kinds)] if len(kinds) > 1 else kinds[0]
    yearly = dice(seed, "work", investor, number, year)
    return Work(
        code=f"{draw.randrange(7_000_000, 8_000_000)}",
        vi=vi.format(vi=site.vi),
        en=en.format(en=site.en),
        investor=investor,
        site=site,
        lon=round(site.lon + draw.uniform(-0.02, 0.02), 5),
        lat=round(site.lat + draw.uniform(-0.02, 0.02), 5),
        plan=round(yearly.uniform(least, most), 1),
        first=yearly.choice((1, 1, 1, 1, 2, 3, 4)),
        pace=yearly.uniform(0.36, 0.46) if investor == slow else _usual(yearly),
    )


def _usual(draw: Random) -> float:
    return min(1.2, max(0.85, draw.gauss(0.98, 0.07)))


def _stuck(one: Work) -> Work:
    return Work(
        one.code,
        one.vi,
        one.en,
        one.investor,
        one.site,
        one.lon,
        one.lat,
        one.plan,
        one.first,
        round(0.55 * one.pace, 3),
    )
