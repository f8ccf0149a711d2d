"""What people do to an incident: put an alert into it, take one out. What they decided, place and time leave alone."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from services.alerts.models import Alert
from services.audit.actions import record
from services.directory.access import limit
from services.directory.models import User
from services.incidents.correlation import lock
from services.incidents.models import MERGED, PERSON, Incident, Member
from services.incidents.summing import refresh
from services.kernel import clock
from services.kernel.problems import IllegalVerbError, InvalidInputError


@transaction.atomic
def add(*, public_id: UUID | str, alert: UUID | str, acting_user: User) -> Incident:
    """Put an alert into an incident; it leaves the one it was in. InvalidInputError if it is in already."""
    incident, row, now = _locked(public_id, alert, acting_user)
    here = Member.objects.filter(alert=row, taken_out_at=None).first()
    if here is not None and here.incident_id == incident.pk:
        raise InvalidInputError({"alert": [_("this alert is in the incident already")]})
    left = [here.incident_id] if here else []
    if here is not None:
        here.delete()
    Member.objects.create(incident=incident, alert=row, origin=PERSON, added_at=now, added_by=acting_user)
    return _done(incident, row, "added", now, acting_user, left)


@transaction.atomic
def take_out(*, public_id: UUID | str, alert: UUID | str, acting_user: User) -> Incident:
    """Take an alert out of an incident, for good; Http404 out of scope, InvalidInputError when it is not in."""
    incident, row, now = _locked(public_id, alert, acting_user)
    here = Member.objects.filter(incident=incident, alert=row, taken_out_at=None).first()
    if here is None:
        raise InvalidInputError({"alert": [_("this alert is not in the incident")]})
    here.taken_out_at, here.taken_out_by = now, acting_user
    here.save(update_fields=["taken_out_at", "taken_out_by"])
    return _done(incident, row, "taken_out", now, acting_user, [])


def _locked(public_id: UUID | str, alert: UUID | str, user: User) -> tuple[Incident, Alert, datetime]:
    incident = Incident.objects.filter(public_id=public_id).first()
    if incident is None:
        raise Http404
    lock(incident.realm)
    incident.refresh_from_db()
    if incident.state == MERGED:
        raise IllegalVerbError("add", incident.state, [])
    rows = limit(Alert.objects.filter(public_id=alert, realm=incident.realm), user, "incidents.change")
    row = rows.first()
    if row is None:
        raise InvalidInputError({"alert": [_("there is no such alert")]})
    return incident, row, clock.now(incident.realm)


def _done(incident: Incident, alert: Alert, verb: str, now: datetime, acting_user: User, left: list[int]) -> Incident:
    refresh([incident.pk, *left], now)
    detail = {"alert": str(alert.public_id)}
    record(verb=f"incident.{verb}", target=f"incident:{incident.public_id}", realm=incident.realm,
           acting_user=acting_user, detail=detail)  # fmt: skip
    incident.refresh_from_db()
    return incident
