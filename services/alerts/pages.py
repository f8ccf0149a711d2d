"""The page of maintenance set ahead, and of what is suppressed at the moment."""

from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from services import registry
from services.alerts import maintenance, selectors, workflow
from services.alerts.forms import MaintenanceForm, UntilForm
from services.alerts.maintenance_api import hiding_now
from services.alerts.models import Alert, MaintenanceWindow
from services.alerts.suppression import INHIBITED, MAINTENANCE
from services.directory.access import access, may, user_of
from services.directory.models import User
from services.directory.readers import reader_of
from services.kernel import clock
from services.kernel.problems import ConflictError, InvalidInputError
from services.kernel.text import capital, localised

PAST_SHOWN = 20
SUPPRESSED_SHOWN = 200


@access("maintenance.read")
@never_cache
@require_safe
def maintenance_list(request: HttpRequest) -> HttpResponse:
    """Show what is under way, to come and over, and the alerts that are suppressed now."""
    return page_of(request, MaintenanceForm())


@access("maintenance.manage")
@require_POST
def set_ahead(request: HttpRequest) -> HttpResponse:
    """Set a window ahead; 422 shows the form again with what is wrong."""
    form = MaintenanceForm(request.POST)
    if form.is_valid():
        try:
            maintenance.set_ahead(realm=settings.IOC_REALM, draft=form.draft, acting_user=user_of(request))
        except InvalidInputError as error:
            for name, text in error.errors.items():
                form.add_error(name if name in form.fields else None, text)
        else:
            return redirect("alerts:maintenance")
    return page_of(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)


@access("maintenance.manage")
@require_POST
def end(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """End the present time now."""
    return _do(request, lambda: maintenance.end(public_id=public_id, acting_user=user_of(request)))


@access("maintenance.manage")
@require_POST
def cancel(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Cancel the window."""
    return _do(request, lambda: maintenance.cancel(public_id=public_id, acting_user=user_of(request)))


@access("maintenance.manage")
@require_POST
def extend(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Let the present time end later."""
    form = UntilForm(request.POST)
    until = form.cleaned_data["until"] if form.is_valid() else None

    def act() -> object:
        if until is None:
            raise InvalidInputError({"until": [_("a day and a time")]})
        return maintenance.extend(public_id=public_id, until=until, acting_user=user_of(request))

    return _do(request, act)


def _do(request: HttpRequest, act: Callable[[], object]) -> HttpResponse:
    try:
        act()
    except ConflictError as error:
        return page_of(request, MaintenanceForm(), problem=str(error.detail), status=HTTPStatus.CONFLICT)
    except InvalidInputError as error:
        said = "; ".join(str(text) for texts in error.errors.values() for text in texts)
        return page_of(request, MaintenanceForm(), problem=said, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return redirect("alerts:maintenance")


def page_of(
    request: HttpRequest, form: MaintenanceForm, *, problem: str = "", status: int = HTTPStatus.OK
) -> HttpResponse:
    """Render the page of maintenance, with the form as it was typed."""
    now = clock.now(settings.IOC_REALM)
    around = frame_of(request, now)
    rows = MaintenanceWindow.objects.filter(realm=settings.IOC_REALM).select_related("unit", "created_by__person")
    coming = list(hiding_now(rows.exclude(active_from=None)).order_by("active_from", "pk"))
    past = list(rows.filter(active_from=None).order_by("-pk")[:PAST_SHOWN])
    for window in (*coming, *past):
        window.__dict__["criteria"] = criteria(window)
    context: dict[str, Any] = {
        **around,
        "under_way": [one for one in coming if one.active_from and one.active_from <= now],
        "to_come": [one for one in coming if one.active_from and one.active_from > now],
        "past": past,
        "suppressed": _suppressed(user_of(request)),
        "manages": may(request.user, "maintenance.manage"),
        "form": form,
        "problem": problem,
    }
    return render(request, "alerts/maintenance.html", context, status=status)


def frame_of(request: HttpRequest, now: datetime) -> dict[str, Any]:
    """Return the context of the frame around the pages of maintenance."""
    reader = reader_of(user_of(request), now)
    return {"now": now, "me": reader, "place": reader.place, "here": "maintenance"}


def criteria(window: MaintenanceWindow) -> list[str]:
    """Return what a window's alerts must fit, in the reader's language."""
    titles = {one.slug: one.title for one in registry.monitors()}
    kinds = {rule.id: rule.title for one in registry.monitors() for rule in one.rules}
    unit = localised(window.unit.label) if window.unit else ""
    prefix, place = window.fingerprint_prefix, window.place
    said = (
        _(titles[window.monitor]) if window.monitor in titles else window.monitor,
        _(kinds[window.rule]) if window.rule in kinds else window.rule,
        window.category,
        capital(unit),
        f"{prefix}…" if prefix else "",
        f"{place.y:.4f}, {place.x:.4f} ± {window.metres} m" if place else "",
    )
    return [one for one in said if one]


def _suppressed(user: User) -> list[dict[str, Any]]:
    """Return what is suppressed now, the worst first, each with the reason in the reader's language: 3 statements."""
    rows = selectors.visible(user).filter(state__in=workflow.OPEN).exclude(suppressed_by="")
    shown = list(rows.order_by("-severity", "-opened_at")[:SUPPRESSED_SHOWN])
    windows = _titles(shown, MAINTENANCE, MaintenanceWindow.objects.values_list("public_id", "title"))
    parents = _titles(shown, INHIBITED, Alert.objects.values_list("public_id", "title"))
    return [{"alert": one, **_cause(one.suppressed_by, windows, parents)} for one in shown]


def _titles(shown: list[Alert], prefix: str, rows: Any) -> dict[str, Any]:
    named = {one.suppressed_by.removeprefix(prefix) for one in shown if one.suppressed_by.startswith(prefix)}
    return {f"{prefix}{key}": title for key, title in rows.filter(public_id__in=named)} if named else {}


def _cause(mark: str, windows: dict[str, Any], parents: dict[str, Any]) -> dict[str, Any]:
    if mark.startswith(MAINTENANCE):
        return {"icon": "construction", "why": _("maintenance"), "named": windows.get(mark, "")}
    if mark.startswith(INHIBITED):
        return {"icon": "layers", "why": _("behind the alert"), "message": parents.get(mark)}
    return {"icon": "hand", "why": _("by hand"), "named": mark}
