"""Hospitals, clinics and stations of the province, from its pack: where they stand and how to call them."""

from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

from services.directory.pack import PackError, Text, convert, pack, read_toml

Kind = Literal["hospital", "fever_clinic", "centre", "station"]


class Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Base of what the pack's file holds: a misspelt key is an error."""


class Facility(Row, frozen=True):
    """A place where people are examined. ``beds`` as licensed; ``fever``: it sees fevers apart; ``night``: all night.

    ``phone`` is empty where none was checked: a wrong number is worse than the emergency call.
    """

    slug: str
    name: Text
    kind: Kind
    lon: float
    lat: float
    unit: str
    address: str = ""
    phone: str = ""
    beds: int = 0
    fever: bool = False
    night: bool = False

    @property
    def label(self) -> dict[str, str]:
        """The name as a localised pair for stored messages."""
        return {"vi": self.name["vi"], "en": self.name["en"]}

    @property
    def dial(self) -> str:
        """The phone as a link dials it: figures and a leading plus."""
        return "".join(sign for sign in self.phone if sign.isdecimal() or sign == "+")


class _File(Row, frozen=True):
    facilities: tuple[Facility, ...] = ()


def facilities() -> dict[str, Facility]:
    """Return slug → facility of the province in use; PackError when its file is wrong."""
    return _facilities(pack().folder)


@cache
def _facilities(folder: Path) -> dict[str, Facility]:
    path = folder / "facilities.toml"
    found = convert(read_toml(path), _File, path).facilities if path.exists() else ()
    for one in found:
        if not (abs(one.lon) <= 180 and abs(one.lat) <= 90 and one.beds >= 0):
            message = f"{path}: {one.slug}: a place in degrees and beds from 0"
            raise PackError(message)
    if len({one.slug for one in found}) < len(found):
        message = f"{path}: two facilities have the same slug"
        raise PackError(message)
    return {one.slug: one for one in found}
