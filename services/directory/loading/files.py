"""Units from the pack's own ``units.csv`` and ``successors.csv``."""

from collections.abc import Iterator
from datetime import date

from services.directory.loading.records import Link, UnitRecord, UnitSet
from services.directory.pack import Pack, PackError, read_csv


def csv_units(pack: Pack) -> UnitSet:
    """Return the pack's units and successors; PackError naming the line that is wrong."""
    try:
        return UnitSet(tuple(_units(pack)), tuple(_links(pack)))
    except (KeyError, ValueError) as error:
        message = f"{pack.folder}: {error!r}"
        raise PackError(message) from error


def _units(pack: Pack) -> Iterator[UnitRecord]:
    for row in read_csv(pack.folder / "units.csv"):
        yield UnitRecord(
            code=row["code"],
            level=row["level"],
            kind=row["kind"],
            name=row["name"],
            valid_from=date.fromisoformat(row["valid_from"]),
            valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
            longitude=float(row["longitude"]),
            latitude=float(row["latitude"]),
            parent=row["parent"],
            name_en=row["name_en"],
        )


def _links(pack: Pack) -> Iterator[Link]:
    before, since = pack.units.former_since, pack.units.since
    for row in read_csv(pack.folder / "successors.csv"):
        weight = float(row["weight"])
        yield Link((row["old"], before), (row["new"], since), weight, partial=weight < 1)
