"""Fails when a name or code of a province in ``fixtures/province/`` stands anywhere else: one deployment, one pack.

Names and codes come from the packs themselves and from the registry of units they draw on. Documentation may name
the province; programs, templates, translations and tests may not. A unit's name that other provinces have too, or of
one word, is looked for together with its type only.
"""

import re
import sqlite3
import subprocess
import sys
import tomllib
import unicodedata
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKS = ROOT / "fixtures" / "province"
PROGRAM = {
    "", ".py", ".sh", ".ts", ".mts", ".js", ".css", ".html", ".svg", ".txt", ".json", ".ndjson", ".csv", ".tsv",
    ".toml", ".xml", ".yaml", ".yml", ".po", ".service", ".conf",
}  # fmt: skip
_CODE_DIGITS = 5  # today's communes and the old ones; districts had three, which many other numbers have too
ALLOWED = ("fixtures/province/", "docs/", "requirements", "frontend/package-lock.json", "script/lib/uv.txt")


def words_of(folder: Path) -> tuple[set[str], set[str]]:
    """Return the (names, codes) that belong to one pack; none for a made-up province, which tests may name."""
    pack = tomllib.loads((folder / "pack.toml").read_text(encoding="utf-8"))
    if pack["units"]["source"] != "registry":
        return set(), set()
    names = {pack["hotline"], *pack["name"].values()}
    names |= {alias for aliases in pack.get("aliases", {}).values() for alias in aliases}
    codes: set[str] = set()
    for name, code in _registry_units({pack["code"], *pack["units"].get("former", [])}):
        names.add(unicodedata.normalize("NFC", name))
        codes |= {code} if len(code) == _CODE_DIGITS else set()
    return names, codes


def _registry_units(provinces: set[str]) -> Iterator[tuple[str, str]]:
    """Yield (name, code) of the provinces' units, today's and former ones, and of the provinces themselves."""
    package = find_spec("vietnamadminunits")
    if package is None or package.origin is None:
        sys.exit("province check: vietnamadminunits is not installed")
    database = Path(package.origin).parent / "data" / "dataset.db"
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        rows = connection.execute(
            "SELECT provinceCode, ward, wardShort, wardCode FROM admin_units UNION ALL "
            "SELECT provinceCode, ward, wardShort, wardCode FROM admin_units_legacy UNION ALL "
            "SELECT provinceCode, district, districtShort, districtCode FROM admin_units_legacy UNION ALL "
            "SELECT provinceCode, province, provinceShort, provinceCode FROM admin_units_legacy"
        ).fetchall()
    elsewhere = {short for province, _, short, _ in rows if province not in provinces}
    for province, full, short, code in rows:
        if province in provinces and full and not full[-1].isdigit():  # numbered wards are everywhere
            yield full, code
            if " " in short and short not in elsewhere:
                yield short, code


def tracked_files() -> Iterator[Path]:
    """Yield the files git knows or would take, that belong to the program."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],  # noqa: S607
        cwd=ROOT, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    for name in filter(None, listed.split("\0")):
        path = ROOT / name
        if path.suffix in PROGRAM and not name.startswith(ALLOWED) and path.is_file():
            yield path


def findings(names: set[str], codes: set[str]) -> Iterator[str]:
    """Yield one line for every place where a name or code stands."""
    alternatives = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    # A code is five digits on their own, quoted or in a data file: 24_133 or 241330 are other numbers.
    wanted = re.compile(rf"(?<!\w)(?:{alternatives})(?!\w)|(?<=[\"',;>])(?:{'|'.join(sorted(codes))})(?=[\"',;<])")
    for path in tracked_files():
        try:
            content = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(unicodedata.normalize("NFC", content).splitlines(), start=1):
            if found := wanted.search(line):
                yield f"{path.relative_to(ROOT)}:{number}: {found.group(0)!r} belongs into a province pack"


def main() -> int:
    """Print what was found; 1 when there is anything."""
    names: set[str] = set()
    codes: set[str] = set()
    for folder in sorted(p for p in PACKS.glob("*") if (p / "pack.toml").exists()):
        more_names, more_codes = words_of(folder)
        names |= more_names
        codes |= more_codes
    problems = list(findings(names, codes))
    print("\n".join(problems) or f"province: {len(names)} names and {len(codes)} codes stand in their pack alone")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
