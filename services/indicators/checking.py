"""One delivered row against what is known: the definition, the unit, the period, and what is usual.

The same for all ways in: a workbook's row, a line of CSV and an object of JSON.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Literal

from django.utils.translation import gettext as _

from services.directory.models import Unit
from services.directory.models.validity import valid_on
from services.directory.text import fold
from services.indicators import sheets
from services.indicators.actions import LARGEST, Given, is_closed
from services.indicators.catalogue import Catalogue
from services.indicators.duties import owed_to
from services.indicators.models import ClosedPeriod, Definition
from services.indicators.periods import GRAINS, Grain, Period
from services.indicators.territory import Territory
from services.indicators.workbooks.values import CellError, number, period
from services.kernel.clock import LOCAL

ACTUAL, PLAN = "actual", "plan"
KINDS = {"": ACTUAL, "actual": ACTUAL, "thuc hien": ACTUAL, "plan": PLAN, "ke hoach": PLAN, "central": "central",
         "trung uong giao": "central"}  # fmt: skip
"""What a row's kind may be called, folded."""
_FRACTION = 20
"""A percentage this many times smaller than usual was written as a fraction (configuration)."""


@dataclass(frozen=True, slots=True)
class Cells:
    """One row as it came. ``percent``: the value's cell is shown as a percentage, so it holds a fraction."""

    code: str = ""
    name: str = ""
    measure: str = ""
    unit: str = ""
    unit_name: str = ""
    period: object = ""
    value: object = None
    kind: str = ""
    percent: bool = False


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a field, and how to mend it. A ``warning`` is told and stored all the same."""

    field: str
    text: str
    level: Literal["error", "warning"] = "error"
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """A row that may be stored: ``kind`` tells what was achieved from what was planned."""

    given: Given
    kind: str = ACTUAL


@dataclass
class Checker:
    """Judges rows of one delivery. What it looks up it keeps, so that ten thousand rows cost as little as ten.

    ``department`` and ``unit`` bound whose values may come; ``only`` is the one period that may.
    """

    realm: str
    now: datetime
    catalogue: Catalogue
    territory: Territory
    department: str = ""
    unit: str = ""
    only: str = ""
    reason: str = ""
    _closed: dict[int, set[tuple[int, str]]] = field(default_factory=dict)
    _usual: dict[int, Mapping[str, float]] = field(default_factory=dict)
    _periods: dict[tuple[str, str], Period] = field(default_factory=dict)
    _named: dict[date, Mapping[str, list[str]]] = field(default_factory=dict)

    @property
    def today(self) -> date:
        """The realm's day."""
        return self.now.astimezone(LOCAL).date()

    def check(self, cells: Cells) -> tuple[Checked | None, list[Problem]]:
        """Return what may be stored (None for a row without a value, or with an error) and what is wrong."""
        problems: list[Problem] = []
        if cells.value is None or (isinstance(cells.value, str) and not cells.value.strip()):
            return None, problems
        definition = self._definition(cells, problems)
        at = self._period(cells, definition, problems) if definition else None
        unit = self._unit(cells, at or None, problems)
        value = self._value(cells, definition, problems)
        kind = KINDS.get(fold(cells.kind)) if cells.kind else ACTUAL
        if kind is None:
            problems.append(
                Problem("kind", _("is none of {known}").format(known=", ".join(sorted(set(KINDS.values())))))
            )
        if definition is None or at is None or unit is None or value is None or kind is None:
            return None, problems
        if kind == ACTUAL:
            self._judge(cells, definition, unit, at, value, problems)
        if any(problem.level == "error" for problem in problems):
            return None, problems
        return Checked(Given(definition.code, unit, at, value), kind), problems

    # --- which indicator ---------------------------------------------------------------------------------------------

    def _definition(self, cells: Cells, problems: list[Problem]) -> Definition | None:
        code = cells.code.strip().lower()
        found = self.catalogue.by_code.get(code) if code else self._by_name(cells.name)
        if found is None:
            text = _("there is no indicator {code}").format(code=(cells.code or cells.name).strip()[:60])
            problems.append(Problem("code" if cells.code else "name", text))
            return None
        if self.department and found.owner != self.department and found.code not in owed_to(self.department):
            mend = _("Take the row out: only that department may send it.")
            problems.append(Problem("code", _("is delivered by another department"), hint=mend))
        if cells.measure.strip() and not self._same_measure(cells.measure, found):
            text = _("the unit of measurement is {unit}, not {other}").format(
                unit=found.measure or "–", other=cells.measure.strip()[:40]
            )
            problems.append(Problem("measure", text))
        return found

    def _by_name(self, name: str) -> Definition | None:
        return self._names.get(fold(name)) if name.strip() else None

    @cached_property
    def _names(self) -> Mapping[str, Definition | None]:
        found: dict[str, Definition | None] = {}
        for one in self.catalogue.by_code.values():
            for name in {fold(one.name), fold(one.name_en)}:
                found[name] = None if name in found else one  # two of one name: only the code tells them apart
        return found

    def _same_measure(self, written: str, definition: Definition) -> bool:
        return fold(written) in {fold(definition.measure), fold(definition.measure_en)} - {""} or (
            written.strip() == definition.measure
        )

    # --- when and where ----------------------------------------------------------------------------------------------

    def _period(self, cells: Cells, definition: Definition, problems: list[Problem]) -> Period | None:
        if not str(cells.period).strip() and not self.only:
            problems.append(Problem("period", _("is missing")))
            return None
        try:
            at = self._read(cells.period if str(cells.period).strip() else self.only, definition.frequency)  # type: ignore[arg-type]
        except CellError as error:
            problems.append(Problem("period", str(error)))
            return None
        text = self._wrong_period(at, definition)
        if text:
            problems.append(Problem("period", text))
        return at

    def _read(self, written: object, grain: Grain) -> Period:
        """Return the period that a cell names; what was read once is known."""
        key = (str(written), grain)
        if key not in self._periods:
            self._periods[key] = period(written, grain)
        return self._periods[key]

    def _wrong_period(self, at: Period, definition: Definition) -> str:
        if self.only and at.text != self.only:
            return _("this delivery is of {period}, not {other}").format(period=self.only, other=at.text)
        if GRAINS.index(at.grain) < GRAINS.index(definition.frequency):
            return _("the indicator is delivered by {frequency}").format(frequency=definition.get_frequency_display())
        if at.start > self.today:
            return _("the period has not begun: {period}").format(period=at.text)
        if at.end < definition.valid_from or (definition.valid_to and at.start > definition.valid_to):
            return _("the indicator did not exist in {period}").format(period=at.text)
        return ""

    def _unit(self, cells: Cells, at: Period | None, problems: list[Problem]) -> str | None:
        code = cells.unit.strip()
        if not code and cells.unit_name.strip() and at is not None:
            return self._unit_by_name(cells.unit_name, at, problems)
        code = code or self.unit or self.territory.province
        if at is not None and not self.territory.valid(code, at):
            problems.append(Problem("unit", _("there was no unit {code} then").format(code=code[:60])))
            return None
        if self.unit and code != self.unit:
            mend = _("Take the row out: each unit sends its own values.")
            problems.append(Problem("unit", _("is another unit than the sender's"), hint=mend))
        return code

    def _unit_by_name(self, name: str, at: Period, problems: list[Problem]) -> str | None:
        codes = self._names_on(at.end).get(fold(name), [])
        if len(codes) == 1:
            return codes[0]
        text = _("several units have this name, give the code") if codes else _("there was no unit of that name then")
        problems.append(Problem("unit_name", text))
        return None

    def _names_on(self, on: date) -> Mapping[str, list[str]]:
        if on not in self._named:
            found: dict[str, list[str]] = {}
            for unit in Unit.objects.filter(valid_on(on)).only("code", "kind", "name", "name_en"):
                for name in {fold(unit.name), fold(f"{unit.kind} {unit.name}"), fold(unit.name_en)} - {""}:
                    found.setdefault(name, []).append(unit.code)
            self._named[on] = found
        return self._named[on]

    # --- how much ----------------------------------------------------------------------------------------------------

    def _value(self, cells: Cells, definition: Definition | None, problems: list[Problem]) -> float | None:
        try:
            value, percent = self._number(cells.value)
        except CellError as error:
            problems.append(Problem("value", str(error)))
            return None
        if not math.isfinite(value) or abs(value) > LARGEST:
            problems.append(Problem("value", _("is beyond all bounds")))
            return None
        measured_in_percent = definition is not None and definition.measure == "%"
        if (percent or cells.percent) and definition is not None and not measured_in_percent:
            text = _("is a percentage, but the indicator is measured in {unit}").format(unit=definition.measure or "–")
            mend = _("Write the number itself, and give the cell the format of a number.")
            problems.append(Problem("value", text, hint=mend))
            return None
        return value * 100 if cells.percent else value

    def _number(self, value: object) -> tuple[float, bool]:
        if isinstance(value, bool | date):
            raise CellError(_("is not a number: {text}").format(text=str(value)[:40]))
        if isinstance(value, int | float):
            return float(value), False
        return number(str(value))

    def _judge(
        self, cells: Cells, definition: Definition, unit: str, at: Period, value: float, problems: list[Problem]
    ) -> None:
        low, high = definition.low, definition.high
        if (low is not None and value < low) or (high is not None and value > high):
            text = _("is outside of what is possible ({low} to {high})").format(
                low="–" if low is None else f"{low:g}", high="–" if high is None else f"{high:g}"
            )
            problems.append(Problem("value", text))
        elif definition.measure == "%" and not cells.percent and 0 < abs(value) <= 1:
            self._judge_fraction(definition, unit, value, problems)
        if not self.reason and self._is_frozen(definition, unit, at, value):
            mend = _("Send it again with the reason for the change.")
            problems.append(Problem("period", _("the period is closed: a change needs a reason"), hint=mend))

    def _judge_fraction(self, definition: Definition, unit: str, value: float, problems: list[Problem]) -> None:
        usual = self._usual_of(definition).get(unit)
        text = _("looks like a fraction: is {value} % meant?").format(value=f"{value * 100:g}")
        mend = _("Write {value}, or give the cell the format of a percentage.").format(value=f"{value * 100:g}")
        if usual is None:
            problems.append(Problem("value", text, "warning", mend))
        elif usual >= _FRACTION * abs(value):
            problems.append(Problem("value", text, hint=mend))

    def _usual_of(self, definition: Definition) -> Mapping[str, float]:
        """Return unit → the largest magnitude of this year and the last."""
        if definition.pk not in self._usual:
            years = [self.today.year - 1, self.today.year]
            found: dict[str, float] = {}
            for (_pk, _year, unit), parts in sheets.load_values(self.realm, [definition.pk], years, None, [0]).items():
                known = [abs(value) for value in parts[0] if value is not None]
                found[unit] = max([found.get(unit, 0.0), *known])
            self._usual[definition.pk] = {unit: value for unit, value in found.items() if value}
        return self._usual[definition.pk]

    def _is_frozen(self, definition: Definition, unit: str, at: Period, value: float) -> bool:
        pk = definition.pk
        if pk not in self._closed:
            rows = ClosedPeriod.objects.filter(realm=self.realm, indicator_id=pk)
            self._closed[pk] = set(rows.values_list("indicator_id", "period"))
        if not is_closed(self._closed[pk], pk, at):
            return False
        lanes = sheets.load_lanes(self.realm, pk, at.year, [unit]).get(unit, {})
        lane = lanes.get(at.part)
        return lane is None or lane.known[at.slot] is None or lane.values[at.slot] != value
