"""What a reader may ask in an address, checked before anything is looked up."""

from datetime import UTC, datetime

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request

from services.indicators import periods
from services.indicators.catalogue import UnknownCodeError, catalogue
from services.indicators.models import Definition
from services.indicators.periods import Grain, Period, PeriodError

MOST_PERIODS, MOST_UNITS = 400, 400


def definition_of(request: Request) -> Definition:
    """Return the indicator that ``?code=`` names; 400 without one, 404 for one that is not there."""
    code = request.query_params.get("code", "")
    if not code:
        raise ValidationError({"code": [_("is missing")]})
    try:
        return catalogue()[code]
    except UnknownCodeError as error:
        raise NotFound from error


def span_of(request: Request, grain: Grain, now: Period) -> tuple[Period, Period]:
    """Return the asked span (default: the last twelve periods of ``grain``); 400 for what is none or too long."""
    last = _period(request, "last") or now.at(grain)
    first = _period(request, "first") or last.before(11)
    if first.grain != last.grain:
        raise ValidationError({"first": [_("first and last are periods of one kind")]})
    length = sum(1 for _one in zip(periods.span(first, last), range(MOST_PERIODS + 1), strict=False))
    if length > MOST_PERIODS:
        raise ValidationError({"first": [_("at most {count} periods").format(count=MOST_PERIODS)]})
    return first, last


def period_of(request: Request) -> Period:
    """Return the period that ``?period=`` names; 400 for none."""
    found = _period(request, "period")
    if found is None:
        raise ValidationError({"period": [_("is missing")]})
    return found


def _period(request: Request, name: str) -> Period | None:
    text = request.query_params.get(name, "")
    if not text:
        return None
    try:
        return periods.parse(text)
    except PeriodError as error:
        raise ValidationError({name: [_("a period: 2026, 2026-Q3, 2026-09 or 2026-09-30")]}) from error


def known_at(request: Request) -> datetime | None:
    """Return the instant of ``?known_at=``, None without one; 400 for what is no instant with a time zone."""
    text = request.query_params.get("known_at", "")
    if not text:
        return None
    try:
        found = parse_datetime(text.replace(" ", "+"))
        if found is not None and found.tzinfo is not None:
            return found.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise ValidationError({"known_at": [_("an instant with a time zone, such as 2026-09-30T17:00:00+07:00")]})


def flag(request: Request, name: str, default: bool) -> bool:
    """Return a truth value of the address; 400 for what is none."""
    text = request.query_params.get(name, "").lower()
    if text not in {"", "0", "1", "true", "false"}:
        raise ValidationError({name: [_("true or false")]})
    return text in {"1", "true"} if text else default
