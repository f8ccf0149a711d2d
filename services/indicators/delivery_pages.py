"""The delivery pages: what is owed, a template, the filled workbook and what became of it. Views read and choose.

Without JavaScript the forms post and the workbook's page is asked for again; with it htmx shows how far the upload and
the checking have come.
"""

from http import HTTPStatus
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from services.directory.access import access, user_of
from services.directory.models import User
from services.indicators.access import reach_of
from services.indicators.actions import close_period
from services.indicators.catalogue import catalogue
from services.indicators.delivery import Owes, owed_of, owed_within, template_of
from services.indicators.delivery_forms import Given, fields_of, read_closing, read_sending
from services.indicators.delivery_frame import frame
from services.indicators.delivery_rows import deliverable, duty_rows, may_close, may_send, shown_duty, shown_workbook
from services.indicators.delivery_words import AT_WORK
from services.indicators.models import Workbook
from services.indicators.sent import PAGE_SIZE, chips_of, filters_from, page_of, rows_of, visible_to
from services.indicators.workbook_api import xlsx_file
from services.indicators.workbooks import processing
from services.kernel import clock
from services.kernel.problems import InvalidInputError

STOP_POLLING = 286
"""htmx's sign that nothing more is to come."""
SENT_BEFORE = 5
"""Workbooks of a duty that its page lists."""


@access("indicators.deliveries.read")
@never_cache
@require_safe
def duty_list(request: HttpRequest) -> HttpResponse:
    """Show what the reader's department or commune owes: late, to come, and delivered."""
    user, now = user_of(request), clock.now(settings.IOC_REALM)
    owed = owed_within(reach_of(user, "indicators.deliveries.read"), settings.IOC_REALM, now)
    shown = {"groups": duty_rows(owed, user), "heading": gettext("What is owed")}
    return render(request, "indicators/deliver.html", {**frame(user, now, "duties"), **shown})


@access("indicators.deliveries.read")
@never_cache
@require_safe
def duty(request: HttpRequest, duty: str, period: str) -> HttpResponse:
    """Show one period of a duty: what is there, the template, the form to send it, and the one to close it."""
    return _duty_page(request, duty, period)


@access("indicators.deliver")
@never_cache
@require_safe
def template(request: HttpRequest, duty: str, period: str) -> HttpResponse:
    """Return the workbook to fill in, with what is known already."""
    owes = _owes(request, duty, period, "indicators.deliver")
    return xlsx_file(f"{duty}-{period}", template_of(owes))


@access("indicators.deliver")
@require_POST
def send(request: HttpRequest, duty: str, period: str) -> HttpResponse:
    """Keep the filled workbook of a duty; its own page follows it. 422 shows the form again."""
    owes = _owes(request, duty, period, "indicators.deliver")
    given = read_sending(request)
    if given.errors:
        return _duty_page(request, duty, period, sending=given, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return _kept(request, given, department=owes.duty.department, duty=duty, period=period)


@access("indicators.close")
@require_POST
def close(request: HttpRequest, duty: str, period: str) -> HttpResponse:
    """Close a period of everything that a duty names. 422 shows the form again."""
    owes = _owes(request, duty, period, "indicators.close")
    user = user_of(request)
    if not may_close(user, owes):
        raise Http404
    given = read_closing(request)
    if not given.errors:
        try:
            close_period(
                realm=settings.IOC_REALM,
                codes=[one.code for one in owes.definitions],
                period=owes.period,
                reason=given.reason,
                acting_user=user,
            )
        except InvalidInputError as error:
            given.errors["reason"] = " ".join(str(text) for text in error.errors.values())
    if given.errors:
        return _duty_page(request, duty, period, closing=given, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return redirect(f"{reverse('deliver:duty', args=[duty, period])}?done=close")


@access("indicators.deliver")
@never_cache
@require_safe
def other(request: HttpRequest) -> HttpResponse:
    """Show the form for a workbook that no duty asks for: earlier years, plans, several periods at once."""
    return _other_page(request)


@access("indicators.deliver")
@require_POST
def send_other(request: HttpRequest) -> HttpResponse:
    """Keep such a workbook; its own page follows it. 422 shows the form again."""
    given = read_sending(request)
    if given.errors:
        return _other_page(request, given, HTTPStatus.UNPROCESSABLE_ENTITY)
    return _kept(request, given)


@access("indicators.deliveries.read")
@never_cache
@require_safe
def workbook_list(request: HttpRequest) -> HttpResponse:
    """Show the workbooks that were sent, newest first; every filter is a query parameter."""
    user, now = user_of(request), clock.now(settings.IOC_REALM)
    filters, visible = filters_from(request.GET), visible_to(user)
    rows, more = page_of(visible, filters)
    shown = {
        "heading": gettext("Workbooks that were sent"),
        "filters": filters,
        "chips": chips_of(visible, filters),
        "rows": rows,
        "page_size": PAGE_SIZE,
        "previous_page": filters.but(page=filters.page - 1).here if filters.page > 1 else "",
        "next_page": filters.but(page=filters.page + 1).here if more else "",
    }
    return render(request, "indicators/deliver_workbooks.html", {**frame(user, now, "workbooks"), **shown})


@access("indicators.deliveries.read")
@never_cache
@require_safe
@vary_on_headers("HX-Request")
def workbook(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show how a workbook fares; for htmx only what changes, and 286 when nothing more will."""
    user, now = user_of(request), clock.now(settings.IOC_REALM)
    row = _workbook(user, public_id)
    shown = shown_workbook(row, user, now)
    if request.headers.get("HX-Request"):
        status = HTTPStatus.OK if row.state in AT_WORK else STOP_POLLING
        return render(request, "indicators/_deliver_workbook.html", {**shown, "fragment": True}, status=status)
    return render(request, "indicators/deliver_workbook.html", {**frame(user, now, "workbooks"), **shown})


@access("indicators.deliveries.read")
@never_cache
@require_safe
def marked(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Return the sender's own file with every wrong cell coloured and commented; 404 while there is none."""
    row = _workbook(user_of(request), public_id)
    if row.marked is None:
        raise Http404
    return xlsx_file(f"marked-{public_id}", bytes(row.marked))


# --- shared ----------------------------------------------------------------------------------------------------------


def _duty_page(
    request: HttpRequest,
    duty: str,
    period: str,
    *,
    sending: Given | None = None,
    closing: Given | None = None,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    user, now = user_of(request), clock.now(settings.IOC_REALM)
    owes = _owes(request, duty, period, "indicators.deliveries.read")
    sent = visible_to(user).filter(duty=duty, period=period).order_by("-pk")[:SENT_BEFORE]
    closes = may_close(user, owes) and not owes.closed
    shown = {
        **shown_duty(owes),
        "sent": rows_of(list(sent)),
        "sending": fields_of(sending, required=owes.closed) if may_send(user, owes) else None,
        "send_to": reverse("deliver:send", args=[duty, period]),
        "template": reverse("deliver:template", args=[duty, period]),
        "closing": (closing or Given()) if closes else None,
        "done": gettext("The period is closed.") if request.GET.get("done") == "close" and owes.closed else "",
    }
    return render(request, "indicators/deliver_duty.html", {**frame(user, now, "duties"), **shown}, status=status)


def _other_page(request: HttpRequest, given: Given | None = None, status: int = HTTPStatus.OK) -> HttpResponse:
    user, now = user_of(request), clock.now(settings.IOC_REALM)
    shown = {
        "heading": gettext("Send another workbook"),
        "sending": fields_of(given, required=False),
        "send_to": reverse("deliver:send-other"),
        "topics": deliverable(reach_of(user, "indicators.deliver"), catalogue()),
    }
    return render(request, "indicators/deliver_other.html", {**frame(user, now, "other"), **shown}, status=status)


def _kept(
    request: HttpRequest, given: Given, *, department: str = "", duty: str = "", period: str = ""
) -> HttpResponse:
    """Hand the file to the workers and go to its page; htmx is told to go there."""
    user = user_of(request)
    whose, unit = reach_of(user, "indicators.deliver").sender(department)
    row = processing.submit(
        realm=settings.IOC_REALM,
        name=given.name,
        body=given.body,
        department=whose,
        unit=unit,
        duty=duty,
        period=period,
        reason=given.reason,
        acting_user=user,
    )
    there = reverse("deliver:workbook", args=[row.public_id])
    if request.headers.get("HX-Request"):
        return HttpResponse(status=HTTPStatus.NO_CONTENT, headers={"HX-Redirect": there})
    return redirect(there)


def _owes(request: HttpRequest, duty: str, period: str, action: str) -> Owes:
    now = clock.now(settings.IOC_REALM)
    return owed_of(reach_of(user_of(request), action), duty, period, settings.IOC_REALM, now)


def _workbook(user: User, public_id: UUID) -> Workbook:
    row = visible_to(user).filter(public_id=public_id).first()
    if row is None:
        raise Http404
    return row
