"""What a source of units yields, before anything touches the database."""

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class UnitRecord:
    """One unit of one validity period; ``longitude`` and ``latitude`` in degrees (EPSG:4326)."""

    code: str
    level: str
    kind: str
    name: str
    valid_from: date
    valid_to: date | None
    longitude: float
    latitude: float
    parent: str = ""
    name_en: str = ""

    @property
    def key(self) -> tuple[str, date]:
        """What tells units apart: a code means another unit in another period."""
        return self.code, self.valid_from


@dataclass(frozen=True, slots=True)
class Link:
    """The unit ``old`` became, wholly or in part, the unit ``new``; both are keys of records."""

    old: tuple[str, date]
    new: tuple[str, date]
    weight: float = 1.0
    partial: bool = False


@dataclass(frozen=True, slots=True)
class UnitSet:
    """Units, parents before children, and their succession."""

    records: tuple[UnitRecord, ...]
    links: tuple[Link, ...] = field(default=())

    def strays(self) -> list[str]:
        """Return what names a unit that is not in the set: parents and ends of links, each with its day."""
        keys = {record.key for record in self.records}
        parents = {(record.parent, record.valid_from) for record in self.records if record.parent}
        named = parents | {end for link in self.links for end in (link.old, link.new)}
        return [f"{code} ({since})" for code, since in sorted(named - keys)]

    def unchanged(self) -> dict[tuple[str, date], tuple[str, date]]:
        """Return new key → old key for units that only got a new period: same name and type, one whole predecessor."""
        records = {record.key: record for record in self.records}
        predecessors: dict[tuple[str, date], list[Link]] = {}
        for link in self.links:
            predecessors.setdefault(link.new, []).append(link)
        same = {}
        for new, links in predecessors.items():
            old = links[0].old
            if len(links) == 1 and not links[0].partial and _title(records[old]) == _title(records[new]):
                same[new] = old
        return same


def _title(record: UnitRecord) -> tuple[str, str]:
    return record.kind, record.name
