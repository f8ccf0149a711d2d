"""Citizens' reports: people report what they meet when they are about, and much more of it where it rains."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any, Self

from ioc.simulator.dice import dice, poisson
from ioc.simulator.feed import DAY, SLOT, Part, Sent, slots
from ioc.simulator.world import Place, World
from services.worktime.calendar import add_minutes

SOURCE = "field_reports/portal"
PER_HOUR = 12.0
"""Reports of the whole province in an hour of full activity and no rain."""
WET = 5.0
"""How much more often drains, roads and lights are reported for every 10 mm an hour of rain."""
OF_RAIN = {"ha-tang-chieu-sang", "giao-thong", "nuoc-thai-rac-thai", "moi-truong"}
OF_DROUGHT = {"chay-rung"}
WEIGHTS = {
    "giao-thong": 3.0,
    "nuoc-thai-rac-thai": 2.5,
    "lan-chiem-long-le-duong": 2.0,
    "ha-tang-chieu-sang": 2.0,
    "moi-truong": 1.2,
    "tu-tap-buon-ban": 1.0,
    "an-toan-thuc-pham": 0.6,
    "xay-dung-khong-phep": 0.6,
    "quang-cao-sai-quy-dinh": 0.5,
    "an-ninh-trat-tu": 0.35,
    "gia-ca": 0.3,
    "van-hoa-du-lich": 0.3,
    "chay-rung": 0.08,
}
"""How often each category is reported on an ordinary day; one that a province adds counts as 0.5."""
WORDS = {
    "giao-thong": (
        "Ổ gà sâu giữa làn xe",
        "Đèn tín hiệu không hoạt động",
        "Biển báo bị che khuất",
        "Xe đậu chắn lối đi",
    ),
    "nuoc-thai-rac-thai": (
        "Rác đổ thành đống bên đường",
        "Nước thải chảy tràn ra lề đường",
        "Thùng rác đầy nhiều ngày",
    ),
    "lan-chiem-long-le-duong": ("Bày hàng kín vỉa hè", "Dựng mái che ra lòng đường"),
    "ha-tang-chieu-sang": ("Đèn đường tắt cả đoạn", "Nắp cống vỡ", "Cống nghẹt, nước ngập mặt đường"),
    "moi-truong": ("Mùi hôi từ cơ sở chế biến", "Đốt rác khói mù cả xóm"),
    "tu-tap-buon-ban": ("Họp chợ tự phát dưới lòng đường",),
    "an-toan-thuc-pham": ("Quán ăn để thức ăn sống lẫn chín",),
    "xay-dung-khong-phep": ("Nhà đang xây không thấy bảng giấy phép",),
    "quang-cao-sai-quy-dinh": ("Quảng cáo dán kín cột điện",),
    "an-ninh-trat-tu": ("Nhóm người gây ồn và đánh nhau", "Mất trộm liên tục trong xóm"),
    "gia-ca": ("Bán hàng không niêm yết giá",),
    "van-hoa-du-lich": ("Khu tham quan thu tiền gửi xe quá cao",),
    "chay-rung": ("Thấy khói bốc lên từ bìa rừng",),
}
SLOW = 0.05
"""Share of reports that nobody takes on in time: their tickets climb."""
FIXED = 0.9
"""Share of reports that end with a fix."""
SPOTS = (
    "trước cổng trường",
    "gần chợ",
    "ngã ba đầu thôn",
    "đối diện trạm y tế",
    "cạnh nhà sinh hoạt cộng đồng",
    "gần cầu",
)
PEOPLE = ("Nguyễn Văn An", "Trần Thị Bình", "Lê Hoàng Cường", "Phạm Thị Dung", "Y Khôi Niê", "H'Linh Byă", "H'Mai Êban")


@dataclass(frozen=True, slots=True)
class ReportFeed:
    """The reports of a world. ``factor`` makes them more or fewer; ``categories`` are those of the province pack."""

    world: World
    categories: Sequence[str]
    factor: float = 1.0

    def between(self, start: datetime, end: datetime) -> Iterator[Sent]:
        """Yield the reports sent in ``[start, end)``, ten minutes by ten minutes, in no order within them."""
        for slot in slots(start, end):
            yield from (sent for sent in self._slot(slot) if start <= sent.at < end)

    def mean(self, at: datetime) -> float:
        """Return how many are sent in an hour at that time of day and weather."""
        wet = 1 + self.world.mean_rain(at) / 10 * WET * 0.5
        return self.factor * PER_HOUR * self.world.activity(at) * wet

    def times(self, factor: float) -> Self:
        """Return the same feed with so many times as many reports."""
        return replace(self, factor=factor)

    def past(self, now: datetime) -> list[Part]:
        """Return two days: what an office took on comes with what became of it, the rest as it would have come live."""
        sent = sorted(self.between(now - 2 * DAY, now))
        told = {one.key: self.history(one, now) for one in sent}
        ended = [{**one.item, "history": told[one.key]} for one in sent if told[one.key]]
        return [(SOURCE, ended, True), (SOURCE, [dict(one.item) for one in sent if not told[one.key]], False)]

    def _slot(self, slot: datetime) -> Iterator[Sent]:
        draw = dice(self.world.seed, "reports", slot.isoformat(), self.factor)
        count = poisson(draw, self.mean(slot) * SLOT / timedelta(hours=1))
        if not count:
            return
        rain = [self.world.rain(place, slot) for place in self.world.places]
        weights = [place.weight * (1 + mm / 10 * WET) for place, mm in zip(self.world.places, rain, strict=True)]
        for number in range(count):
            index = draw.choices(range(len(weights)), weights)[0]
            at = slot + SLOT * draw.random()
            key = f"{self.world.tag}-{slot:%y%m%d%H%M}-{number}"
            yield Sent(at, SOURCE, key, self._report(draw, key, at, self.world.places[index], rain[index]))

    def _report(self, draw: Random, key: str, at: datetime, place: Place, rain: float) -> dict[str, Any]:
        category = draw.choices(self.categories, [self._weight(code, rain) for code in self.categories])[0]
        words = draw.choice(WORDS.get(category, ("Có việc cần chính quyền xem",)))
        spot = f"{draw.choice(SPOTS)}, {draw.choice(('thôn', 'tổ dân phố'))} {draw.randint(1, 12)}"
        known = draw.random()
        bearing, far = draw.uniform(0, 2 * math.pi), 0.012 * math.sqrt(draw.random())
        item: dict[str, Any] = {
            "external_id": key,
            "simulated": self.world.tag,
            "occurred_at": at.isoformat(),
            "category": category,
            "description": f"{words}, {spot}." + (" Trời đang mưa to." if rain > 10 else ""),
            "address": spot,
            "reporter": {"name": draw.choice(PEOPLE), "phone": f"090{draw.randint(0, 9_999_999):07}"}
            if draw.random() < 0.5
            else None,
        }
        if known < 0.85:
            item["lon"] = round(place.lon + far * math.cos(bearing), 6)
            item["lat"] = round(place.lat + far * math.sin(bearing), 6)
        else:
            item["unit"] = place.code
        return item

    def _weight(self, category: str, rain: float) -> float:
        weight = WEIGHTS.get(category, 0.5)
        if category in OF_RAIN:
            return weight * (1 + rain / 10 * WET)
        return weight / (1 + rain) if category in OF_DROUGHT else weight

    def course(self, key: str, at: datetime) -> "Course":
        """Return how offices deal with the report of this id, sent at that time."""
        draw = dice(self.world.seed, "course", key)
        slow = draw.random() < SLOW
        taken = at + timedelta(minutes=draw.randint(500, 1800) if slow else draw.randint(4, 110))
        begun = add_minutes(self.world.calendar, taken, draw.randint(20, 300))
        done = add_minutes(self.world.calendar, begun, draw.randint(60, 1800))
        fixed = draw.random() < FIXED
        return Course(taken, begun, done, fixed=fixed, text="Đã xử lý xong." if fixed else "Chờ kế hoạch sửa chữa.")

    def history(self, sent: Sent, now: datetime) -> list[dict[str, Any]]:
        """Return what became of a report by ``now``, as an older system would tell it in a backfill."""
        course = self.course(sent.key, sent.at)
        end = "done" if course.fixed else "not_fixed"
        steps = (("routed", course.taken, ""), ("in_progress", course.begun, ""), (end, course.done, course.text))
        return [{"status": status, "at": at.isoformat(), "text": text} for status, at, text in steps if at <= now]


@dataclass(frozen=True, slots=True)
class Course:
    """When an office takes a report on, begins, and is done; and what it says in the end."""

    taken: datetime
    begun: datetime
    done: datetime
    fixed: bool
    text: str
