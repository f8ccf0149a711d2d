"""Duty as a calendar file (RFC 5545): one event per shift, with a UID that stays when the holder changes."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final
from uuid import NAMESPACE_URL, uuid5

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override
from icalendar import Calendar, Event, vDuration

from services.directory.models import DutyShift
from services.duty import selectors
from services.duty.models import Feed, Leave
from services.kernel import clock
from services.kernel.text import localised

BEFORE: Final = timedelta(days=14)
AHEAD: Final = timedelta(days=120)
MEDIA_TYPE: Final = "text/calendar; charset=utf-8"


def feed_text(feed: Feed) -> bytes:
    """Return the calendar behind a secret address, in the language of whoever made it. A constant number of queries."""
    now = clock.now(feed.realm)
    rows = selectors.shifts(feed.realm, now - BEFORE, now + AHEAD, roster=feed.roster)
    rows = rows.filter(person=feed.person) if feed.person_id else rows
    with override(feed.language):
        title = _("Duty: {name}").format(name=_name(feed))
        return calendar(list(rows), title, now, by_person=bool(feed.person_id))


def calendar(rows: Iterable[DutyShift], title: str, now: datetime, *, by_person: bool = False) -> bytes:
    """Return shifts as one calendar. By person, the event is called after the roster, else after who has the duty."""
    made = Calendar()
    made.add("prodid", "-//IOC//Duty//VI")
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("name", title)
    made.add("x-wr-calname", title)
    made.add("x-wr-timezone", clock.LOCAL.key)
    made.add("refresh-interval", vDuration(timedelta(hours=1)), parameters={"value": "DURATION"})
    rows = list(rows)
    away = _away(rows)
    for shift in rows:
        made.add_component(_event(shift, now, by_person=by_person, stand_in=away.get(shift.pk, "")))
    return bytes(made.to_ical())


def uid_of(shift: DutyShift, *, by_person: bool) -> str:
    """Return an event's name for ever: of a roster by its start, of a person by roster and start."""
    realm = shift.person.realm
    key = f"{realm}/{shift.roster.slug}/{shift.starts.isoformat()}"
    return f"{uuid5(NAMESPACE_URL, f'{key}/{shift.person.public_id}' if by_person else key)}@{_host()}"


def _event(shift: DutyShift, now: datetime, *, by_person: bool, stand_in: str) -> Event:
    event = Event()
    event.add("uid", uid_of(shift, by_person=by_person))
    event.add("dtstamp", now)
    event.add("dtstart", shift.starts)
    event.add("dtend", shift.ends)
    event.add("summary", _roster(shift) if by_person else shift.person.full_name)
    event.add("description", _("{name} stands in").format(name=stand_in) if stand_in else _roster(shift))
    event.add("transp", "TRANSPARENT")
    event.add("status", "CONFIRMED")
    return event


def _away(rows: list[DutyShift]) -> dict[int, str]:
    """Return for shifts that begin in their holder's leave who stands in."""
    leaves = Leave.objects.filter(person__in={one.person_id for one in rows}, ended_at=None).exclude(stand_in=None)
    known = list(leaves.select_related("stand_in"))
    return {
        shift.pk: leave.stand_in.full_name
        for shift in rows
        for leave in known
        if leave.stand_in and leave.person_id == shift.person_id and leave.starts <= shift.starts < leave.ends
    }


def _roster(shift: DutyShift) -> str:
    return localised(shift.roster.label) or shift.roster.name


def _name(feed: Feed) -> str:
    if feed.roster:
        return feed.roster.label.get(feed.language) or feed.roster.name
    return feed.person.full_name if feed.person else ""


def _host() -> str:
    return settings.IOC_PUBLIC_URL.split("://", 1)[-1].split("/", 1)[0].split(":", 1)[0]
