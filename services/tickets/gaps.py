"""Nobody holds a target: the next step was asked at once, and the supervisor hears of the gap, once for each place.

The alert clears when somebody holds the target again, which a sweep asks every minute.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_noop as _

from services.alerts import workflow
from services.alerts.models import Alert
from services.alerts.raising import raise_alerts
from services.contract import Cleared, Finding, message
from services.kernel import clock
from services.tickets.claiming import AnyTicket
from services.tickets.models import Ticket
from services.tickets.reach import Asked, holders_of
from services.tickets.steps import Step

RULE: Final = "tickets.nobody_on_duty"
TITLE: Final = _("Nobody holds “{target}”: the next in line was told instead")


def tell(gaps: Sequence[tuple[AnyTicket, Step]], instants: Mapping[str, datetime]) -> None:
    """Raise one alert for each target and place that nobody holds, in the caller's transaction.

    A gap that is told already is not told again, and the ticket of such an alert tells of none.
    """
    found: dict[tuple[str, str], dict[str, Finding]] = defaultdict(dict)
    for ticket, step in gaps:
        if ticket.rule != RULE:
            finding = _finding(ticket, step, instants[ticket.realm])
            found[ticket.realm, ticket.monitor].setdefault(finding.fingerprint, finding)
    told: set[tuple[str, str]] = set()
    for (realm, monitor), findings in sorted(found.items()):
        fresh = [one for key, one in findings.items() if (realm, key) not in told]
        told |= {(realm, key) for key in findings}
        raise_alerts(realm=realm, monitor=monitor, results=fresh, now=instants[realm], standing=True)


def _finding(ticket: AnyTicket, step: Step, now: datetime) -> Finding:
    asked = Asked.of(step.target, ticket)
    return Finding(
        rule=RULE,
        severity="high",
        fingerprint=fingerprint_of(asked),
        title=message(TITLE, target=step.title),
        seen=now,
        unit=ticket.unit.code if asked.unit and ticket.unit else None,
        department=ticket.department.slug if asked.department and ticket.department else None,
        category="duty",
    )


def fingerprint_of(asked: Asked) -> str:
    """Return the name of a gap: the target, and the place it was asked for."""
    return f"{RULE}:{asked.kind}={asked.value}:{asked.unit or '-'}:{asked.department or '-'}"


def _asked_by(alert: Alert) -> Asked:
    target, unit, department = alert.fingerprint.removeprefix(f"{RULE}:").split(":")
    kind, _equals, value = target.partition("=")
    return Asked(alert.realm, kind, value, _number(unit), _number(department))


def _number(text: str) -> int | None:
    return None if text == "-" else int(text)


def close_filled() -> int:
    """Clear the alerts of targets that somebody holds again; return how many."""
    with transaction.atomic():
        instants = clock.realms()
        open_ones = Alert.objects.filter(Q(rule=RULE), realm__in=instants, state__in=workflow.OPEN)
        alerts = list(open_ones.select_related("unit", "department").defer("unit__geometry", "unit__outline"))
        asked = {alert.pk: _asked_by(alert) for alert in alerts}
        places = {asked[alert.pk]: Ticket(realm=alert.realm, unit=alert.unit, department=alert.department)
                  for alert in alerts}  # fmt: skip
        told = holders_of(places, instants)
        filled = [alert for alert in alerts if told[asked[alert.pk]]]
        for realm, monitor in sorted({(alert.realm, alert.monitor) for alert in filled}):
            cleared = [
                Cleared(RULE, alert.fingerprint, instants[realm])
                for alert in filled
                if (alert.realm, alert.monitor) == (realm, monitor)
            ]
            raise_alerts(realm=realm, monitor=monitor, results=cleared, now=instants[realm])
    return len(filled)
