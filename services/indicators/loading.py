"""Definitions from ``fixtures/indicators/*.toml`` and targets from the province pack; loading again changes nothing."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from django.conf import settings
from django.db import transaction

from services.audit.actions import record
from services.directory.pack import PackError, Text, convert, pack, read_toml
from services.indicators import periods
from services.indicators.catalogue import CatalogueError, build
from services.indicators.models import UNRANKED, Definition, Edition, Target
from services.kernel.models import LIVE

FOLDER = Path(settings.BASE_DIR) / "fixtures" / "indicators"


class Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Base of what the files hold: a misspelt key is an error."""


class DefinitionRow(Row, frozen=True):
    """One indicator as its file writes it; see ``models.Definition``. ``over_time`` may be ``weighted:<code>``."""

    code: str
    name: Text
    measure: Text = {}
    decimals: int = 0
    direction: Literal["up", "down", "none"] = "none"
    over_time: str = "sum"
    over_area: str = "none"
    formula: str = ""
    cumulative: bool = False
    frequency: Literal["day", "month", "quarter", "year"] = "month"
    low: float | None = None
    high: float | None = None
    valid_from: date = date(2020, 1, 1)
    valid_to: date | None = None
    owner: str = ""
    source: str = ""
    rank: Annotated[int, msgspec.Meta(ge=1, le=UNRANKED)] = UNRANKED


class _DefinitionFile(Row, frozen=True):
    topic: str
    owner: str = ""
    source: str = ""
    indicators: tuple[DefinitionRow, ...] = ()


class TargetRow(Row, frozen=True):
    """A plan of the pack. Without ``unit`` it is the province's."""

    code: str
    period: str
    value: float
    unit: str = ""
    kind: str = "plan"
    source: str = ""


class DutyRow(Row, frozen=True):
    """Who owes which indicators by when: ``day`` of the ``months``-th month after the period's end.

    ``working`` counts working days of that month instead of its dates. ``by``: the province's value, or one of every
    commune. ``since`` is the first period owed.
    """

    slug: str
    codes: tuple[str, ...]
    department: str
    day: int
    since: str
    months: int = 1
    working: bool = False
    by: Literal["province", "communes"] = "province"
    basis: str = ""


class PackFile(Row, frozen=True):
    """A pack's ``indicators.toml``."""

    targets: tuple[TargetRow, ...] = ()
    duties: tuple[DutyRow, ...] = ()


def read_definitions(folder: Path = FOLDER) -> list[Definition]:
    """Return unsaved definitions of every file; PackError or CatalogueError when one is wrong."""
    found: dict[str, Definition] = {}
    for path in sorted(folder.glob("*.toml")):
        file = convert(read_toml(path), _DefinitionFile, path)
        for row in file.indicators:
            if row.code in found:
                message = f"{path}: {row.code} is defined twice"
                raise CatalogueError(message)
            found[row.code] = _definition(row, file, path)
    return list(found.values())


def _definition(row: DefinitionRow, file: _DefinitionFile, path: Path) -> Definition:
    if not (row.code.isidentifier() and row.code.isascii() and row.code.islower()):
        message = f"{path}: a code is written in small letters, digits and _: {row.code}"
        raise CatalogueError(message)
    over_time, _colon, weight_time = row.over_time.partition(":")
    over_area, _colon, weight_area = row.over_area.partition(":")
    if over_time not in {"sum", "mean", "last", "weighted"} or over_area not in {"sum", "mean", "weighted", "none"}:
        message = f"{path}: {row.code} is rolled up in no known way"
        raise CatalogueError(message)
    return Definition(
        code=row.code,
        name=row.name["vi"],
        name_en=row.name["en"],
        measure=row.measure.get("vi", ""),
        measure_en=row.measure.get("en", ""),
        decimals=row.decimals,
        direction=row.direction,
        over_time="last" if row.cumulative else over_time,
        weight_time=weight_time,
        over_area=over_area,
        weight_area=weight_area,
        formula=row.formula,
        cumulative=row.cumulative,
        frequency=row.frequency,
        low=row.low,
        high=row.high,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        owner=row.owner or file.owner,
        source=row.source or file.source,
        topic=file.topic,
        rank=row.rank,
    )


_FIELDS = [field.name for field in Definition._meta.local_concrete_fields if field.name not in {"id", "code"}]


@transaction.atomic
def load_definitions(definitions: Sequence[Definition], acting_user: object = None) -> list[str]:
    """Add and change definitions; return the codes that are new or other than before. CatalogueError stores nothing.

    A definition that its file no longer has stays: its values do. Values are derived anew by whoever changes a formula
    (``manage.py load_indicators`` does).
    """
    known = {definition.code: definition for definition in Definition.objects.select_for_update()}
    changed = [one for one in definitions if one.code not in known or _differs(one, known[one.code])]
    build([*(d for code, d in known.items() if code not in {one.code for one in definitions}), *definitions])
    if not changed:
        return []
    Definition.objects.bulk_create(changed, update_conflicts=True, unique_fields=["code"], update_fields=_FIELDS)
    Edition.objects.update_or_create(pk=1, defaults={"token": uuid.uuid4()})
    codes = sorted(one.code for one in changed)
    record(verb="load_indicators", target="indicators", acting_user=acting_user, detail={"codes": codes[:100]})
    return codes


def _differs(one: Definition, other: Definition) -> bool:
    return any(getattr(one, name) != getattr(other, name) for name in _FIELDS)


def pack_file() -> PackFile:
    """Return the pack's targets and duties; none without a file, PackError when it is wrong."""
    path = pack().folder / "indicators.toml"
    found = convert(read_toml(path), PackFile, path) if path.exists() else PackFile()
    departments = {department.slug for department in pack().departments}
    for duty in found.duties:
        if duty.department not in departments:
            message = f"{path}: duty {duty.slug} names {duty.department!r}, which the pack does not have"
            raise PackError(message)
    return found


@transaction.atomic
def load_targets(rows: Iterable[TargetRow], by_code: Mapping[str, Definition]) -> int:
    """Set the pack's plans in realm live, which hold for every realm; return how many. PackError for a wrong one."""
    wanted = []
    for row in rows:
        if row.code not in by_code:
            message = f"indicators.toml: there is no indicator {row.code!r}"
            raise PackError(message)
        period = periods.parse(row.period).text
        wanted.append(
            Target(
                realm=LIVE,
                indicator=by_code[row.code],
                unit=row.unit or pack().code,
                period=period,
                kind=row.kind,
                value=row.value,
                source=row.source,
            )
        )
    save_targets(wanted)
    return len(wanted)


def save_targets(wanted: Sequence[Target]) -> None:
    """Add or change plans, in one statement."""
    fields: Any = ["realm", "indicator", "unit", "period", "kind"]
    Target.objects.bulk_create(wanted, update_conflicts=True, unique_fields=fields, update_fields=["value", "source"])
