"""What the duty pages do by POST: act, then back to the page; 422 shows the form again, 409 says what is in the way."""

from collections.abc import Callable
from http import HTTPStatus
from uuid import UUID

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from services.directory.access import access, user_of
from services.duty import doing, ics_in, reach, selectors
from services.duty.actions import feeds, leaves, overrides, rotations
from services.duty.forms import ImportForm, OverrideForm, PlanForm
from services.duty.page_frame import frame
from services.duty.pages import leave_form_of, own_page, refuse, roster_page, swap_form_of
from services.kernel import clock
from services.kernel.problems import ConflictError, IllegalVerbError, InvalidInputError

CHANGED = (IllegalVerbError, ConflictError)
UNPROCESSABLE = HTTPStatus.UNPROCESSABLE_ENTITY


def _done(form: forms.Form, act: Callable[[], object]) -> bool:
    """Act when the form is valid; put a refusal into it."""
    if not form.is_valid():
        return False
    try:
        act()
    except InvalidInputError as error:
        refuse(form, error)
        return False
    return True


def _over() -> str:
    return _("This has changed meanwhile; look at it again.")


# --- one's own -------------------------------------------------------------------------------------------------------


@access("duty.own")
@require_POST
def ask_swap(request: HttpRequest) -> HttpResponse:
    """Ask another for a swap."""
    form, user = swap_form_of(request), user_of(request)

    def act() -> object:
        data = form.cleaned_data
        gives, takes = (int(data[name]) if data[name] else None for name in ("gives", "takes"))
        person = UUID(data["person"]) if data["person"] else None
        return doing.ask_swap(user, gives=gives, takes=takes, person=person, note=data["note"])

    return redirect("duty:me") if _done(form, act) else own_page(request, swap_form=form, status=UNPROCESSABLE)


@access("duty.own")
@require_POST
def answer_swap(request: HttpRequest, public_id: UUID, answer: str) -> HttpResponse:
    """Agree to a swap, refuse it or withdraw it."""
    reach.swap(user_of(request), public_id)
    return _answer(request, public_id, answer if answer in {"agree", "refuse", "withdraw"} else "")


@access("duty.write")
@require_POST
def approve_swap(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Approve a swap both agreed to."""
    reach.swap(user_of(request), public_id, "duty.write")
    return _answer(request, public_id, "approve")


def _answer(request: HttpRequest, public_id: UUID, verb: str) -> HttpResponse:
    try:
        doing.answer_swap(user_of(request), public_id, verb)
    except CHANGED:
        return own_page(request, problem=_over(), status=HTTPStatus.CONFLICT)
    except InvalidInputError as error:
        return own_page(request, problem=" ".join(map(str, error.errors.values())), status=UNPROCESSABLE)
    return redirect("duty:me")


@access("duty.own")
@require_POST
def add_leave(request: HttpRequest) -> HttpResponse:
    """Write a leave and who stands in."""
    form, user = leave_form_of(request), user_of(request)

    def act() -> object:
        data = form.cleaned_data
        person, stand_in = (UUID(data[name]) if data[name] else None for name in ("person", "stand_in"))
        return doing.add_leave(
            user, person=person, stand_in=stand_in, starts=data["starts"], ends=data["ends"], reason=data["reason"]
        )

    return redirect("duty:me") if _done(form, act) else own_page(request, leave_form=form, status=UNPROCESSABLE)


@access("duty.own")
@require_POST
def end_leave(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Call a leave off, or end it now."""
    found = reach.leave(user_of(request), public_id)
    try:
        leaves.end_leave(leave=found, acting_user=user_of(request))
    except ConflictError:
        return own_page(request, problem=_over(), status=HTTPStatus.CONFLICT)
    return redirect("duty:me")


@access("duty.own")
@require_POST
def make_own_feed(request: HttpRequest) -> HttpResponse:
    """Make a calendar address of one's own shifts and show it this once."""
    try:
        _feed, secret = doing.make_feed(user_of(request), None, settings.IOC_REALM)
    except InvalidInputError as error:
        return own_page(request, problem=" ".join(map(str, error.errors.values())), status=UNPROCESSABLE)
    return own_page(request, address=doing.feed_address(secret))


@access("duty.own")
@require_POST
def revoke_feed(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Revoke a calendar address."""
    found = reach.feed(user_of(request), public_id)
    feeds.revoke_feed(feed=found, acting_user=user_of(request))
    return redirect("duty:roster", found.roster.slug) if found.roster else redirect("duty:me")


# --- a roster --------------------------------------------------------------------------------------------------------


@access("duty.subscribe")
@require_POST
def make_feed(request: HttpRequest, roster: str) -> HttpResponse:
    """Make a calendar address of a roster and show it this once."""
    found = reach.roster(user_of(request), roster)
    _feed, secret = doing.make_feed(user_of(request), found, settings.IOC_REALM)
    return roster_page(request, found, address=doing.feed_address(secret))


@access("duty.write")
@require_POST
def add_override(request: HttpRequest, roster: str) -> HttpResponse:
    """Give somebody the duty for a while."""
    found, realm = reach.roster(user_of(request), roster, "duty.write"), settings.IOC_REALM
    people = selectors.candidates(found, realm, clock.now(realm))
    form = OverrideForm(request.POST, people=people)
    if _done(form, lambda: doing.add_override(user_of(request), found, realm, **form.cleaned_data)):
        return redirect("duty:roster", found.slug)
    return roster_page(request, found, override_form=form, status=UNPROCESSABLE)


@access("duty.write")
@require_POST
def withdraw_override(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take an override back."""
    found = reach.override(user_of(request), public_id)
    try:
        overrides.withdraw_override(override=found, acting_user=user_of(request))
    except ConflictError:
        return roster_page(request, found.roster, problem=_over(), status=HTTPStatus.CONFLICT)
    return redirect("duty:roster", found.roster.slug)


@access("duty.write")
@require_POST
def retire_rotation(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """End a rotation now."""
    found = reach.rotation(user_of(request), public_id)
    try:
        rotations.retire_rotation(rotation=found, acting_user=user_of(request))
    except ConflictError:
        return roster_page(request, found.roster, problem=_over(), status=HTTPStatus.CONFLICT)
    return redirect("duty:roster", found.roster.slug)


@access("duty.write")
@require_POST
def set_plan(request: HttpRequest, roster: str) -> HttpResponse:
    """Say how a roster is run."""
    found = reach.roster(user_of(request), roster, "duty.write")
    form = PlanForm(request.POST)
    form.is_valid()
    rotations.set_plan(roster=found, realm=settings.IOC_REALM, acting_user=user_of(request), **form.cleaned_data)
    return redirect("duty:roster", found.slug)


@access("duty.write")
@require_POST
def import_calendar(request: HttpRequest, roster: str) -> HttpResponse:
    """Show what a calendar file would change; with ``text`` (it was looked at) write it."""
    found = reach.roster(user_of(request), roster, "duty.write")
    text, apply = request.POST.get("text", ""), "text" in request.POST
    form = ImportForm(request.POST, request.FILES)
    try:
        if apply:
            seen = ics_in.apply(text=text, roster=found, realm=settings.IOC_REALM, acting_user=user_of(request))
        else:
            text = _read(form)
            seen = ics_in.preview(text=text, roster=found, realm=settings.IOC_REALM)
    except InvalidInputError as error:
        problem = " ".join(map(str, error.errors.values()))
        return roster_page(request, found, problem=problem, status=UNPROCESSABLE)
    if apply:
        return redirect("duty:roster", found.slug)
    context = {**frame(request, clock.now(settings.IOC_REALM)), "roster": found, "seen": seen, "text": text}
    return render(request, "duty/import.html", context)


def _read(form: ImportForm) -> str:
    if not form.is_valid():
        raise InvalidInputError({"ics": _("Choose a calendar file.")})
    file = form.cleaned_data["file"]
    if file.size > ics_in.MOST_BYTES:
        message = _("The file is larger than {size} KB.").format(size=ics_in.MOST_BYTES // 1024)
        raise InvalidInputError({"ics": message})
    try:
        return str(file.read().decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise InvalidInputError({"ics": _("This is no calendar file (.ics).")}) from None
