"""Persons, their appointments, their roles and their duty."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import F

from services.audit.actions import name_of, record
from services.directory import grants
from services.directory.models import (
    Appointment,
    Department,
    DutyRoster,
    DutyShift,
    Person,
    Position,
    RoleGrant,
    Unit,
    User,
)
from services.directory.models.people import PLACED_ROLES, Role
from services.directory.rules import DirectoryError, check_place, place_name
from services.kernel.models import LIVE


@transaction.atomic
def add_person(
    *,
    full_name: str,
    called_name: str = "",
    phone: str = "",
    email: str = "",
    user: User | None = None,
    realm: str = LIVE,
    acting_user: User | None,
) -> Person:
    """Add an official; ``called_name`` is guessed by custom when it is not given."""
    person = Person(phone=phone, email=email, user=user, realm=realm)
    person.set_names(full_name, called_name)
    person.save()
    record(verb="add_person", target=person, realm=realm, acting_user=acting_user)
    return person


@transaction.atomic
def appoint(
    *,
    person: Person,
    position: Position,
    valid_from: date,
    department: Department | None = None,
    unit: Unit | None = None,
    valid_to: date | None = None,
    is_head: bool = False,
    acting_user: User | None,
) -> Appointment:
    """Give a person a position from a day on; DirectoryError when the place is not of the position's kind."""
    check_place(position, department=department, unit=unit)
    appointment, added = Appointment.objects.update_or_create(
        person=person,
        position=position,
        department=department,
        unit=unit,
        valid_from=valid_from,
        defaults={"valid_to": valid_to, "is_head": is_head},
    )
    detail = {"position": position.slug, "place": place_name(department, unit), "from": valid_from.isoformat()}
    if added:
        record(verb="appoint", target=person, realm=person.realm, acting_user=acting_user, detail=detail)
    return appointment


@transaction.atomic
def end_appointment(*, appointment: Appointment, last_day: date, acting_user: User | None) -> None:
    """End an appointment after ``last_day``; DirectoryError when it began later than that."""
    held = Appointment.objects.select_for_update().select_related("person", "position").get(pk=appointment.pk)
    if last_day < held.valid_from:
        message = f"the appointment began on {held.valid_from}"
        raise DirectoryError(message)
    held.valid_to = last_day
    held.save(update_fields=["valid_to"])
    detail = {"position": held.position.slug, "last_day": last_day.isoformat()}
    record(verb="end_appointment", target=held.person, realm=held.person.realm, acting_user=acting_user, detail=detail)


@transaction.atomic
def grant_role(
    *,
    user: User,
    role: str,
    unit: Unit | None = None,
    department: Department | None = None,
    acting_user: User | None,
) -> RoleGrant:
    """Give an account a role; officers and heads need one unit or one department, the others none (DirectoryError)."""
    if role not in Role.values:
        message = f"there is no role {role!r}"
        raise DirectoryError(message)
    placed = (unit is not None) + (department is not None)
    if placed != (1 if role in PLACED_ROLES else 0):
        message = f"role {role} goes with {'one unit or one department' if role in PLACED_ROLES else 'no place'}"
        raise DirectoryError(message)
    grant, added = RoleGrant.objects.get_or_create(user=user, role=role, unit=unit, department=department)
    if added:
        _role_changed(user, role, held=True)
        detail = {"role": role, "place": place_name(department, unit)}
        record(verb="grant_role", target=name_of(user), realm=user.realm, acting_user=acting_user, detail=detail)
    return grant


@transaction.atomic
def revoke_role(*, grant: RoleGrant, acting_user: User | None) -> None:
    """Take a role away."""
    user, detail = grant.user, {"role": grant.role, "place": place_name(grant.department, grant.unit)}
    grant.delete()
    _role_changed(user, grant.role, held=False)
    record(verb="revoke_role", target=name_of(user), realm=user.realm, acting_user=acting_user, detail=detail)


@transaction.atomic
def put_on_duty(
    *, roster: DutyRoster, person: Person, starts: datetime, ends: datetime, acting_user: User | None
) -> DutyShift:
    """Give a person the duty of a roster from ``starts`` to ``ends``; DirectoryError when it ends before it starts."""
    if ends <= starts:
        message = "a shift ends after it starts"
        raise DirectoryError(message)
    shift, added = DutyShift.objects.update_or_create(
        roster=roster, person=person, starts=starts, defaults={"ends": ends}
    )
    if added:
        detail = {"roster": roster.slug, "starts": starts.isoformat(), "ends": ends.isoformat()}
        record(verb="put_on_duty", target=person, realm=person.realm, acting_user=acting_user, detail=detail)
    return shift


def _role_changed(user: User, role: str, *, held: bool) -> None:
    """Let open connections notice (``access_version``), and let administrators into Django's admin."""
    flags = {"is_staff": held, "is_superuser": held} if role == Role.ADMIN else {}
    User.objects.filter(pk=user.pk).update(access_version=F("access_version") + 1, **flags)
    user.refresh_from_db(fields=["access_version", "is_staff", "is_superuser"])
    grants.forget(user)
