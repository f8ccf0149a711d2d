"""The province pack in use: everything that a province has and a program does not know by itself.

``pack().hotline``, ``pack().name["vi"]``, ``pack().categories``: plain typed values read from the folder of
``settings.IOC_PROVINCE``, once per process. Localised texts are pairs ``{"vi": …, "en": …}``, as stored messages want.
"""

import csv
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeVar

import msgspec
from django.conf import settings

S = TypeVar("S", bound=msgspec.Struct)
Text = dict[Literal["vi", "en"], str]


class PackError(Exception):
    """The pack is missing or a file of it is wrong; the message names the file and what is wrong in it."""


class _Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Base of what packs hold: immutable, and a misspelt key is an error."""


class Split(_Row, frozen=True):
    """A correction of the registry: the old unit went to these new ones."""

    old: str
    new: tuple[str, ...]


class UnitsSource(_Row, frozen=True):
    """Where units come from: the package of Vietnam's units, or ``units.csv`` and ``successors.csv`` of the pack.

    ``former`` are the codes of the provinces that became this one on ``since``; their units began on ``former_since``.
    """

    source: Literal["registry", "csv"]
    since: date
    former: tuple[str, ...] = ()
    former_since: date = date(1900, 1, 1)
    splits: tuple[Split, ...] = ()


class Roster(_Row, frozen=True):
    """A duty that somebody has at every hour."""

    slug: str
    name: Text
    department: str = ""


class Department(_Row, frozen=True):
    """A department; ``agency_code`` is its code in dossier numbers."""

    slug: str
    name: Text
    short_name: Text
    valid_from: date
    agency_code: str = ""
    valid_to: date | None = None


class Position(_Row, frozen=True):
    """An office; ``{kind}`` in its title stands for the unit's type (Chủ tịch UBND phường)."""

    slug: str
    title: Text
    scope: Literal["department", "unit", "province"]
    unit_level: Literal["", "province", "district", "commune"] = ""


class Ladder(_Row, frozen=True):
    """The escalation ladder of a period: ``steps[0]`` are the positions of rung 1, and so on upwards."""

    valid_from: date
    steps: tuple[tuple[str, ...], ...]
    valid_to: date | None = None


class Category(_Row, frozen=True):
    """A category of field reports. Urgent ones run on clock hours, the others on working days."""

    code: str
    name: Text
    department: str
    icon: str
    urgent: bool = False
    deadline_days: int = 5
    deadline_hours: int = 24


class System(_Row, frozen=True):
    """An information system that the security monitor watches: its level (1 to 5) and its networks in CIDR form."""

    slug: str
    name: Text
    level: int
    department: str
    networks: tuple[str, ...] = ()


class Pack(_Row, frozen=True):
    """One province; ``kind`` is its type (tỉnh, thành phố). Its outline stands in the pack's ``outline.geojson``.

    ``dispatcher`` is the roster whose duty it is to send on the tickets that an office returned.
    """

    slug: str
    folder: Path
    code: str
    kind: str
    name: Text
    centre: Text
    centre_short: Text
    authority: Text
    hotline: str
    languages: tuple[str, ...]
    timezone: str
    dossier_prefix: str
    units: UnitsSource
    departments: tuple[Department, ...]
    positions: tuple[Position, ...]
    ladders: tuple[Ladder, ...]
    categories: tuple[Category, ...]
    aliases: Mapping[str, tuple[str, ...]] = {}
    rosters: tuple[Roster, ...] = ()
    dispatcher: str = ""
    systems: tuple[System, ...] = ()

    @property
    def hotline_dial(self) -> str:
        """The hotline's digits, for ``tel:`` links."""
        return "".join(c for c in self.hotline if c.isdigit())

    def category(self, code: str) -> Category | None:
        """Return the category of field reports with that code, None when there is none."""
        return next((category for category in self.categories if category.code == code), None)


def pack() -> Pack:
    """Return the pack of this deployment (``settings.IOC_PROVINCE``)."""
    return load_pack(settings.IOC_PROVINCE)


@cache
def load_pack(slug: str) -> Pack:
    """Read and check the pack of that name; PackError when it is missing or wrong."""
    folder = _folder(slug)
    ladder = read_toml(folder / "ladder.toml")
    values = {
        **read_toml(folder / "pack.toml"),
        "slug": slug,
        "departments": list(_departments(folder / "departments.csv")),
        "positions": ladder.get("positions", []),
        "ladders": ladder.get("ladders", []),
        "categories": read_toml(folder / "categories.toml").get("categories", []),
        "systems": read_toml(folder / "systems.toml").get("systems", []),
    }
    found = convert({**values, "folder": folder}, Pack, folder)
    _check(found)
    return found


def convert(values: object, shape: type[S], origin: Path) -> S:
    """Return ``values`` as ``shape``; PackError naming ``origin`` when they do not fit."""
    try:
        return msgspec.convert(values, shape, dec_hook=_decode)
    except msgspec.ValidationError as error:
        message = f"{origin}: {error}"
        raise PackError(message) from error


def read_toml(path: Path) -> dict[str, Any]:
    """Return a TOML file's values; PackError when it is missing or no TOML."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        message = f"{path}: {error}"
        raise PackError(message) from error


def read_csv(path: Path) -> Iterator[dict[str, str]]:
    """Yield a CSV file's rows by heading, without outer spaces; PackError when it is missing."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        message = f"{path}: {error}"
        raise PackError(message) from error
    for row in csv.DictReader(text.splitlines()):
        yield {heading: (value or "").strip() for heading, value in row.items() if heading}


def _folder(slug: str) -> Path:
    for directory in settings.IOC_PROVINCES_DIRS:
        folder = Path(directory) / slug
        if (folder / "pack.toml").is_file():
            return folder
    message = f"no province pack {slug!r} in {', '.join(str(d) for d in settings.IOC_PROVINCES_DIRS)}"
    raise PackError(message)


def _departments(path: Path) -> Iterator[dict[str, Any]]:
    for row in read_csv(path):
        yield {
            "slug": row["slug"],
            "name": {"vi": row["name"], "en": row["name_en"]},
            "short_name": {"vi": row["short_name"], "en": row["short_name_en"]},
            "agency_code": row["agency_code"],
            "valid_from": row["valid_from"],
            "valid_to": row["valid_to"] or None,
        }


def _decode(shape: type[Any], value: object) -> object:
    if shape is Path and isinstance(value, Path):
        return value
    message = f"cannot read {value!r} as {shape}"
    raise NotImplementedError(message)


def _check(found: Pack) -> None:
    """Refuse names that point at nothing: they would surface as a lost report months later."""
    departments = {department.slug for department in found.departments}
    positions = {position.slug for position in found.positions}
    named = [
        *((f"category {c.code}", c.department, departments) for c in found.categories),
        *((f"system {s.slug}", s.department, departments) for s in found.systems),
        *((f"roster {r.slug}", r.department, departments | {""}) for r in found.rosters),
        ("dispatcher", found.dispatcher, {roster.slug for roster in found.rosters} | {""}),
        *(
            (f"ladder of {lad.valid_from}", slug, positions)
            for lad in found.ladders
            for step in lad.steps
            for slug in step
        ),
    ]
    for owner, slug, known in named:
        if slug not in known:
            message = f"{found.folder}: {owner} names {slug!r}, which the pack does not have"
            raise PackError(message)
