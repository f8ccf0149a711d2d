"""The citizen's side of reports: send one, get a code, follow it. All enters through intake like any feed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from monitors.field_reports.forms import SOURCE, ReportForm, new_key, read_key
from monitors.field_reports.models import Report, Status
from monitors.field_reports.selectors import PublicReport, code_of, report_by_code
from services.contract import Fact, Page
from services.directory.access import access
from services.directory.pack import pack
from services.intake import receive
from services.kernel import clock
from services.worktime.calendar import minutes_between
from services.worktime.selectors import current_calendar

PAGES: Final = (
    Page(
        slug="report",
        title=_("Report a problem"),
        lead=_("Under a minute, anonymous if you like"),
        address="report",
        icon="megaphone",
        primary=True,
    ),
    Page(
        slug="follow",
        title=_("Follow a report"),
        lead=_("With the code you got"),
        address="follow-find",
        icon="bell",
    ),
)

# --- sending ---------------------------------------------------------------------------------------------------------


@access("portal.use")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """Show the form, or send what it holds; whatever is wrong, everything typed comes back with a summary on top."""
    now = clock.now(settings.IOC_REALM)
    if request.method != "POST":
        return _form_page(request, ReportForm(now=now))
    form = ReportForm(request.POST, now=now)
    if not form.is_valid():
        return _form_page(request, form)
    external_id = read_key(form.cleaned_data["key"])
    receipt = receive(source=SOURCE, realm=settings.IOC_REALM, items=[form.payload(external_id)])
    if 0 in receipt.records:
        code = code_of(receipt.records[0])
        if receipt.accepted or _same(form, code):
            return redirect("report-sent", code)
        form.add_error(
            None, gettext("This form was already sent, as {code}. Send again for another report.").format(code=code)
        )
        return _form_page(request, form, fresh_key=True)
    for rejection in receipt.rejected:
        for name, text in rejection.errors.items():
            form.add_error(name if name in form.fields else None, text)
    return _form_page(request, form)


def _form_page(request: HttpRequest, form: ReportForm, *, fresh_key: bool = False) -> HttpResponse:
    """Draw the form; one that comes back keeps its key, unless that report exists already."""
    for name in form.errors:
        if name in form.fields:
            described = form.fields[name].widget.attrs.get("aria-describedby", "")
            errors = f"id_{name}_error"
            form.fields[name].widget.attrs |= {
                "aria-invalid": "true",
                "aria-describedby": f"{described} {errors}".strip(),
            }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    key = "" if fresh_key else request.POST.get("key", "")
    return render(request, "portal/report.html", {"form": form, "key": key or new_key()}, status=status)


def _same(form: ReportForm, code: str) -> bool:
    """Tell whether the report that this form's key already became is what the form says now."""
    sent = report_by_code(code)
    return sent is not None and sent.description == form.cleaned_data["description"].strip()


@access("portal.use")
@never_cache
@require_safe
def sent(request: HttpRequest, code: str) -> HttpResponse:
    """Show the code of a report that was just sent."""
    found = _found(code)
    return render(request, "portal/report_sent.html", {"report": found, "status": LOOKS[Status(found.status)]})


# --- following -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Look:
    """A status in public words: colour class, shape, name, and the sentence that says what it means."""

    css: str
    shape: str
    title: str
    sentence: str

    @property
    def text(self) -> str:
        """The name in the reader's language."""
        return gettext(self.title)


LOOKS: Final = {
    Status.RECEIVED: Look("new", "s-new", _("Sent"), _("We have it. Next it goes to the office in charge.")),
    Status.ROUTED: Look(
        "work", "s-routed", _("At the office in charge"), _("The office has it and has to act in time.")
    ),
    Status.IN_PROGRESS: Look("work", "s-work", _("In progress"), _("Work is under way.")),
    Status.DONE: Look("done", "s-done", _("Fixed"), _("The office says that it is fixed.")),
    Status.NOT_FIXED: Look("bad", "s-not-fixed", _("Closed, not fixed"), _("The office closed it without a fix.")),
    Status.CLOSED: Look("new", "s-off", _("Closed"), _("It was closed without work.")),
}
PATH: Final = (Status.RECEIVED, Status.ROUTED, Status.IN_PROGRESS, Status.DONE)
_TOLD: Final = {
    Status.RECEIVED: _("You sent the report"),
    Status.ROUTED: _("Went to the office in charge"),
    Status.IN_PROGRESS: _("Work began"),
    Status.DONE: _("Fixed"),
    Status.NOT_FIXED: _("Closed, not fixed"),
    Status.CLOSED: _("Closed without work"),
}
_AHEAD: Final = {
    Status.ROUTED: _("Goes to the office in charge"),
    Status.IN_PROGRESS: _("Work begins"),
    Status.DONE: _("Result"),
}


@access("portal.use")
@never_cache
@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """Ask for a code; a known one leads to its page."""
    typed = request.GET.get("code", "").strip()[:40]
    found = report_by_code(typed) if typed else None
    if found is not None:
        return redirect("follow", found.code)
    status = HTTPStatus.NOT_FOUND if typed else HTTPStatus.OK
    return render(request, "portal/follow_find.html", {"typed": typed, "missing": bool(typed)}, status=status)


@access("portal.use")
@never_cache
@require_safe
def follow(request: HttpRequest, code: str) -> HttpResponse:
    """Show where a report stands, whose turn it is, and what happened so far."""
    found = _found(code)
    now = clock.now(found.realm)
    look = LOOKS[Status(found.status)]
    context = {
        "report": found,
        "now": now,
        "status": look,
        "sentence": gettext(look.sentence),
        "turn": found.department or found.unit or pack().centre,
        "place": found.unit,
        "timeline": timeline_of(found),
        **time_left(found, now),
    }
    return render(request, "portal/follow.html", context)


def _found(code: str) -> PublicReport:
    found = report_by_code(code)
    if found is None:
        raise Http404
    return found


def time_left(report: PublicReport, now: datetime) -> dict[str, Any]:
    """Return what the page says about the deadline: minutes left or over, the share used (0 to 100)."""
    if report.due_at is None or report.finished:
        return {}
    calendar = current_calendar()

    def between(start: datetime, end: datetime) -> int:
        by_clock = int((end - start).total_seconds() // 60)
        return by_clock if report.urgent else minutes_between(calendar, start, end)

    total = max(1, between(report.created_at, report.due_at))
    late = report.due_at <= now
    left = between(report.due_at, now) if late else between(now, report.due_at)
    used = 100 if late else min(100, max(0, round(100 * (total - left) / total)))
    return {"late": late, "minutes": left, "used": used, "bar": "late" if late else "work"}


def timeline_of(report: PublicReport) -> list[dict[str, Any]]:
    """Return what happened, oldest first, and (while it is open) what is still to come."""
    lines = []
    before = ""
    for number, step in enumerate(report.steps, 1):
        status = Status(step.status)
        here = number == len(report.steps) and not report.finished
        word = step.status == before and bool(step.text)
        before = step.status
        lines.append(
            {
                "css": LOOKS[status].css,
                "shape": "s-here" if here else LOOKS[status].shape,
                "title": gettext("Word from the office") if word else gettext(_TOLD[status]),
                "quote": step.text,
                "at": step.at,
                "by": step.by if status != Status.RECEIVED else None,
            }
        )
    if report.finished or report.status not in PATH:
        return lines
    ahead = PATH[PATH.index(Status(report.status)) + 1 :]
    future = [{"css": "new", "shape": "s-future", "title": gettext(_AHEAD[status]), "future": True} for status in ahead]
    return lines + future


# --- for whoever handles it ------------------------------------------------------------------------------------------

SHOWN_REPORTS: Final = 5


def facts(ids: Sequence[int]) -> list[Fact]:
    """Return what the newest of these reports say: the citizen's words and the place; never who sent them.

    One report is told in full; of several each has one line, or nobody could tell which place belongs to which.
    """
    reports = list(Report.objects.filter(pk__in=list(ids)).order_by("-pk")[:SHOWN_REPORTS])
    if len(reports) == 1:
        return [Fact(_("What was reported"), reports[0].description, words=True), *_details(reports[0])]
    return [Fact(_("Report"), {lang: _line(report, lang) for lang in ("vi", "en")}) for report in reports]


def _details(report: Report) -> Iterator[Fact]:
    category = pack().category(report.category)
    if category:
        yield Fact(_("Kind"), {"vi": category.name["vi"], "en": category.name["en"]})
    if report.address:
        yield Fact(_("Address"), report.address)
    if report.lon_lat:
        yield Fact(_("Longitude, latitude"), _coordinates(report.lon_lat))


def _line(report: Report, language: str) -> str:
    told = [fact.value if isinstance(fact.value, str) else fact.value[language] for fact in _details(report)]
    return f"{' · '.join(told)}: “{report.description}”"


def _coordinates(place: tuple[float, float]) -> str:
    return f"{place[0]:.5f}, {place[1]:.5f}"


urlpatterns = [
    path("report/", report, name="report"),
    path("report/sent/<str:code>/", sent, name="report-sent"),
    path("follow/", find, name="follow-find"),
    path("follow/<str:code>/", follow, name="follow"),
]
