"""Reading dossiers: those that time made overdue, those staff may list, and the one a citizen asks for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext_noop

from monitors.public_services.models import Dossier, Status
from services.contract import Fact
from services.directory.access import Reader
from services.directory.codes import limit_by_code
from services.directory.selectors import department_by_slug, unit_by_code
from services.kernel.clock import LOCAL

FACTS_OF = 20
"""Dossiers behind one ticket that are named."""


def overdue_open(realm: str, as_of: datetime) -> QuerySet[Dossier]:
    """Return the dossiers that are overdue at ``as_of`` and not ended."""
    return Dossier.objects.filter(realm=realm, ended_at=None, overdue_at__lt=as_of)


def not_received(realm: str, as_of: datetime) -> QuerySet[Dossier]:
    """Return the online dossiers that nobody received within 8 working hours."""
    return Dossier.objects.filter(realm=realm, status=Status.REGISTERED, ended_at=None, receive_by__lt=as_of)


def visible_dossiers(user: Reader) -> QuerySet[Dossier]:
    """Return the dossiers of the realm on show that the reader's roles reach; a citizen reaches their own."""
    dossiers = Dossier.objects.filter(realm=settings.IOC_REALM)
    return limit_by_code(dossiers, user, "records.read", owner="subject__user")


@dataclass(frozen=True, slots=True)
class PublicDossier:
    """What whoever knows a dossier's code may see: where it is, never whose it is."""

    code: str
    procedure_name: str
    agency: dict[str, str] | None
    status: int
    channel: int
    submitted_at: datetime
    accepted_at: datetime | None
    due_at: datetime | None
    ended_at: datetime | None
    as_of: datetime


def dossier_by_code(code: str, *, realm: str | None = None) -> PublicDossier | None:
    """Return the dossier with this code in the realm on show, None when there is none: 2 statements."""
    wanted = code.strip().upper()
    if not wanted.isascii() or not wanted.isprintable():
        return None
    found = Dossier.objects.filter(realm=realm or settings.IOC_REALM, external_id=wanted).order_by("-as_of").first()
    if found is None:
        return None
    day = found.as_of.astimezone(LOCAL).date()
    agency = department_by_slug(found.department) if found.department else unit_by_code(found.unit, day)
    return PublicDossier(
        code=found.code,
        procedure_name=found.procedure_name,
        agency=agency.label if agency else None,
        status=found.status,
        channel=found.channel,
        submitted_at=found.submitted_at,
        accepted_at=found.accepted_at,
        due_at=found.due_at,
        ended_at=found.ended_at,
        as_of=found.as_of,
    )


def facts(ids: Sequence[int]) -> list[Fact]:
    """Return the dossiers behind a ticket: code, procedure and deadline, never the applicant."""
    told = []
    for dossier in Dossier.objects.filter(pk__in=list(ids)).order_by("due_at", "pk")[:FACTS_OF]:
        due = f"{dossier.due_at.astimezone(LOCAL):%H:%M %d/%m/%Y}" if dossier.due_at else "–"
        told.append(Fact(gettext_noop("Dossier"), f"{dossier.code} · {dossier.procedure_name} · {due}"))
    return told
