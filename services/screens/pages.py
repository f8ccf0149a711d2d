"""The page of an unattended screen, and the pages of whoever lets screens in."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from services.directory.access import access, user_of
from services.directory.readers import reader_of
from services.kernel import clock
from services.kernel.problems import InvalidInputError
from services.kernel.text import render as render_message
from services.screens import actions, pairing
from services.screens.forms import AdmitForm, PlanForm
from services.screens.models import Screen
from services.wall.boards import boards
from services.wall.pages import boards_in_turn

COOKIE = "screen"
"""Holds the secret of a screen that asks to be let in."""
KEPT = 400 * 24 * 3600
"""Seconds a screen's session lives after it last loaded its page: the longest that browsers keep a cookie."""
ASK_AGAIN = 4


@access("portal.use")
@never_cache
@require_safe
def screen(request: HttpRequest) -> HttpResponse:
    """Show the boards of the screen that asks; one not let in yet shows its code and asks again by itself."""
    known = Screen.objects.filter(user=request.user.pk or 0, revoked_at=None).first()
    if known is not None:
        request.session.set_expiry(KEPT)
        actions.saw(screen=known)
        rotation = {"seconds": known.turn, "forwardFrom": known.forward_from}
        return boards_in_turn(request, known.boards, rotation, name=known.name)
    secret = request.COOKIES.get(COOKIE, "")
    asked = pairing.of_secret(secret)
    if asked is not None and asked.screen is not None and asked.screen.revoked_at is None:
        return _let_in(request, asked.screen)
    if asked is None or asked.screen is not None:
        asked, secret = pairing.ask()
    response = render(request, "screens/ask.html", {"code": asked.code, "again": ASK_AGAIN})
    response.set_cookie(
        COOKIE, secret, max_age=pairing.LIFE, httponly=True, samesite="Strict", secure=request.is_secure()
    )
    return response


@access("screens.manage")
@never_cache
@require_safe
def screen_list(request: HttpRequest) -> HttpResponse:
    """Show the screens there are, and the form that lets another one in."""
    return _list(request, AdmitForm())


@access("screens.manage")
@require_POST
def admit(request: HttpRequest) -> HttpResponse:
    """Let the screen in that shows the code; 422 shows the form again with what is wrong."""
    form = AdmitForm(request.POST)
    if form.is_valid():
        try:
            actions.admit(
                realm=settings.IOC_REALM,
                code=form.cleaned_data["code"],
                plan=form.plan,
                acting_user=user_of(request),
                **form.place_of,
            )
        except pairing.UnknownCodeError:
            form.add_error(
                "code", gettext("No screen shows this code now. Read it again: it changes every 15 minutes.")
            )
        except InvalidInputError as error:
            _refuse(form, error)
        else:
            return redirect("screens:list")
    return _list(request, form, HTTPStatus.UNPROCESSABLE_ENTITY)


@access("screens.manage")
@never_cache
def settings_of(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show what a screen is set to, or change it; 422 shows the form again."""
    shown = _screen(public_id)
    if request.method != "POST":
        given = {"name": shown.name, "boards": shown.boards, "turn": shown.turn, "forward_from": shown.forward_from}
        return _settings(request, shown, PlanForm(initial=given))
    form = PlanForm(request.POST)
    if form.is_valid():
        try:
            actions.change(screen=shown, plan=form.plan, acting_user=user_of(request))
        except InvalidInputError as error:
            _refuse(form, error)
        else:
            return redirect("screens:list")
    return _settings(request, shown, form, HTTPStatus.UNPROCESSABLE_ENTITY)


@access("screens.manage")
@require_POST
def revoke(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Send a screen away; 404 for one that is gone."""
    sent_away = get_object_or_404(Screen, public_id=public_id, realm=settings.IOC_REALM)
    actions.revoke(screen=sent_away, acting_user=user_of(request))
    return redirect("screens:list")


def _let_in(request: HttpRequest, known: Screen) -> HttpResponse:
    login(request, known.user, backend=settings.AUTHENTICATION_BACKENDS[0])
    request.session.set_expiry(KEPT)
    response = redirect("screen")
    response.delete_cookie(COOKIE)
    return response


def _list(request: HttpRequest, form: AdmitForm, status: int = HTTPStatus.OK) -> HttpResponse:
    screens = Screen.objects.filter(realm=settings.IOC_REALM, revoked_at=None)
    titles = {one.slug: render_message(one.title) for one in boards()}
    rows = [{"screen": one, "shows": [titles.get(slug, slug) for slug in one.boards]} for one in screens]
    return render(request, "screens/list.html", {**_frame(request), "rows": rows, "form": form}, status=status)


def _settings(request: HttpRequest, shown: Screen, form: PlanForm, status: int = HTTPStatus.OK) -> HttpResponse:
    return render(request, "screens/settings.html", {**_frame(request), "screen": shown, "form": form}, status=status)


def _frame(request: HttpRequest) -> dict[str, Any]:
    now = clock.now(settings.IOC_REALM)
    reader = reader_of(user_of(request), now)
    return {"now": now, "me": reader, "place": reader.place}


def _screen(public_id: UUID) -> Screen:
    return get_object_or_404(Screen, public_id=public_id, realm=settings.IOC_REALM, revoked_at=None)


def _refuse(form: PlanForm, error: InvalidInputError) -> None:
    for name, text in error.errors.items():
        form.add_error(name if name in form.fields else None, str(text))
