"""The page on which a supervisor writes a policy's next version: edit, look at what it would do, then save.

Every button posts the whole form, so that it works without a script. What it would do is played for the very text that
is saved: the form carries the digest of what was played, and a text that changed since is shown once more first.
"""

import hashlib
from dataclasses import dataclass, replace
from datetime import date
from http import HTTPStatus
from typing import Any

import msgspec
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from services.directory.access import access, user_of
from services.kernel import clock
from services.kernel.problems import ConflictError, InvalidInputError
from services.kernel.text import localised
from services.tickets.ladder import actions, drawn, selectors, versions
from services.tickets.ladder.editing import comparing, fields
from services.tickets.ladder.editing.choices import Choices, choices_for
from services.tickets.ladder.editing.typed import Typed, apply, changed, draft_of, read, typed_of, with_people
from services.tickets.ladder.findings import Found
from services.tickets.ladder.forms import DryRunForm
from services.tickets.ladder.holidays import DaysOff, next_long
from services.tickets.ladder.pages import frame_of
from services.tickets.ladder.rehearsal import question, rehearse
from services.tickets.ladder.shapes import MOST_STEPS, Content
from services.tickets.models import Policy
from services.worktime.selectors import current_calendar

UNPROCESSABLE = HTTPStatus.UNPROCESSABLE_ENTITY


@dataclass(frozen=True, slots=True)
class Sheet:
    """What lies on the desk: the newest version, the number of the one that was begun with, and the text."""

    newest: Policy
    began_with: int
    typed: Typed
    choices: Choices
    today: date
    note: str = ""
    played: str = ""
    focus: int | None = None
    went_on: str = ""
    """``check`` or ``save`` after which the reader is led to the result."""
    found: tuple[Found, ...] = ()
    problem: str = ""
    """What hinders saving and belongs to no field."""
    both: tuple[dict[str, Any], ...] = ()
    """What two people changed, side by side."""

    @property
    def draft(self) -> dict[str, Any]:
        """The text as the validator takes it."""
        return draft_of(self.typed, self.newest.slug)

    @property
    def digest(self) -> str:
        """What the text is known by, to see whether it is the one that was played."""
        return hashlib.sha256(msgspec.json.encode(self.draft, order="sorted")).hexdigest()

    @property
    def wrong(self) -> bool:
        """True when something in the text hinders playing and saving it."""
        return any(not one.warning and one.field != "note" for one in self.found)


@access("policies.write")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the form of a policy's next version; POST adds, moves and removes steps, checks, plays and saves."""
    newest = selectors.history(slug)[0]
    today = clock.now(settings.IOC_REALM).astimezone(clock.LOCAL).date()
    choices = choices_for(newest, today)
    if request.method != "POST":
        typed = typed_of(versions.content_of(newest))
        return _page(request, _checked(Sheet(newest, newest.version, typed, choices, today)))
    sheet = _posted(request, newest, choices, today)
    order = request.POST.get("do", "check")
    if order == "save":
        return _save(request, _checked(sheet))
    if order in {"check", "holiday"}:
        return _checked_page(request, replace(_checked(sheet), went_on="check"))
    moved, focus = apply(sheet.typed, order)
    return _page(request, _checked(replace(sheet, typed=moved, focus=focus)))


def _posted(request: HttpRequest, newest: Policy, choices: Choices, today: date) -> Sheet:
    number = request.POST.get("version", "")
    known = number.isascii() and number.isdecimal() and len(number) < 9
    return Sheet(
        newest=newest,
        began_with=int(number) if known else newest.version,
        typed=with_people(read(request.POST), choices.people),
        choices=choices,
        today=today,
        note=request.POST.get("note", "").strip(),
        played=request.POST.get("played", ""),
    )


def _checked(sheet: Sheet) -> Sheet:
    return replace(sheet, found=tuple(actions.findings(sheet.draft)))


def _checked_page(request: HttpRequest, sheet: Sheet) -> HttpResponse:
    return _page(request, sheet, UNPROCESSABLE if sheet.wrong else HTTPStatus.OK)


def _save(request: HttpRequest, sheet: Sheet) -> HttpResponse:
    """Save through the action that the API uses, once nothing hinders it and its dry run was seen."""
    sheet = _unready(replace(sheet, went_on="save"))
    if sheet.wrong or sheet.problem:
        return _page(request, sheet, UNPROCESSABLE)
    begun = _begun_with(sheet)
    try:
        actions.edit(
            slug=sheet.newest.slug,
            changes=changed(comparing.usual(begun), sheet.draft),
            acting_user=user_of(request),
            note=sheet.note,
            version=sheet.began_with,
        )
    except ConflictError:
        return _page(request, _conflicting(sheet, begun), HTTPStatus.CONFLICT)
    except InvalidInputError as error:
        said = (Found(field, str(text)) for field, texts in error.errors.items() for text in texts)
        return _page(request, replace(sheet, found=(*sheet.found, *said)), UNPROCESSABLE)
    return redirect(f"{reverse('tickets:policy', args=[sheet.newest.slug])}?saved=1")


def _unready(sheet: Sheet) -> Sheet:
    """Return the sheet with what still hinders saving: no reason, no change, or a text that was not played."""
    if sheet.wrong:
        return sheet
    if not sheet.note:
        found = (*sheet.found, Found("note", gettext("say in a few words why this changes")))
        return replace(sheet, found=found, problem=gettext("The reason is missing."))
    if sheet.draft == comparing.usual(_begun_with(sheet)):
        return replace(sheet, problem=gettext("Nothing differs from the present version: there is nothing to save."))
    if sheet.played != sheet.digest:
        text = gettext("The text has changed since it was played. Look at what it would do now, then save.")
        return replace(sheet, problem=text)
    return sheet


def _begun_with(sheet: Sheet) -> Policy:
    found = Policy.objects.filter(slug=sheet.newest.slug, version=sheet.began_with).first()
    if found is None:
        raise Http404
    return found


def _conflicting(sheet: Sheet, begun: Policy) -> Sheet:
    """Return the newest version with my changes in it, to be saved anew, and what either of us changed."""
    newest = selectors.history(sheet.newest.slug)[0]
    base, theirs = comparing.usual(begun), comparing.usual(newest)
    merged = comparing.together(base, sheet.draft, theirs)
    both = tuple(comparing.side_by_side(base, sheet.draft, theirs, sheet.today))
    typed = typed_of(msgspec.convert(merged, Content))
    return _checked(replace(sheet, newest=newest, began_with=newest.version, typed=typed, played="", both=both))


# --- what is shown ---------------------------------------------------------------------------------------------------


def _page(request: HttpRequest, sheet: Sheet, status: int = HTTPStatus.OK) -> HttpResponse:
    away = next_long(current_calendar(), sheet.today)
    form = _question(request, sheet, away)
    played, asked_well = _played(sheet, form)
    if not asked_well:
        status = UNPROCESSABLE
    moving = request.method == "POST" and not sheet.went_on
    said = fields.by_anchor((one for one in sheet.found if not moving), sheet.typed)
    shown = fields.plain_fields(sheet.typed, sheet.choices, said)
    context = {
        **frame_of(request),
        "policy": sheet.newest,
        "title": localised(sheet.newest.title),
        "next": sheet.newest.version + 1,
        "began_with": sheet.began_with,
        "overtaken": sheet.began_with != sheet.newest.version,
        "typed": sheet.typed,
        "fields": shown,
        "said": said,
        "errors": fields.summary(said),
        "steps": fields.step_rows(sheet.typed, sheet.choices, said, sheet.focus),
        "may_add": len(sheet.typed.steps) < MOST_STEPS,
        "people": list(sheet.choices.people),
        "units": fields.boxes(sheet.typed.units, sheet.choices.units),
        "departments": fields.boxes(sheet.typed.departments, sheet.choices.departments),
        "note": sheet.note,
        "problem": sheet.problem,
        "both": sheet.both,
        "theirs": drawn.version_of(sheet.newest, sheet.newest) if sheet.both else None,
        "try": form,
        "away": away,
        "played": played,
        "placed": form.data.get("try-unit") or form.data.get("try-department"),
        "digest": sheet.digest if played else "",
        "led": "played" if sheet.went_on == "check" and played else "",
    }
    return render(request, "tickets/policy_edit.html", context, status=status)


def _question(request: HttpRequest, sheet: Sheet, away: DaysOff | None) -> DryRunForm:
    """Return the question of the dry run: as asked, over the next holidays, or from now on."""
    if request.method == "POST" and request.POST.get("try-start"):
        given = request.POST.copy()
        if away and given.get("do") == "holiday":
            given["try-start"] = f"{away.eve:%Y-%m-%dT%H:%M}"
        return DryRunForm(given, prefix="try")
    start = clock.now(settings.IOC_REALM).astimezone(clock.LOCAL)
    unit, department = ((*places, "")[0] for places in (sheet.newest.units, sheet.newest.departments))
    initial = {
        "start": f"{start:%Y-%m-%dT%H:%M}",
        "severity": sheet.newest.severity_name,
        "unit": unit if unit in dict(sheet.choices.units) else "",
        "department": department if department in dict(sheet.choices.departments) else "",
    }
    return DryRunForm({f"try-{name}": value for name, value in initial.items()}, prefix="try")


def _played(sheet: Sheet, form: DryRunForm) -> tuple[dict[str, Any] | None, bool]:
    """Return what the text would do, None while something hinders it, and whether the question was a good one."""
    if not form.is_valid():
        return None, False
    if sheet.wrong:
        return None, True
    policy = versions.unsaved(msgspec.convert(sheet.draft, Content))
    try:
        return drawn.played(policy, rehearse(policy, question(**form.cleaned_data))), True
    except InvalidInputError as error:
        for name, texts in error.errors.items():
            form.add_error(name if name in form.fields else None, texts)
        return None, False
