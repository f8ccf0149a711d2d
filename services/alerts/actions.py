"""What people and timers do to an alert. Each verb locks the alert, asks the table, and announces the change."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from services.alerts import suppression, timing, workflow
from services.alerts.announce import announce
from services.alerts.chatter import rhythm
from services.alerts.models import Alert, AlertChange
from services.alerts.raising import raise_alerts
from services.alerts.timing import REOPEN_WINDOW, RESOLVE_HOLD
from services.directory.access import limit
from services.directory.models import User
from services.kernel import clock
from services.kernel.claim import claim_due
from services.kernel.problems import ConflictError, IllegalVerbError, InvalidInputError

SHELF_LIMIT = timedelta(days=7)
"""Longest shelf (ISA-18.2: shelving is time-limited by design)."""

KIND_OF = {
    "acknowledge": AlertChange.ACKNOWLEDGED,
    "shelve": AlertChange.SHELVED,
    "unshelve": AlertChange.UNSHELVED,
    "suppress": AlertChange.SUPPRESSED,
    "resolve": AlertChange.RESOLVED,
    "reopen": AlertChange.REOPENED,
    "merge": AlertChange.MERGED,
}


@transaction.atomic
def perform(*, verb: str, public_id: UUID | str, acting_user: User, **fields: Any) -> Alert:
    """Do one of the people's verbs.

    Fields: ``note`` (any verb), ``until`` (shelve: aware instant, or ``minutes``), ``reason`` (suppress), ``into``
    (merge: the public id of the alert that stays), ``generation`` (any verb: the one the person looked at). Http404
    outside the user's scope, IllegalVerbError when the state forbids the verb, ConflictError when the alert has a later
    generation, InvalidInputError for bad fields.
    """
    action = "alerts.shelve" if verb == "unshelve" else f"alerts.{verb}"
    alert = _locked(public_id, acting_user, action)
    if fields.get("generation") not in (None, alert.generation):
        raise ConflictError(_("The alert has changed since it was shown."))
    return change(alert, verb, acting_user=acting_user, fields=fields)


def change(alert: Alert, verb: str, *, acting_user: User | None, fields: dict[str, Any]) -> Alert:
    """Apply a verb to an alert the caller has locked."""
    target = workflow.TRANSITIONS[verb].get(alert.state)
    if target is None:
        raise IllegalVerbError(verb, alert.state, workflow.legal_verbs(alert.state))
    now = clock.now(alert.realm)
    alert.state = target
    _APPLY[verb](alert, now, acting_user, fields)
    alert.due_at = timing.next_due(alert, now)
    alert.correlate_at = now if alert.place else None
    alert.save()
    announce(
        [alert.pk],
        {alert.pk: KIND_OF[verb]},
        now=now,
        acting_user=acting_user,
        note=str(fields.get("note") or "")[:2000],
    )
    return alert


def _locked(public_id: UUID | str, user: User, action: str) -> Alert:
    alert = limit(Alert.objects.filter(public_id=public_id), user, action).select_for_update(of=("self",)).first()
    if alert is None:
        raise Http404
    return alert


def _acknowledge(alert: Alert, now: datetime, user: User | None, fields: dict[str, Any]) -> None:
    del fields
    alert.acknowledged_at, alert.acknowledged_by, alert.generation = now, user, alert.generation + 1


def _shelve(alert: Alert, now: datetime, user: User | None, fields: dict[str, Any]) -> None:
    until = fields.get("until") or now + timedelta(minutes=float(fields.get("minutes") or 0))
    if not now < until <= now + SHELF_LIMIT:
        raise InvalidInputError({"until": [_("between now and {days} days from now").format(days=SHELF_LIMIT.days)]})
    alert.shelved_until, alert.shelved_by = until, user


def _unshelve(alert: Alert, now: datetime, user: User | None, fields: dict[str, Any]) -> None:
    del now, user, fields
    alert.shelved_until = alert.shelved_by = None
    if not suppression.by_design(alert.suppressed_by):  # what was declared ahead ends by its own rule
        alert.suppressed_by = ""


def _suppress(alert: Alert, now: datetime, user: User | None, fields: dict[str, Any]) -> None:
    del now, user
    reason = str(fields.get("reason") or "").strip()
    if not reason:
        raise InvalidInputError({"reason": [_("say why this alert is suppressed")]})
    alert.suppressed_by = reason[:120]


def _resolve(alert: Alert, now: datetime, user: User | None, fields: dict[str, Any]) -> None:
    del fields
    alert.resolved_at, alert.resolved_by, alert.generation = now, user, alert.generation + 1
    alert.shelved_until = alert.shelved_by = None
    if alert.state == workflow.RESOLVED and alert.clears:
        return
    alert.state, alert.ended_at = workflow.CLOSED, now  # a happening: nothing will clear it


def _reopen(alert: Alert, now: datetime, user: User | None, fields: dict[str, Any]) -> None:
    del now, user, fields
    if (
        Alert.objects.filter(realm=alert.realm, fingerprint=alert.fingerprint, state__in=workflow.OPEN)
        .exclude(pk=alert.pk)
        .exists()
    ):
        raise InvalidInputError({"": [_("a newer alert for the same condition is open already")]})
    alert.generation += 1
    alert.acknowledged_at = alert.acknowledged_by = alert.resolved_at = alert.resolved_by = None
    alert.ended_at = alert.cleared_seen = alert.gone_at = None


def _merge(alert: Alert, now: datetime, user: User | None, fields: dict[str, Any]) -> None:
    del user
    named = Alert.objects.filter(realm=alert.realm, state__in=workflow.OPEN)
    into = named.filter(public_id=fields["into"]).first() if fields.get("into") else None
    if into is None or into.pk == alert.pk:
        raise InvalidInputError({"into": [_("name another open alert")]})
    alert.merged_into, alert.ended_at = into, now
    alert.generation += 1


_APPLY = {
    "acknowledge": _acknowledge,
    "shelve": _shelve,
    "unshelve": _unshelve,
    "suppress": _suppress,
    "resolve": _resolve,
    "reopen": _reopen,
    "merge": _merge,
}


def fire_timers(limit_: int = 50) -> int:
    """Do what time alone does: end shelves, bring back what was resolved but never cleared, close what stayed cleared,
    tell the end of latched alerts, unlatch the steady ones; return how many were due.
    """
    with transaction.atomic():
        due = claim_due(Alert.objects.filter(due_at__isnull=False), limit=limit_)
        for alert in due:
            _fire(alert, clock.now(alert.realm))
    return len(due)


def _fire(alert: Alert, now: datetime) -> None:
    kinds = [kind for timer in _TIMERS if (kind := timer(alert, now)) is not None]
    alert.due_at = timing.next_due(alert, now)
    if kinds and alert.place:
        alert.correlate_at = now
    alert.save()
    announce([alert.pk], {alert.pk: kinds[-1]} if kinds else {}, now=now)


def _end_shelf(alert: Alert, now: datetime) -> str | None:
    if alert.shelved_until is None or alert.shelved_until > now:
        return None
    _unshelve(alert, now, None, {})
    return AlertChange.UNSHELVED


def _unlatch(alert: Alert, now: datetime) -> str | None:
    steady = alert.is_open and alert.latched_at is not None and not rhythm(alert.swings, now).kind
    if not steady or alert.gone_at:
        return None
    alert.latched_at = None
    return AlertChange.UNLATCHED


def _believe_the_end(alert: Alert, now: datetime) -> str | None:
    told = timing.end_is_told(alert)
    if told is None or told > now or alert.gone_at is None:
        return None
    alert.state = workflow.TRANSITIONS["clear"][alert.state]
    alert.ended_at, alert.cleared_seen = now, alert.gone_at
    alert.shelved_until = alert.shelved_by = alert.gone_at = alert.latched_at = None
    return AlertChange.CLEARED


def _come_back(alert: Alert, now: datetime) -> str | None:
    ends = timing.hold_ends(alert)
    if ends is None or ends > now:
        return None
    alert.state = workflow.ACTIVE
    _reopen(alert, now, None, {})
    return AlertChange.REOPENED


def _close(alert: Alert, now: datetime) -> None:
    closes = timing.closes(alert)
    if closes is not None and closes <= now:
        alert.state = workflow.CLOSED


_TIMERS = (_end_shelf, _unlatch, _believe_the_end, _come_back, _close)
"""What time alone does to an alert, in order; each tells the kind of change, None for nothing that others must hear."""


__all__ = ["REOPEN_WINDOW", "RESOLVE_HOLD", "change", "fire_timers", "perform", "raise_alerts"]
