"""What a new monitor is called, who answers for it and where it stands; refused before anything is written."""

import builtins
import keyword
import re
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import count
from pathlib import Path

from django.conf import settings

from services import registry
from services.directory.pack import PackError, load_pack

NAME = re.compile(r"[a-z][a-z0-9_]{1,18}[a-z0-9]")
"""Names of indexes hold 30 letters, and the monitor's name stands in them."""
TITLE = re.compile(r"[^\s\"'\\{}%<>][^\"\\{}%<>\t\n]{0,59}")
FIRST_FREE = 10
"""The overview's cells 0 to 9 are those of the centre's ten services."""


class PlanError(ValueError):
    """Something about the new monitor cannot be; the message says what."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A monitor that can be made."""

    name: str
    title_en: str
    title_vi: str
    department: str
    position: int

    @property
    def camel(self) -> str:
        """The name as a class is written: ``water_supply`` is WaterSupply."""
        return "".join(part.capitalize() for part in self.name.split("_"))

    @property
    def address(self) -> str:
        """The name as an address is written: ``water_supply`` is water-supply."""
        return self.name.replace("_", "-")


def made_from(name: str, *, title_en: str, title_vi: str, department: str, position: int | None) -> Plan:
    """Return the plan of a new monitor; PlanError when its name is taken or none, or a pack lacks its department."""
    _check_name(name)
    english = title_en or name.replace("_", " ").capitalize()
    vietnamese = title_vi or english
    for title in (english, vietnamese):
        if not TITLE.fullmatch(title):
            message = f'{title!r}: a title has up to 60 letters, and none of " \\ {{ }} % < >'
            raise PlanError(message)
    _check_department(department)
    return Plan(name, english, vietnamese, department, _cell(position))


def _check_name(name: str) -> None:
    if not NAME.fullmatch(name) or keyword.iskeyword(name) or "__" in name:
        message = f"{name!r} is no name: 3 to 20 lower-case letters, digits and _, and no word of Python's"
        raise PlanError(message)
    taken = {monitor.slug for monitor in registry.monitors()}
    if name in taken or find_spec(f"monitors.{name}") is not None:
        message = f"there is a monitor {name} already"
        raise PlanError(message)
    if any(find_spec(f"{top}{name}") is not None for top in ("", "services.", "ioc.")) or hasattr(builtins, name):
        message = f"{name} is taken: by a service, a part of the project, or a Python module"
        raise PlanError(message)


def _check_department(slug: str) -> None:
    for folder in _packs():
        try:
            known = {department.slug for department in load_pack(folder.name).departments}
        except PackError as error:
            raise PlanError(str(error)) from error
        if slug not in known:
            message = f"province pack {folder.name} has no department {slug!r}; it has: {', '.join(sorted(known))}"
            raise PlanError(message)


def _packs() -> list[Path]:
    return sorted(pack.parent for place in settings.IOC_PROVINCES_DIRS for pack in Path(place).glob("*/pack.toml"))


def _cell(position: int | None) -> int:
    taken = {monitor.position: monitor.slug for monitor in registry.monitors()}
    if position is None:
        return next(place for place in count(FIRST_FREE) if place not in taken)
    if position < 0 or position in taken:
        message = f"cell {position} is {taken.get(position, 'none')}"
        raise PlanError(message)
    return position
