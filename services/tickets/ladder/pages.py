"""The pages of policies in the workspace: all of them, and one with its ladder, its versions and a dry run."""

from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from services.directory.access import access, may
from services.directory.models import User
from services.directory.readers import reader_of
from services.kernel import clock
from services.kernel.problems import InvalidInputError
from services.kernel.text import localised
from services.tickets.ladder import actions, drawn, selectors
from services.tickets.ladder.api import version_of
from services.tickets.ladder.forms import DryRunForm
from services.tickets.ladder.rehearsal import question, rehearse
from services.tickets.models import Policy
from services.tickets.page_frame import frame
from services.tickets.page_words import SEVERITIES


@access("policies.read")
@require_safe
def policy_list(request: HttpRequest) -> HttpResponse:
    """Show all policies in the order in which they are asked; retired ones below."""
    rows = [drawn.row_of(policy) for policy in selectors.newest()]
    context = {
        **frame_of(request),
        "groups": [
            (gettext("In force, the first that fits decides"), [row for row in rows if row["active"]]),
            (gettext("Retired"), [row for row in rows if not row["active"]]),
        ],
    }
    return render(request, "tickets/policies.html", context)


@access("policies.read")
@require_safe
def policy(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one policy; ``?start=…`` plays it from then on, ``?version=n`` an older version. 422 for a bad question."""
    versions = selectors.history(slug)
    number = request.GET.get("version", "")
    shown = version_of(versions, int(number) if number.isascii() and number.isdecimal() and len(number) < 9 else None)
    form, played, status = _played(request, shown)
    today = clock.now(settings.IOC_REALM).astimezone(clock.LOCAL).date()
    context = {
        **frame_of(request),
        "policy": shown,
        "title": localised(shown.title),
        "newest": shown is versions[0],
        "facts": drawn.facts_of(shown),
        "steps": drawn.steps_of(shown, today),
        "severity_word": gettext(SEVERITIES[shown.severity_name]),
        "warnings": [drawn.warning_of(one) for one in actions.warnings_of(shown)] if shown is versions[0] else [],
        "versions": [drawn.version_of(one, shown) for one in versions],
        "form": form,
        "played": played,
        "saved": "saved" in request.GET,
    }
    return render(request, "tickets/policy.html", context, status=status)


def _played(request: HttpRequest, shown: Policy) -> tuple[DryRunForm, dict[str, Any] | None, int]:
    """Return the form, what it led to, and the status."""
    now = clock.now(settings.IOC_REALM)
    if not request.GET.get("start"):
        return DryRunForm(initial={"start": now, "severity": shown.severity_name}), None, HTTPStatus.OK
    form = DryRunForm(request.GET)
    if form.is_valid():
        try:
            asked = question(**form.cleaned_data)
            return form, drawn.played(shown, rehearse(shown, asked)), HTTPStatus.OK
        except InvalidInputError as error:
            for field, texts in error.errors.items():
                form.add_error(field if field in form.fields else None, texts)
    return form, None, HTTPStatus.UNPROCESSABLE_ENTITY


def frame_of(request: HttpRequest) -> dict[str, Any]:
    """Return the context of the frame around every page of policies."""
    assert isinstance(request.user, User)  # noqa: S101 - the guard let nobody else in
    now = clock.now(settings.IOC_REALM)
    around = frame(reader_of(request.user, now), None, now)
    return {**around, "at_policies": True, "may_write": may(request.user, "policies.write")}
