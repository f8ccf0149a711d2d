"""Errors of the API as RFC 9457 problem documents, and the exceptions that carry what a caller needs to go on."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404
from rest_framework import exceptions
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response
from rest_framework.views import exception_handler as default_handler


class IllegalVerbError(Exception):
    """A verb that the present state does not allow; ``legal`` names those it does."""

    def __init__(self, verb: str, state: str, legal: Sequence[str]) -> None:
        super().__init__(f"{verb} is not possible in state {state}")
        self.verb, self.state, self.legal = verb, state, list(legal)


class StaleEditError(Exception):
    """A verb given to an older version than the present one: nothing was written.

    ``yours`` is what the caller sent, ``theirs`` what was done since the version that the caller saw, oldest first.
    """

    def __init__(
        self,
        verb: str,
        *,
        seen: int,
        version: int,
        state: str,
        legal: Sequence[str],
        yours: dict[str, str],
        theirs: list[dict[str, Any]],
    ) -> None:
        super().__init__(f"{verb} was given to version {seen}, the present one is {version}")
        self.verb, self.seen, self.version, self.state, self.legal = verb, seen, version, state, list(legal)
        self.yours, self.theirs = yours, theirs


class InvalidInputError(Exception):
    """Input that a rule refuses: ``errors`` by field, in the reader's language."""

    def __init__(self, errors: dict[str, Any]) -> None:
        super().__init__(str(errors))
        self.errors = errors


class TooLargeError(exceptions.APIException):
    """A body over the limit (413)."""

    status_code = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    default_detail = "The body is too large."


class ConflictError(exceptions.APIException):
    """A request that collides with another one (409)."""

    status_code = HTTPStatus.CONFLICT
    default_detail = "The request collides with another one."


MEDIA_TYPE = "application/problem+json"


class Problem(Response):
    """A problem document: JSON whatever the caller accepts, since an error in CSV helps nobody."""

    @property
    def rendered_content(self) -> bytes:  # type: ignore[override]  # REST framework's is bytes too
        """The document as UTF-8 JSON."""
        self["Content-Type"] = MEDIA_TYPE
        content: bytes = JSONRenderer().render(self.data)
        return content


def document(status: int, detail: str, **more: Any) -> dict[str, Any]:
    """Return the members of a problem document."""
    return {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail, **more}


def problem(status: int, detail: str, **more: Any) -> Problem:
    """Return a problem document as a response."""
    return Problem(document(status, detail, **more), status=status)


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """Turn what a view raised into a problem document; None lets an unforeseen error be a 500."""
    known = _known(error)
    if known is not None:
        return known
    response = default_handler(error, context)
    if response is None:
        return None
    if isinstance(error, exceptions.ValidationError):
        detail, errors = "Some fields are not valid.", response.data
        answer = problem(response.status_code, detail, errors=errors if isinstance(errors, dict) else {"": errors})
    else:
        answer = problem(response.status_code, _detail(error))
    for header in ("Retry-After", "WWW-Authenticate", "Allow"):
        if header in response:
            answer[header] = response[header]
    return answer


def _known(error: Exception) -> Problem | None:
    """Return the document of an error that REST framework does not know."""
    if isinstance(error, IllegalVerbError):
        return problem(409, str(error), state=error.state, legal=error.legal)
    if isinstance(error, StaleEditError):
        now = {"version": error.version, "state": error.state, "legal": error.legal}
        return problem(409, str(error), seen=error.seen, yours=error.yours, theirs=error.theirs, **now)
    if isinstance(error, InvalidInputError):
        return problem(400, "Some fields are not valid.", errors=error.errors)
    if isinstance(error, OperationalError | InterfaceError):
        return problem(503, "The database is not reachable at the moment; send it again.")
    if isinstance(error, OverflowError):  # an instant at one of the calendar's ends, in another zone
        return problem(400, "A date or a number lies outside what can be reckoned with.")
    if isinstance(error, RequestDataTooBig):
        return problem(413, str(TooLargeError.default_detail))
    if isinstance(error, SuspiciousOperation):
        return problem(400, "The request cannot be read.")
    return None


def _detail(error: Exception) -> str:
    if isinstance(error, Http404):
        return "There is nothing here, or nothing that you may see."
    if isinstance(error, PermissionDenied):
        return "You may not do this."
    return str(getattr(error, "detail", error))
