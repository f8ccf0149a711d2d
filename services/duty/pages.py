"""The pages of duty: the week, one's own shifts, a roster, a rotation, a calendar behind a secret address."""

from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from services.directory.access import access, may, user_of
from services.directory.models import DutyRoster, DutyShift, Person
from services.duty import doing, ics, page_week, planning, reach, selectors
from services.duty.actions import rotations
from services.duty.actions.feeds import digest_of
from services.duty.forms import ImportForm, LeaveForm, OverrideForm, PlanForm, RotationForm, SwapForm
from services.duty.models import Feed, Rotation, Swap
from services.duty.overview import overview_of, overviews
from services.duty.page_frame import frame
from services.duty.page_words import legend, told, when
from services.kernel import clock
from services.kernel.problems import ConflictError, InvalidInputError

CHANGED = gettext_noop("This has changed meanwhile; look at it again.")
SOME = 8
"""Shifts of one's own on the week's page; twice as many on one's own."""


@access("duty.read")
@require_safe
def week(request: HttpRequest) -> HttpResponse:
    """Show the week of all rosters (``?week=`` a day of it), the reader's shifts marked, gaps marked."""
    realm = settings.IOC_REALM
    now = clock.now(realm)
    monday = page_week.monday_of(request.GET.get("week", ""), now)
    person = doing.person_of(user_of(request))
    glances = overviews(realm)
    context = {
        **frame(request, now),
        "days": page_week.days_of(monday, now),
        "grid": page_week.week_of(realm, monday, now, person),
        "glances": glances,
        "warnings": [
            {"roster": one["name"], "slug": one["slug"], "text": told(warning, now)}
            for one in glances
            for warning in one["warnings"][:5]
        ],
        "mine": _mine(realm, person, now)[:SOME],
        "previous": monday - timedelta(days=7),
        "following": monday + timedelta(days=7),
    }
    return render(request, "duty/week.html", context)


@access("duty.own")
@never_cache
@require_safe
def me(request: HttpRequest) -> HttpResponse:
    """Show one's shifts, swaps, leaves and calendar address."""
    return own_page(request)


def own_page(
    request: HttpRequest,
    *,
    swap_form: forms.Form | None = None,
    leave_form: forms.Form | None = None,
    problem: str = "",
    status: int = HTTPStatus.OK,
    **more: Any,
) -> HttpResponse:
    """Render one's own page, with forms as they were typed."""
    realm, user = settings.IOC_REALM, user_of(request)
    now = clock.now(realm)
    person = doing.person_of(user)
    swaps = list(reach.swaps(user).filter(realm=realm, state__in=Swap.OPEN)[:50])
    to_approve = reach.swaps(user, "duty.write").filter(realm=realm, state=Swap.State.AGREED)[:50]
    leaves = reach.leaves(user).filter(realm=realm, ended_at=None, ends__gt=now).distinct()
    context = {
        **frame(request, now),
        "person": person,
        "mine": _mine(realm, person, now)[: 2 * SOME],
        "to_answer": [one for one in swaps if person and one.asked_of_id == person.pk and one.state == "asked"],
        "asked": [one for one in swaps if person and one.asked_by_id == person.pk],
        "to_approve": list(to_approve),
        "leaves": [(one, reach.may_speak_for(user, one.person)) for one in leaves[:50]],
        "feeds": reach.feeds(user).filter(realm=realm, revoked_at=None, person=person, person__isnull=False),
        "swap_form": swap_form or swap_form_of(request),
        "leave_form": leave_form or leave_form_of(request),
        "problem": problem,
        **more,
    }
    return render(request, "duty/me.html", context, status=status)


def swap_form_of(request: HttpRequest) -> SwapForm:
    """Return the swap form with one's shifts and those of the same rosters."""
    realm = settings.IOC_REALM
    now = clock.now(realm)
    person = doing.person_of(user_of(request))
    mine = [one for one in _own_shifts(realm, person, now) if one.starts > now]
    rosters = {one.roster_id for one in mine}
    rows = selectors.shifts(realm, now, now + planning.HORIZON).filter(roster__in=rosters, starts__gt=now)
    others = rows.exclude(person=person)[:200] if person else rows.none()
    people = {one.person for one in others}
    typed = request.POST if request.method == "POST" else None
    start = {"gives": request.GET.get("gives", "")}
    ordered = sorted(people, key=lambda one: one.sort_key)
    return SwapForm(typed, initial=start, mine=mine, others=others, people=ordered)


def leave_form_of(request: HttpRequest) -> LeaveForm:
    """Return the leave form with one's own people and one's colleagues."""
    user = user_of(request)
    now = clock.now(settings.IOC_REALM)
    own = reach.staff_of(user).exclude(user=user)[:500]
    typed = request.POST if request.method == "POST" else None
    return LeaveForm(typed, own=own, people=selectors.colleagues(user, now))


@access("duty.read")
@never_cache
@require_safe
def roster(request: HttpRequest, roster: str) -> HttpResponse:
    """Show a roster: who has it, what is open ahead, how it is planned; forms for who answers for it."""
    return roster_page(request, reach.roster(user_of(request), roster))


def roster_page(
    request: HttpRequest,
    found: DutyRoster,
    *,
    override_form: forms.Form | None = None,
    problem: str = "",
    status: int = HTTPStatus.OK,
    **more: Any,
) -> HttpResponse:
    """Render a roster's page, with forms as they were typed."""
    realm, user = settings.IOC_REALM, user_of(request)
    now = clock.now(realm)
    glance = overview_of(found, realm)
    may_change = _may_change(request, found)
    people = selectors.candidates(found, realm, now) if may_change else []
    plan = {name: glance[name] for name in ("swap_needs_approval", "hand_over_log")}
    context = {
        **frame(request, now),
        "roster": found,
        "glance": glance,
        "warnings": [told(one, now) for one in glance["warnings"]],
        "rotations": [(one, legend(one)) for one in glance["rotations"]],
        "ahead": list(selectors.shifts(realm, now, now + planning.HORIZON, roster=found)[:14]),
        "may_change": may_change,
        "swaps": list(reach.swaps(user, "duty.write").filter(roster=found, realm=realm, state__in=Swap.OPEN))
        if may_change
        else [],
        "override_form": override_form or OverrideForm(people=people),
        "may_subscribe": may(user, "duty.subscribe"),
        "plan_form": PlanForm(initial=plan),
        "import_form": ImportForm(),
        "feeds": reach.feeds(user).filter(realm=realm, revoked_at=None, roster=found),
        "problem": problem,
        **more,
    }
    return render(request, "duty/roster.html", context, status=status)


@access("duty.write")
@never_cache
def new_rotation(request: HttpRequest, roster: str) -> HttpResponse:
    """Show the form of a new rotation, or add it; 422 shows the form again."""
    return _rotation(request, reach.roster(user_of(request), roster, "duty.write"), None)


@access("duty.write")
@never_cache
def rotation(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show the form of a rotation, or change it; 422 shows the form again."""
    found = reach.rotation(user_of(request), public_id)
    return _rotation(request, found.roster, found)


def _rotation(request: HttpRequest, found: DutyRoster, known: Rotation | None) -> HttpResponse:
    realm = known.realm if known else settings.IOC_REALM
    now = clock.now(realm)
    people = selectors.candidates(found, realm, now)
    today = now.astimezone(clock.LOCAL).date()
    typed = request.POST if request.method == "POST" else None
    form = RotationForm(typed, people=people, rotation=known, initial={} if known else {"starts_on": today})
    if typed is not None and form.is_valid():
        try:
            if known:
                rotations.change_rotation(rotation=known, given=form.given(), acting_user=user_of(request))
            else:
                rotations.add_rotation(roster=found, realm=realm, given=form.given(), acting_user=user_of(request))
        except InvalidInputError as error:
            refuse(form, error)
        except ConflictError:
            return roster_page(request, found, problem=gettext(CHANGED), status=HTTPStatus.CONFLICT)
        else:
            return redirect("duty:roster", found.slug)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if typed is not None else HTTPStatus.OK
    context = {**frame(request, now), "roster": found, "rotation": known, "form": form}
    return render(request, "duty/rotation.html", context, status=status)


@access("portal.use")
@require_safe
def feed(request: HttpRequest, secret: str) -> HttpResponse:
    """Return the calendar behind a secret address; 404 for one that is unknown or revoked."""
    del request
    rows = Feed.objects.filter(digest=digest_of(secret), revoked_at=None).select_related("roster", "person")
    found = rows.first()
    if found is None:
        raise Http404
    response = HttpResponse(ics.feed_text(found), content_type=ics.MEDIA_TYPE)
    response["Content-Disposition"] = 'inline; filename="duty.ics"'
    response["Cache-Control"] = "private, max-age=600"
    return response


def refuse(form: forms.Form, error: InvalidInputError) -> None:
    """Show a rule's refusal at the form's fields, what belongs to none above them."""
    for name, text in error.errors.items():
        form.add_error(name if name in form.fields else None, str(text))


def _own_shifts(realm: str, person: Person | None, now: datetime) -> list[DutyShift]:
    if person is None:
        return []
    return list(selectors.shifts(realm, now, now + planning.HORIZON).filter(person=person)[:40])


def _mine(realm: str, person: Person | None, now: datetime) -> list[dict[str, Any]]:
    return [
        {"pk": one.pk, "starts": one.starts, "roster": one.roster, "told": when(one.starts, one.ends, now)}
        for one in _own_shifts(realm, person, now)
    ]


def _may_change(request: HttpRequest, found: DutyRoster) -> bool:
    try:
        reach.roster(user_of(request), found.slug, "duty.write")
    except Http404:
        return False
    return True
