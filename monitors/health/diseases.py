"""Notifiable diseases: what the law says of each (``diseases.toml``), what is endemic in the province (its pack)."""

from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

from monitors.health.science.course import Nature
from services.directory.pack import PackError, Text, convert, pack, read_toml

OWNER = "so-y-te"
"""The department that answers for health."""
EVERY = "all"
"""In the place of a disease: every notifiable disease of which nothing else is reported. Its counts are zero."""
_LAW = Path(__file__).parent / "diseases.toml"


class Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Base of what the files hold: a misspelt key is an error."""


class Disease(Row, frozen=True):
    """A notifiable disease: its group, the hours to report a case in (0: with the week), its quiet days."""

    code: str
    name: Text
    group: Literal["A", "B", "C"]
    hours: Literal[0, 24, 48]
    quiet: int

    @property
    def label(self) -> dict[str, str]:
        """The name as a localised pair for stored messages."""
        return {"vi": self.name["vi"], "en": self.name["en"]}


class OutbreakYear(Row, frozen=True):
    """A year with an outbreak of a disease: left out of what is usual."""

    disease: str
    year: int


class _Law(Row, frozen=True):
    diseases: tuple[Disease, ...]


class _Local(Row, frozen=True):
    """The pack's ``health.toml``: diseases that are endemic here, and their years of outbreak."""

    endemic: tuple[str, ...] = ()
    outbreak_years: tuple[OutbreakYear, ...] = ()


@cache
def diseases() -> dict[str, Disease]:
    """Return code → disease of the whole country."""
    return {disease.code: disease for disease in convert(read_toml(_LAW), _Law, _LAW).diseases}


def natures() -> dict[str, Nature]:
    """Return code → what the rules must know of each disease in the province in use; PackError for a wrong file."""
    return _natures(pack().folder)


@cache
def _natures(folder: Path) -> dict[str, Nature]:
    path = folder / "health.toml"
    local = convert(read_toml(path), _Local, path) if path.exists() else _Local()
    strange = {*local.endemic, *(one.disease for one in local.outbreak_years)} - diseases().keys()
    if strange:
        message = f"{path}: no such disease: {', '.join(sorted(strange))}"
        raise PackError(message)
    return {
        code: Nature(
            group=disease.group,
            endemic=code in local.endemic,
            quiet=disease.quiet,
            outbreak_years=frozenset(one.year for one in local.outbreak_years if one.disease == code),
        )
        for code, disease in diseases().items()
    }


def label_of(code: str) -> dict[str, str]:
    """Return a disease's name as a localised pair, its code where it is none."""
    found = diseases().get(code)
    return found.label if found else {"vi": code, "en": code}
