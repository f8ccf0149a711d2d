"""Which column holds what: headings in Vietnamese or English, in any order, without accents, in any encoding."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.directory.text import fold
from services.indicators.workbooks.legacy import DECODERS, Decode

HEADINGS = {
    "code": ("Mã chỉ tiêu", "Mã số chỉ tiêu", "code", "indicator"),
    "name": ("Tên chỉ tiêu", "Chỉ tiêu", "name"),
    "measure": ("Đơn vị tính", "ĐVT", "measure", "unit of measurement"),
    "unit": ("Mã đơn vị hành chính", "Mã đơn vị", "Mã xã", "Mã xã, phường", "unit", "unit code"),
    "unit_name": ("Đơn vị hành chính", "Tên đơn vị", "Địa phương", "Xã, phường", "unit_name", "unit name"),
    "period": ("Kỳ báo cáo", "Kỳ", "Kỳ số liệu", "Thời gian", "period"),
    "value": ("Giá trị", "Số liệu", "Thực hiện", "value"),
    "kind": ("Loại số liệu", "Loại", "kind"),
    "note": ("Ghi chú", "note"),
    "reason": ("Lý do điều chỉnh", "Lý do", "reason"),
}
"""What each column may be called; the first one is what the template writes."""
_KNOWN = {fold(heading.replace("_", " ")): name for name, headings in HEADINGS.items() for heading in (name, *headings)}
NEEDED = (("code", "name"), ("value",))
"""One of each must be there."""
_ENOUGH = 2


@dataclass(frozen=True, slots=True)
class Fields:
    """The columns' names in their order (empty for one that is not known), and how the text is to be read."""

    names: tuple[str, ...]
    encoding: str
    decode: Decode

    @property
    def missing(self) -> list[str]:
        """The headings that must be there and are not."""
        return [HEADINGS[names[0]][0] for names in NEEDED if not set(names) & set(self.names)]

    @property
    def repeated(self) -> list[str]:
        """The headings that stand over two columns."""
        known = [name for name in self.names if name]
        return [HEADINGS[name][0] for name in sorted(set(known)) if known.count(name) > 1]


def fields_of(cells: Sequence[str]) -> Fields | None:
    """Return what a row of headings says, in the encoding that makes the most of it; None when it is none."""
    best: Fields | None = None
    for encoding, decode in DECODERS.items():
        names = tuple(_KNOWN.get(fold(decode(cell).replace("_", " ")), "") for cell in cells)
        count = sum(1 for name in names if name)
        if count >= _ENOUGH and (best is None or count > sum(1 for name in best.names if name)):
            best = Fields(names, encoding, decode)
    return best
