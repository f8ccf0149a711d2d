"""The page on which a maintenance window that is not under way is edited."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from services.alerts import maintenance
from services.alerts.forms import MaintenanceForm
from services.alerts.models import MaintenanceWindow
from services.alerts.pages import criteria, frame_of, page_of
from services.directory.access import access, limit, user_of
from services.kernel import clock
from services.kernel.problems import ConflictError, InvalidInputError

KEPT = ("category", "place")
"""Criteria that only the API sets: an edit here leaves them as they are."""


@access("maintenance.manage")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show a window's form; POST writes it anew. 409 with both texts when somebody was faster, 422 for a mistake."""
    window = _window(request, public_id)
    try:
        maintenance.must_be_editable(window, clock.now(window.realm))
    except ConflictError as error:
        return page_of(request, MaintenanceForm(), problem=str(error.detail), status=HTTPStatus.CONFLICT)
    if request.method != "POST":
        return _page(request, window, MaintenanceForm.of(window), window.version)
    form = MaintenanceForm(request.POST, present=maintenance.draft_from(window))
    number = request.POST.get("version", "")
    version = int(number) if number.isascii() and number.isdecimal() and len(number) < 9 else 0
    return _save(request, window, form, version)


def _save(request: HttpRequest, window: MaintenanceWindow, form: MaintenanceForm, version: int) -> HttpResponse:
    user = user_of(request)
    if form.is_valid():
        try:
            maintenance.edit(public_id=window.public_id, draft=form.draft, version=version, acting_user=user)
        except InvalidInputError as error:
            for name, text in error.errors.items():
                form.add_error(name if name in form.fields else None, text)
        except ConflictError:
            newest = _window(request, window.public_id)
            return _page(request, newest, form, newest.version, HTTPStatus.CONFLICT)
        else:
            return redirect("alerts:maintenance")
    return _page(request, window, form, version, HTTPStatus.UNPROCESSABLE_ENTITY)


def _window(request: HttpRequest, public_id: UUID) -> MaintenanceWindow:
    rows = MaintenanceWindow.objects.filter(public_id=public_id).select_related("unit", "created_by__person")
    found = limit(rows, user_of(request), "maintenance.manage", department=None).first()
    if found is None:
        raise Http404
    return found


def _page(
    request: HttpRequest,
    window: MaintenanceWindow,
    form: MaintenanceForm,
    version: int,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    context: dict[str, Any] = {
        **frame_of(request, clock.now(settings.IOC_REALM)),
        "window": window,
        "kept": criteria(MaintenanceWindow(**{name: getattr(window, name) for name in (*KEPT, "metres")})),
        "form": form,
        "version": version,
        "both": _both(window, form) if status == HTTPStatus.CONFLICT else [],
    }
    return render(request, "alerts/maintenance_edit.html", context, status=status)


def _both(window: MaintenanceWindow, form: MaintenanceForm) -> list[dict[str, Any]]:
    """Return each field in which what was written and what stands now differ, as both would show it."""
    theirs = MaintenanceForm.of(window)
    pairs = ((name, _shown(form, name), _shown(theirs, name)) for name in form.fields)
    return [{"title": form[name].label, "mine": mine, "theirs": now} for name, mine, now in pairs if mine != now]


def _shown(form: MaintenanceForm, name: str) -> str:
    """Return a field's value in words."""
    value = form[name].value()
    choices = dict(getattr(form.fields[name], "choices", ()))
    if name == "critical_too":
        return _("yes") if value else _("no")
    if hasattr(value, "strftime"):
        return f"{value:%H:%M %d/%m/%Y}"
    if name in {"starts", "ends"} and value:
        day, _t, time = str(value).partition("T")
        return f"{time} {'/'.join(reversed(day.split('-')))}"
    return str(choices.get(value or "", value) or "–")
