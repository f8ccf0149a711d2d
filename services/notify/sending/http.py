"""One HTTP request to a gateway, and what its failure means: nothing went out, refused, or nobody knows.

An answer of 502 or 504 comes from something between us and the gateway, after the request was passed on: a channel that
cannot be repeated is then unsure, as after a lost connection. 429 and 503 are the gateway's own "not now".
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import httpx

from services.notify.outcomes import AgainError, RefusedError, SendingError, UnsureError

LARGEST = 64 * 1024
"""Bytes of an answer that are read."""
LONGEST = timedelta(hours=6)
"""The longest that a gateway may ask us to wait."""
_BEFORE = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol, httpx.ProxyError)
"""Failures before anything of the request went out."""
_BETWEEN = frozenset({502, 504})


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer's status and text."""

    status: int
    text: str


def ask(request: httpx.Request, *, repeatable: bool, timeout: float, trust_env: bool = True) -> Answer:
    """Send a request and return a 2xx answer; raises the ``SendingError`` that anything else means.

    ``timeout`` in seconds holds for the whole answer too: a gateway that drips is as lost as one that is silent.
    """
    until = time.monotonic() + timeout
    try:
        with httpx.Client(timeout=timeout, follow_redirects=False, trust_env=trust_env) as client:
            response = client.send(request, stream=True)
            text = _read(response, until)
    except _BEFORE as error:
        raise AgainError(_named(error)) from error
    except (httpx.TransportError, httpx.StreamError) as error:
        raise _lost(_named(error), repeatable=repeatable) from error
    if response.is_success:
        return Answer(response.status_code, text)
    raise _unsuccessful(response, text, repeatable=repeatable)


def build(method: str, url: str, *, headers: Mapping[str, str], content: bytes | None) -> httpx.Request:
    """Return a request; RefusedError for an address that is none."""
    try:
        return httpx.Request(method, url, headers=dict(headers), content=content)
    except (httpx.InvalidURL, TypeError, ValueError) as error:
        raise RefusedError(_named(error)) from error


def retry_after(headers: Mapping[str, str]) -> timedelta | None:
    """Return how long ``Retry-After`` asks to wait: seconds, or a date (RFC 9110, 10.2.3); None without one.

    A date is counted from the answer's own ``Date``: by the clock of whoever wrote both.
    """
    value = headers.get("Retry-After", "").strip()
    if value.isdecimal():
        return min(timedelta(seconds=int(value[:9])), LONGEST)  # nine digits are thirty years already
    until, since = _date(value), _date(headers.get("Date", ""))
    return min(max(until - since, timedelta(0)), LONGEST) if until and since else None


def _date(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _read(response: httpx.Response, until: float) -> str:
    found = b""
    for chunk in response.iter_raw(4096):
        found += chunk
        if len(found) >= LARGEST:
            break
        if time.monotonic() > until:
            message = "the answer never ended"
            raise httpx.ReadTimeout(message)
    response.close()
    return found.decode(errors="replace")


def _unsuccessful(response: httpx.Response, text: str, *, repeatable: bool) -> SendingError:
    said = f"{response.status_code} {text[:300]}".strip()
    if response.status_code in _BETWEEN:
        return _lost(said, repeatable=repeatable)
    if response.status_code in {408, 425, 429} or response.status_code >= 500:
        return AgainError(said, after=retry_after(response.headers))
    return RefusedError(said)


def _lost(text: str, *, repeatable: bool) -> SendingError:
    return AgainError(text) if repeatable else UnsureError(text)


def _named(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".rstrip(": ")
