"""A stopped engine is noticed by another process: it looks at the age of the oldest timer and raises the alarm itself.

Runs in a thread of the relay's process (``services.wall.beside``), which needs neither Redis nor a worker. Letters to
supervisors go straight to the mail server, since whoever sends messages may be what has stopped.
"""

import logging
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Final
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import connection, transaction
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from services.alerts import workflow
from services.alerts.models import Alert
from services.alerts.raising import raise_alerts
from services.contract import Cleared, Finding, message
from services.directory.models import Role, User
from services.kernel import lease
from services.kernel.clock import LOCAL
from services.kernel.models import LIVE
from services.tickets.lateness import Waiting, oldest, oldest_due

log = logging.getLogger(__name__)

RULE: Final = "tickets.engine_stopped"
MONITOR: Final = "tickets"
TITLE: Final = _("Escalation stands still: what was due at {since} has not happened")
SUBJECT: Final = _("[IOC] Escalation stands still since {since}")
BODY: Final = _(
    "Dear {name},\n\nThe programs that escalate tickets and send messages do not work: what was due at {since} has not "
    "happened. Nobody is told of new tickets meanwhile; please have the server looked at.\n\n{url}/wall/\n"
)
LEASE: Final = "watchman"
CONFIRM: Final = 10.0
"""Seconds of this process's own time for which lateness must last: a realm's clock that was moved makes none."""
SLOWEST: Final = 5.0
"""Seconds between two looks, at most."""


class Watchman:
    """Looks at the age of what is due and keeps one alert a realm open while it is above ``limit`` seconds."""

    def __init__(self, limit: float, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.limit = limit
        self._confirm = min(limit, CONFIRM)
        self._monotonic = monotonic
        self._late_since: dict[str, float] = {}
        self._unmailed: dict[str, Waiting] = {}

    def look(self) -> list[str]:
        """Raise and clear alerts; return the realms in which the engine stands still."""
        waiting = oldest_due()
        stopped = [late for realm in sorted({one.realm for one in waiting}) if (late := self._late(waiting, realm))]
        self._keep(stopped, {one.realm: one for one in waiting})
        for realm, late in list(self._unmailed.items()):
            if write_to_supervisors(late):
                del self._unmailed[realm]
        return [late.realm for late in stopped]

    def _late(self, waiting: list[Waiting], realm: str) -> Waiting | None:
        """Return what has been late for long enough in a realm."""
        late = oldest(waiting, realm)
        if late is None or late.age <= self.limit:
            self._late_since.pop(realm, None)
            return None
        since = self._late_since.setdefault(realm, self._monotonic())
        return late if self._monotonic() - since >= self._confirm else None

    @transaction.atomic
    def _keep(self, stopped: list[Waiting], waiting: dict[str, Waiting]) -> None:
        told = set(Alert.objects.filter(rule=RULE, state__in=workflow.OPEN).values_list("realm", flat=True))
        for late in stopped:
            if late.realm not in told:
                raise_alerts(realm=late.realm, monitor=MONITOR, results=[_finding(late)], now=late.now)
                self._unmailed[late.realm] = late
        for realm in told & waiting.keys() - self._late_since.keys():
            self._unmailed.pop(realm, None)
            now = waiting[realm].now
            raise_alerts(realm=realm, monitor=MONITOR, results=[Cleared(RULE, RULE, now)], now=now)


def _since(late: Waiting) -> str:
    return late.since.astimezone(LOCAL).strftime("%H:%M %d/%m") if late.since else ""


def _finding(late: Waiting) -> Finding:
    title = message(TITLE, since=_since(late))
    return Finding(RULE, "critical", RULE, title, late.now, category="engine")


def write_to_supervisors(late: Waiting) -> bool:
    """Write to every supervisor by the mail server that is configured; False when it must be tried again.

    Only realm ``live`` leaves the machine; without a mail server the wall alone tells.
    """
    if late.realm != LIVE or not settings.EMAIL_URL:
        return True
    mails = [_mail(user, late) for user in _supervisors()]
    try:
        parts = urlsplit(settings.EMAIL_URL)
        server = get_connection(
            "django.core.mail.backends.smtp.EmailBackend",
            host=parts.hostname,
            port=parts.port or 25,
            username=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            use_ssl=parts.scheme == "smtps",
            timeout=20,
        )
        server.send_messages(mails)
    except OSError:
        log.exception("the supervisor could not be written to")
        return False
    return True


def _supervisors() -> list[User]:
    users = User.objects.filter(grants__role=Role.SUPERVISOR, is_active=True, realm=LIVE).select_related("person")
    return [user for user in users.order_by("pk").distinct() if _address(user)]


def _address(user: User) -> str:
    person = getattr(user, "person", None)
    return person.email if person and person.email else user.email


def _mail(user: User, late: Waiting) -> EmailMessage:
    person = getattr(user, "person", None)
    values = {
        "name": person.full_name if person else user.username,
        "since": _since(late),
        "url": settings.IOC_PUBLIC_URL,
    }
    with translation.override(user.language):
        subject, body = gettext(SUBJECT).format(**values), gettext(BODY).format(**values)
    return EmailMessage(subject, body, settings.DEFAULT_FROM_EMAIL, [_address(user)])


def watch() -> None:
    """Look for as long as the process lives, one process at a time; a database that is away is waited for."""
    limit = float(settings.IOC_LATE_SECONDS)
    every = min(SLOWEST, limit / 3)
    watchman, holder = Watchman(limit), f"{lease.holder_name()}:watchman"
    while True:
        try:
            if lease.acquire(LEASE, holder, lasting=timedelta(seconds=3 * every)) is not None:
                watchman.look()
        except Exception:
            log.exception("the watchman could not look")
        finally:
            connection.close()
        time.sleep(every)
