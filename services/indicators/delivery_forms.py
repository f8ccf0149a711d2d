"""The two forms of the delivery pages: sending a workbook, and closing a period."""

from dataclasses import dataclass, field

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext

LONGEST_REASON = 500


@dataclass
class Given:
    """What was typed and sent, with what is wrong by field; the file itself cannot be shown again."""

    name: str = ""
    body: bytes = b""
    reason: str = ""
    errors: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fields:
    """The form of a workbook as it is drawn. ``required``: the period is closed, a change needs its reason."""

    reason: str
    required: bool
    errors: dict[str, str]
    largest: int


def read_sending(request: HttpRequest) -> Given:
    """Return what a sent form holds. Whether the file is a workbook is for the reader of workbooks to say."""
    file, given = request.FILES.get("file"), _reason(request)
    if file is None:
        given.errors["file"] = gettext("Choose the file to send.")
    elif (file.size or 0) > settings.IOC_INTAKE_MAX_BYTES:
        given.errors["file"] = gettext("The file is larger than {size} MB.").format(size=_megabytes())
    else:
        given.name, given.body = str(file.name).replace("\x00", ""), file.read()
    return given


def read_closing(request: HttpRequest) -> Given:
    """Return what the form of closing holds: a reason must be given."""
    given = _reason(request)
    if not given.reason:
        given.errors["reason"] = gettext("Say why the period is final.")
    return given


def fields_of(given: Given | None, *, required: bool) -> Fields:
    """Return the form, empty or as it was sent."""
    reason, errors = (given.reason, given.errors) if given else ("", {})
    return Fields(reason, required, errors, _megabytes())


def _reason(request: HttpRequest) -> Given:
    reason = " ".join(request.POST.get("reason", "").replace("\x00", "").split())
    given = Given(reason=reason[:LONGEST_REASON])
    if len(reason) > LONGEST_REASON:
        given.errors["reason"] = gettext("At most {count} letters.").format(count=LONGEST_REASON)
    return given


def _megabytes() -> int:
    return int(settings.IOC_INTAKE_MAX_BYTES) // (1024 * 1024)
