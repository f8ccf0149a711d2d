"""Communes as reports name them: today's codes, and those from before a reform through what became of them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils.translation import gettext as _

from services.directory.models import Unit, UnitSuccessor
from services.directory.models.units import UnitLevel
from services.directory.selectors import units_by_code
from services.kernel.clock import LOCAL
from services.kernel.text import capital, localised


@dataclass(frozen=True, slots=True)
class Found:
    """The commune of today that a report counts for, or why there is none."""

    code: str = ""
    error: str = ""


@dataclass(slots=True)
class Place:
    """What a code stands or stood for: a commune of today, or one that ended and those that took it over."""

    today: str = ""
    ended: date | None = None
    heirs: list[tuple[float, str, str]] = field(default_factory=list)
    """Share, code and name of each successor, the largest first."""

    def on(self, day: date) -> Found:
        """Return where a report about ``day`` counts.

        A day on which the old commune still existed is history: it goes to the successor with the largest share. A
        later day is a mistake, unless one commune took all of it.
        """
        if self.today:
            return Found(self.today)
        if self.ended is None:
            return Found(error=_("there is no commune of that code"))
        if self.heirs and (len(self.heirs) == 1 or day <= self.ended):
            return Found(self.heirs[0][1])
        named = ", ".join(f"{name} ({code})" for _share, code, name in self.heirs)
        text = _("this commune ended on {day}; what it was is now in {successors}: say which")
        return Found(error=text.format(day=f"{self.ended:%d/%m/%Y}", successors=named))


def find_units(codes: Collection[str], now: datetime) -> dict[str, Place]:
    """Return what each code stands for at ``now``: 1 statement, 3 when some are of communes that ended."""
    today = now.astimezone(LOCAL).date()
    current = {code for code, unit in units_by_code(codes, today).items() if unit.level == UnitLevel.COMMUNE}
    places = {code: Place(today=code if code in current else "") for code in codes}
    gone = [code for code in codes if code not in current]
    if gone:
        _add_ended(places, gone, today)
    return places


def _add_ended(places: dict[str, Place], codes: Sequence[str], today: date) -> None:
    old = Unit.objects.filter(code__in=codes, level=UnitLevel.COMMUNE, valid_to__lt=today).order_by("valid_to")
    ended = {pk: (code, last) for pk, code, last in old.values_list("pk", "code", "valid_to")}
    for code, last in ended.values():
        places[code].ended = last
    links = UnitSuccessor.objects.filter(old__in=ended, new__valid_to=None, new__level=UnitLevel.COMMUNE)
    for link in links.select_related("new").defer("new__geometry", "new__outline").order_by("-weight", "new__code"):
        heir = link.new
        name = capital(localised(heir.label))
        places[ended[link.old_id][0]].heirs.append((float(link.weight), heir.code, name))
