"""Who is behind a websocket: sessions looked up in batches, so that 2,000 walls are a handful of statements.

The same look-up lets people in and, repeated, notices that they signed out, were switched off or changed roles.
"""

import time
from collections.abc import Collection
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db.models.functions import Now
from django.http.cookie import parse_cookie
from django.utils.crypto import constant_time_compare

from services.directory.access import streams_of
from services.directory.grants import load_together
from services.directory.models import User
from services.wall.overrides import role_of

_REMEMBERED = 300.0
"""Seconds after which streams are asked for again, even if the account's roles seem unchanged."""
_MOST = 10_000
"""Accounts whose reach is remembered."""
_reach: dict[tuple[int, int, bool], tuple[float, tuple[str, ...], str]] = {}


@dataclass(frozen=True, slots=True)
class Visitor:
    """A signed-in account: its session, the streams it may watch (none: no wall), whose boards it gets."""

    session: str
    user: int
    access_version: int
    streams: tuple[str, ...]
    role: str = ""


def session_of(headers: Collection[tuple[bytes, bytes]]) -> str:
    """Return the session's key from a handshake's headers, an empty text when there is none."""
    for name, value in headers:
        if name == b"cookie":
            return parse_cookie(value.decode("latin-1")).get(settings.SESSION_COOKIE_NAME, "")
    return ""


def look_up(sessions: Collection[str]) -> dict[str, Visitor]:
    """Return the visitor of each valid session; whoever is missing is not (or no longer) signed in.

    Two statements whatever the number, and two more when roles changed or were not read for a while.
    """
    claims = _claims(sessions)
    users = User.objects.filter(is_active=True).in_bulk({int(claim[SESSION_KEY]) for claim in claims.values()})
    signed_in = {
        session: users[user]
        for session, claim in claims.items()
        if (user := int(claim[SESSION_KEY])) in users and _signed_in(users[user], claim)
    }
    reach = _reach_of({user.pk: user for user in signed_in.values()}.values())
    return {
        session: Visitor(session, user.pk, user.access_version, *reach[user.pk]) for session, user in signed_in.items()
    }


def _claims(sessions: Collection[str]) -> dict[str, dict[str, str]]:
    store = SessionStore()
    rows = Session.objects.filter(session_key__in=sorted(filter(None, sessions)), expire_date__gt=Now())
    decoded = {key: store.decode(data) for key, data in rows.values_list("session_key", "session_data")}
    return {key: content for key, content in decoded.items() if str(content.get(SESSION_KEY, "")).isdecimal()}


def _signed_in(user: User, claim: dict[str, str]) -> bool:
    """Tell whether the session was made with the account's present password, by a way of signing in still in use."""
    if claim.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS:
        return False
    given = claim.get(HASH_SESSION_KEY, "")
    hashes = [user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()]
    return any(constant_time_compare(given, known) for known in hashes)


def _reach_of(users: Collection[User]) -> dict[int, tuple[tuple[str, ...], str]]:
    """Return what each account may watch and whose boards it gets, as it was read a while ago at most."""
    now = time.monotonic()
    known = {user.pk: _reach.get(_name(user)) for user in users}
    found = {pk: entry[1:] for pk, entry in known.items() if entry is not None and now - entry[0] < _REMEMBERED}
    unknown = [user for user in users if user.pk not in found]
    if unknown:
        load_together(unknown)
        if len(_reach) > _MOST:
            _reach.clear()
        for user in unknown:
            found[user.pk] = tuple(sorted(streams_of(user))), role_of(user)
            _reach[_name(user)] = (now, *found[user.pk])
    return found


def _name(user: User) -> tuple[int, int, bool]:
    return (user.pk, user.access_version, user.is_superuser)
