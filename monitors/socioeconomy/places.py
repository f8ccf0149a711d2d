"""Communes and investors as reports name them: codes, slugs and names become those of the directory."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from services.directory.models import Unit
from services.directory.models.units import UnitLevel
from services.directory.pack import pack
from services.directory.selectors import units_at, units_by_code
from services.directory.text import clean, fold

_CODE = re.compile(r"\d{5}")
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)+")
Point = tuple[float, float]
"""Longitude and latitude in degrees."""


@dataclass(frozen=True, slots=True)
class Investor:
    """Who builds: ``key`` is a department's slug, a commune's code or a name; ``error`` why it can be none of them."""

    key: str = ""
    department: str = ""
    unit: str = ""
    error: str = ""


def find_investors(written: Collection[str], today: date) -> dict[str, Investor]:
    """Return what each text stands for: 1 statement, none without codes of communes."""
    codes = {text.strip() for text in written if _CODE.fullmatch(text.strip())}
    communes = _communes(codes, today)
    departments = _departments(today)
    return {text: _investor(clean(text), communes, departments) for text in written}


def _investor(text: str, communes: Mapping[str, Unit], departments: Mapping[str, str]) -> Investor:
    if _CODE.fullmatch(text):
        known = text in communes
        return Investor(text, unit=text) if known else Investor(error=_("there is no commune of that code"))
    slug = departments.get(text) or departments.get(fold(text))
    if slug:
        return Investor(slug, department=slug)
    if _SLUG.fullmatch(text):
        return Investor(error=_("there is no department of that name"))
    return Investor(text)


def _departments(today: date) -> dict[str, str]:
    """Return slugs and folded names of today's departments with the slug each stands for."""
    found: dict[str, str] = {}
    for one in pack().departments:
        if one.valid_to is None or one.valid_to >= today:
            names = {fold(name) for name in (*one.name.values(), *one.short_name.values())}
            found |= dict.fromkeys({one.slug, *names}, one.slug)
    return found


def labels(keys: Collection[str], today: date) -> dict[str, dict[str, str]]:
    """Return the names of investors as localised pairs, by their keys: 1 statement, none without communes."""
    communes = _communes({key for key in keys if _CODE.fullmatch(key)}, today)
    named = {one.slug: {"vi": one.name["vi"], "en": one.name["en"]} for one in pack().departments}
    named |= {code: unit.label for code, unit in communes.items()}
    return {key: named.get(key, {"vi": key, "en": key}) for key in keys}


@dataclass(frozen=True, slots=True)
class Place:
    """The commune a project stands in (none: it was not said), or why there is none of that name."""

    unit: str = ""
    error: str = ""


def find_places(given: Sequence[tuple[str, Point | None]], today: date) -> list[Place]:
    """Return the commune of each (code, point), by its code, else by its point: 1 statement for codes, 2 for points."""
    communes = _communes({code for code, _point in given if code}, today)
    points = [point for code, point in given if point and not code]
    around = dict(zip(points, units_at(points, today), strict=True)) if points else {}
    return [_place(code, point, communes, around) for code, point in given]


def _place(code: str, point: Point | None, communes: Mapping[str, Unit], around: Mapping[Point, Unit | None]) -> Place:
    if code:
        return Place(code) if code in communes else Place(error=_("there is no commune of that code"))
    at = around[point] if point else None
    if point and at is None:
        return Place(error=_("lies outside the province"))
    return Place(at.code if at else "")


def _communes(codes: Collection[str], today: date) -> dict[str, Unit]:
    found = units_by_code(codes, today) if codes else {}
    return {code: unit for code, unit in found.items() if unit.level == UnitLevel.COMMUNE}
