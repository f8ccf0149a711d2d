"""Units from the ``vietnamadminunits`` package: today's communes, those before 1 July 2025, and what became of them.

Its codes are the official five-digit ones; its areas are unreliable and are not read. Where it sends one old commune to
several new ones it gives no shares, so each gets the same weight until somebody knows better.
"""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from importlib.resources import as_file, files
from typing import Any

from services.directory.loading.records import Link, UnitRecord, UnitSet
from services.directory.pack import Pack, PackError

_PACKAGE = "vietnamadminunits"
_NEW = """
    SELECT province, provinceShort AS province_name, provinceCode AS province_code, provinceKey AS province_key,
           provinceLat AS province_lat, provinceLon AS province_lon,
           wardShort AS name, wardType AS kind, wardCode AS code, wardKey AS key, wardLat AS lat, wardLon AS lon
    FROM admin_units WHERE provinceCode = ? ORDER BY wardCode
"""
_OLD = """
    SELECT province, provinceShort AS province_name, provinceCode AS province_code,
           provinceLat AS province_lat, provinceLon AS province_lon,
           districtShort AS district_name, districtType AS district_kind, districtCode AS district_code,
           districtLat AS district_lat, districtLon AS district_lon,
           wardShort AS name, wardType AS kind, wardCode AS code, wardLat AS lat, wardLon AS lon,
           provinceKey || '_' || districtKey || '_' || wardKey AS key
    FROM admin_units_legacy WHERE provinceCode = ? ORDER BY wardCode
"""


def registry_units(pack: Pack) -> UnitSet:
    """Return the pack's units and successors; PackError when the package does not know the province."""
    with as_file(files(_PACKAGE) / "data" / "dataset.db") as path, closing(sqlite3.connect(path)) as database:
        database.row_factory = sqlite3.Row
        new = database.execute(_NEW, [pack.code]).fetchall()
        old = [row for code in pack.units.former for row in database.execute(_OLD, [code])]
    if not new:
        message = f"{_PACKAGE} has no province {pack.code}"
        raise PackError(message)
    before = (pack.units.former_since, pack.units.since - timedelta(days=1))
    today = (pack.units.since, None)
    records = (*_provinces(old, before), *_districts(old, before), *_communes(old, before))
    records += (*_provinces(new, today), *_communes(new, today))
    return UnitSet(records, tuple(_links(pack, new, old)))


def _provinces(rows: list[sqlite3.Row], validity: tuple[date, date | None]) -> Iterator[UnitRecord]:
    for code in dict.fromkeys(row["province_code"] for row in rows):
        row = next(row for row in rows if row["province_code"] == code)
        kind = row["province"].removesuffix(row["province_name"]).strip()
        yield UnitRecord(
            code, "province", kind, row["province_name"], *validity, row["province_lon"], row["province_lat"]
        )


def _districts(rows: list[sqlite3.Row], validity: tuple[date, date | None]) -> Iterator[UnitRecord]:
    for code in dict.fromkeys(row["district_code"] for row in rows):
        row = next(row for row in rows if row["district_code"] == code)
        name = _bare(row["district_kind"], row["district_name"])
        place = (row["district_lon"], row["district_lat"])
        yield UnitRecord(code, "district", row["district_kind"], name, *validity, *place, row["province_code"])


def _communes(rows: list[sqlite3.Row], validity: tuple[date, date | None]) -> Iterator[UnitRecord]:
    for row in rows:
        parent = row["district_code"] if "district_code" in row.keys() else row["province_code"]  # noqa: SIM118
        name = _bare(row["kind"], row["name"])
        yield UnitRecord(row["code"], "commune", row["kind"], name, *validity, row["lon"], row["lat"], parent)


def _bare(kind: str, name: str) -> str:
    """Return the name without its type: the package keeps it where the name is a number (Phường 1)."""
    return name.removeprefix(f"{kind} ")


def _links(pack: Pack, new: list[sqlite3.Row], old: list[sqlite3.Row]) -> Iterator[Link]:
    since, before = pack.units.since, pack.units.former_since
    for code in pack.units.former:
        yield Link((code, before), (pack.code, since))
    for source, targets in sorted(_conversion(pack, new, old).items()):
        for target in targets:
            yield Link((source, before), (target, since), round(1 / len(targets), 4), partial=len(targets) > 1)


def _conversion(pack: Pack, new: list[sqlite3.Row], old: list[sqlite3.Row]) -> dict[str, list[str]]:
    """Return old code → new codes, with the pack's corrections."""
    data: dict[str, Any] = json.loads((files(_PACKAGE) / "data" / "converter_2025.json").read_text(encoding="utf-8"))
    province = new[0]["province_key"]
    old_codes = {row["key"]: row["code"] for row in old}
    new_codes = {row["key"]: row["code"] for row in new}
    found: dict[str, list[str]] = {}
    for key, sources in data["DICT_PROVINCE_WARD_NO_DIVIDED"].get(province, {}).items():
        for source in sources:
            found.setdefault(old_codes[source], []).append(new_codes[key])
    for source, targets in data["DICT_PROVINCE_WARD_DIVIDED"].get(province, {}).items():
        found[old_codes[source]] = [new_codes[target["newWardKey"]] for target in targets]
    found.update({split.old: list(split.new) for split in pack.units.splits})
    return found
