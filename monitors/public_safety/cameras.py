"""The province's cameras and road sections, from its pack: where, whose, what for, and how long pictures are kept.

Purpose and retention of every camera are what the personal-data law (91/2025/QH15) and Decree 356/2025 ask for: no
picture without a purpose, none longer than its retention. A stream's address may hold a password: it is read only
from the pack and from ``settings.IOC_CAMERA_STREAMS`` (a TOML file ``[streams] slug = "rtsp://…"``), is never taken
from what a source sends, and is shown nowhere.
"""

from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Literal, TypeVar

import msgspec
from django.conf import settings

from services.directory.pack import PackError, Text, convert, pack, read_toml

OWNER = "cong-an-tinh"
"""The department that answers for public order."""
LONGEST = 365
"""Days that any picture may be kept (configuration)."""


class Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Base of what the pack's files hold: a misspelt key is an error."""


class Place(Row, frozen=True):
    """What cameras and road sections share: a name and where it stands. ``unit`` is the commune."""

    slug: str
    name: Text
    lon: float
    lat: float
    unit: str

    @property
    def label(self) -> dict[str, str]:
        """The name as a localised pair for stored messages."""
        return {"vi": self.name["vi"], "en": self.name["en"]}


class Camera(Place, frozen=True):
    """A camera. ``owner`` is the department that keeps it; ``infrared``: it sees at night.

    ``every``: minutes between two checks; ``stream``: its address, empty when nobody may look.
    """

    purpose: Text
    basis: Text
    retention_days: int
    owner: str = OWNER
    road: str = ""
    stream: str = ""
    infrared: bool = True
    every: int = 5

    @property
    def retention(self) -> timedelta:
        """How long its pictures are kept."""
        return timedelta(days=self.retention_days)

    @property
    def pace(self) -> timedelta:
        """How long it is left alone between two checks."""
        return timedelta(minutes=self.every)


class Road(Place, frozen=True):
    """A road section that counters watch. ``free`` is its speed in km/h when nobody is in the way."""

    free: float
    kind: Literal["street", "highway"] = "street"


P = TypeVar("P", bound=Place)


class _Cameras(Row, frozen=True):
    cameras: tuple[Camera, ...] = ()


class _Roads(Row, frozen=True):
    roads: tuple[Road, ...] = ()


def cameras() -> dict[str, Camera]:
    """Return slug → camera of the province in use; PackError when its file is wrong."""
    return _cameras(pack().folder)


def roads() -> dict[str, Road]:
    """Return slug → road section of the province in use; PackError when its file is wrong."""
    return _roads(pack().folder)


def stream_of(camera: Camera) -> str:
    """Return where to look: the configured address, else the pack's; empty when the camera is not watched.

    PackError when the file of addresses is no TOML.
    """
    return _streams().get(camera.slug, camera.stream)


def _streams() -> dict[str, str]:
    path: Path | None = settings.IOC_CAMERA_STREAMS
    if path is None or not path.exists():
        return {}
    return {str(slug): str(address) for slug, address in read_toml(path).get("streams", {}).items()}


@cache
def _cameras(folder: Path) -> dict[str, Camera]:
    path = folder / "cameras.toml"
    found = convert(read_toml(path), _Cameras, path).cameras if path.exists() else ()
    departments = {department.slug for department in pack().departments}
    for camera in found:
        _check_place(camera, path)
        if not 0 < camera.retention_days <= LONGEST or camera.every < 1:
            message = (
                f"{path}: {camera.slug}: keeps pictures for 1 to {LONGEST} days, is looked at every minute at most"
            )
            raise PackError(message)
        if camera.owner not in departments:
            message = f"{path}: {camera.slug} names {camera.owner!r}, which the pack does not have"
            raise PackError(message)
    return _by_slug(found, path)


@cache
def _roads(folder: Path) -> dict[str, Road]:
    path = folder / "roads.toml"
    found = convert(read_toml(path), _Roads, path).roads if path.exists() else ()
    for road in found:
        _check_place(road, path)
    return _by_slug(found, path)


def _check_place(place: Place, path: Path) -> None:
    if not (abs(place.lon) <= 180 and abs(place.lat) <= 90):
        message = f"{path}: {place.slug}: longitude and latitude in degrees"
        raise PackError(message)


def _by_slug(found: tuple[P, ...], path: Path) -> dict[str, P]:
    if len({one.slug for one in found}) < len(found):
        message = f"{path}: two of them have the same slug"
        raise PackError(message)
    return {one.slug: one for one in found}
