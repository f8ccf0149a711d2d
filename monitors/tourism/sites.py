"""The province's sites and places of lodging, from its pack: where they stand, how many they hold, when they open.

A place of lodging is known by the code under which the department registered it. Nothing of who owns it is kept.
"""

from datetime import datetime, time
from functools import cache
from pathlib import Path
from typing import Literal, TypeVar

import msgspec

from services.directory.pack import PackError, Text, convert, pack, read_toml
from services.kernel.clock import LOCAL

OWNER = "so-van-hoa-the-thao-du-lich"
"""The department that answers for tourism."""


class Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Base of what the pack's files hold: a misspelt key is an error."""


class Place(Row, frozen=True):
    """What sites and lodgings share: a name and where it stands in degrees. ``unit`` is the commune."""

    slug: str
    name: Text
    lon: float
    lat: float
    unit: str

    @property
    def label(self) -> dict[str, str]:
        """The name as a localised pair for stored messages."""
        return {"vi": self.name["vi"], "en": self.name["en"]}


class Site(Place, frozen=True):
    """A place that visitors go to. ``capacity``: how many it bears at one time; hours are the province's own."""

    capacity: int
    opens: time = time(0)
    closes: time = time(23, 59)

    def open_at(self, at: datetime) -> bool:
        """Tell whether visitors are let in at an instant."""
        return self.opens <= at.astimezone(LOCAL).time() <= self.closes


class Lodging(Place, frozen=True):
    """A place of lodging by its registered code (``slug``); ``rooms`` as registered."""

    kind: Literal["hotel", "guesthouse", "homestay", "resort"]
    rooms: int


class YearlyFestival(Row, frozen=True):
    """What the simulated world celebrates every year on a day; ``expected`` visitors over all of its days."""

    slug: str
    name: Text
    site: str
    month: int
    day: int
    days: int
    expected: int


class _Sites(Row, frozen=True):
    sites: tuple[Site, ...] = ()
    festivals: tuple[YearlyFestival, ...] = ()
    visitors_a_year: int = 100_000
    """The size of the simulated world: visitors of the year 2025."""


class _Lodgings(Row, frozen=True):
    lodgings: tuple[Lodging, ...] = ()


P = TypeVar("P", bound=Place)


def sites() -> dict[str, Site]:
    """Return slug → site of the province in use; PackError when its file is wrong."""
    return _sites(pack().folder)


def lodgings() -> dict[str, Lodging]:
    """Return code → place of lodging of the province in use; PackError when its file is wrong."""
    return _lodgings(pack().folder)


def place_of(slug: str) -> Place | None:
    """Return the site or place of lodging of that name, None where there is none."""
    return sites().get(slug) or lodgings().get(slug)


def label_of(slug: str) -> dict[str, str]:
    """Return the name of a site or place of lodging as a localised pair; of an unknown one what it was called."""
    place = place_of(slug)
    return place.label if place else {"vi": slug, "en": slug}


def festivals() -> tuple[YearlyFestival, ...]:
    """Return the yearly festivals of the simulated world."""
    return _file(pack().folder).festivals


def visitors_a_year() -> int:
    """Return how many visitors the simulated world had in 2025."""
    return _file(pack().folder).visitors_a_year


@cache
def _file(folder: Path) -> _Sites:
    path = folder / "sites.toml"
    return convert(read_toml(path), _Sites, path) if path.exists() else _Sites()


@cache
def _sites(folder: Path) -> dict[str, Site]:
    path = folder / "sites.toml"
    for site in _file(folder).sites:
        if site.capacity < 1 or site.opens >= site.closes:
            message = f"{path}: {site.slug}: holds at least one visitor and opens before it closes"
            raise PackError(message)
    return _by_slug(_file(folder).sites, path)


@cache
def _lodgings(folder: Path) -> dict[str, Lodging]:
    path = folder / "lodgings.toml"
    found = convert(read_toml(path), _Lodgings, path).lodgings if path.exists() else ()
    taken = {one.slug for one in found if one.rooms < 1 or one.slug in _sites(folder)}
    if taken:
        message = f"{path}: {', '.join(sorted(taken))}: has rooms, and a name that no site has"
        raise PackError(message)
    return _by_slug(found, path)


def _by_slug(found: tuple[P, ...], path: Path) -> dict[str, P]:
    for one in found:
        if not (abs(one.lon) <= 180 and abs(one.lat) <= 90):
            message = f"{path}: {one.slug}: longitude and latitude in degrees"
            raise PackError(message)
    if len({one.slug for one in found}) < len(found):
        message = f"{path}: two of them have the same slug"
        raise PackError(message)
    return {one.slug: one for one in found}
