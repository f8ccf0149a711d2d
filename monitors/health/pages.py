"""Where to be examined, for citizens; and the form of commune health staff. What staff send enters through intake."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from monitors.health.diseases import EVERY, OWNER, label_of
from monitors.health.forms import SOURCE, CaseForm
from monitors.health.models import CaseReport
from monitors.health.selectors import NOTHING_ELSE, Standing, standings
from services.contract import Page
from services.directory.access import access, scope_of
from services.directory.models import Department, Unit
from services.directory.selectors import centre_of, unit_by_code, units_by_code, units_on
from services.intake import receive
from services.kernel import clock
from services.kernel.clock import LOCAL

PAGES: Final = (
    Page(
        slug="health",
        title=_("Where to be examined"),
        lead=_("Hospitals, fever clinics, telephone numbers"),
        address="health",
        icon="hospital",
    ),
)
AMBULANCE: Final = "115"
MINISTRY: Final = "1900 9095"
"""The Ministry of Health's hotline, the same in every province (R)."""
RECENT: Final = 8
"""Earlier reports that the form's page lists."""


# --- citizens --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Card:
    """A facility as the page shows it; ``age`` is that of its free places in minutes, None while they are unknown."""

    one: Standing
    unit: Unit | None
    age: int | None

    @property
    def free(self) -> str:
        """How many places are free, in words."""
        return gettext("{count} places free").format(count=self.one.free)


@access("portal.use")
@never_cache
@require_safe
def where(request: HttpRequest) -> HttpResponse:
    """Show where to go: fever clinics with free places first, then hospitals; or the nearest to a commune."""
    now = clock.now(settings.IOC_REALM)
    today = now.astimezone(LOCAL).date()
    asked = request.GET.get("unit", "")
    near = unit_by_code(asked, today) if asked.isdecimal() and len(asked) == 5 else None
    found = _sorted(standings(settings.IOC_REALM, now), near)
    units = units_by_code({one.facility.unit for one in found}, today)
    cards = [Card(one, units.get(one.facility.unit), _age(one, now)) for one in found]
    context = {
        "fever": [card for card in cards if card.one.facility.fever],
        "others": [card for card in cards if not card.one.facility.fever],
        "units": units_on(today).order_by("name"),
        "near": near,
        "now": now,
        "ambulance": AMBULANCE,
        "ministry": MINISTRY,
        "ministry_dial": MINISTRY.replace(" ", ""),
    }
    return render(request, "portal/health.html", context)


def _sorted(found: Sequence[Standing], near: Unit | None) -> list[Standing]:
    """Return the nearest first, else those with most free places; what is unknown comes after what is known."""
    if near is not None:
        lon, lat = centre_of(near)
        return sorted(found, key=lambda one: (one.facility.lon - lon) ** 2 + (one.facility.lat - lat) ** 2)
    return sorted(found, key=lambda one: (-(one.free or 0), one.free is None, one.facility.name["vi"]))


def _age(one: Standing, now: datetime) -> int | None:
    """Return the minutes since the facility said how many places are free, None where that is unknown."""
    if one.free is None or one.capacity is None:
        return None
    return max(0, int((now - one.capacity.as_of).total_seconds() // 60))


# --- health staff ----------------------------------------------------------------------------------------------------


@access("records.report")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new_case(request: HttpRequest) -> HttpResponse:
    """Show the form with the commune's latest reports, or store what it holds; the same again is a correction."""
    now = clock.now(settings.IOC_REALM)
    units = list(_units(request, now))
    if request.method != "POST":
        return _page(request, CaseForm(units=units, now=now, first=_first(request.GET)), units)
    form = CaseForm(request.POST, units=units, now=now)
    if not form.is_valid():
        return _page(request, form, units)
    receipt = receive(source=SOURCE, realm=settings.IOC_REALM, items=[form.payload(now)])
    if not receipt.rejected:
        outcome = "updated" if receipt.updated else "duplicate" if receipt.duplicate else "accepted"
        return redirect(f"{reverse('health-case-new')}?sent={outcome}&unit={form.cleaned_data['unit']}")
    for rejection in receipt.rejected:
        for name, text in rejection.errors.items():
            form.add_error(name if name in form.fields else None, text)
    return _page(request, form, units)


def _units(request: HttpRequest, now: datetime) -> QuerySet[Unit]:
    """Return the communes the reader may report for: their own, all of them for the department of health."""
    today = now.astimezone(LOCAL).date()
    scope = scope_of(request.user, "records.report")
    everywhere = units_on(today).order_by("name")
    if scope is None:
        return everywhere.none()
    if scope.everything or Department.objects.filter(pk__in=sorted(scope.departments), slug=OWNER).exists():
        return everywhere
    return everywhere.filter(pk__in=sorted(scope.units))


_FIRST: Final = ("unit", "disease", "day", "period", "suspected", "probable", "confirmed", "deaths", "cluster")


def _first(asked: QueryDict) -> dict[str, Any]:
    return {name: asked[name][:60] for name in _FIRST if asked.get(name)}


def _page(request: HttpRequest, form: CaseForm, units: Sequence[Unit]) -> HttpResponse:
    latest = CaseReport.objects.filter(
        realm=settings.IOC_REALM, reporting_unit__in=[unit.code for unit in units], reporter=""
    ).order_by("-heard_at", "-pk")
    names = {unit.code: unit for unit in units}
    rows = [_row(row, names.get(row.unit)) for row in latest[:RECENT]]
    context = {
        "form": form,
        "counts": _counts(form),
        "units": units,
        "latest": rows,
        "sent": _SENT.get(request.GET.get("sent", "")),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "portal/health_case.html", context, status=status)


_SENT: Final = {
    "accepted": _("The report is stored."),
    "updated": _("The correction is stored; the earlier version is kept."),
    "duplicate": _("This was already known; nothing changed."),
}
_LABELS: Final = {
    "suspected": _("Suspected"),
    "probable": _("Probable"),
    "confirmed": _("Confirmed"),
    "deaths": _("Deaths"),
}


def _counts(form: CaseForm) -> list[dict[str, Any]]:
    return [{"field": form[name], "label": gettext(label)} for name, label in _LABELS.items()]


def _row(row: CaseReport, unit: Unit | None) -> dict[str, Any]:
    name = NOTHING_ELSE if row.disease == EVERY else label_of(row.disease)
    asked = {"unit": row.unit, "disease": row.disease, "day": row.day.isoformat()}
    asked |= {"period": "day" if row.first_day == row.day else "week", "cluster": row.cluster}
    asked |= {one: str(getattr(row, one)) for one in _LABELS}
    link = QueryDict(mutable=True)
    link.update({key: value for key, value in asked.items() if value})
    return {"report": row, "name": name, "unit": unit, "correct": f"?{link.urlencode()}"}


urlpatterns = [
    path("health/", where, name="health"),
    path("health/cases/new/", new_case, name="health-case-new"),
]
