"""Hundreds of accounts at once: everything of a file or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import F
from django.utils.crypto import get_random_string

from services.audit.actions import name_of, record_many
from services.directory.loading.people import DutyRow, PersonRow
from services.directory.models import Appointment, Department, DutyShift, Person, RoleGrant, Unit, User
from services.directory.models.people import Role
from services.kernel.models import LIVE


@dataclass(slots=True)
class Imported:
    """What an import did; ``passwords`` are those of the new accounts, when they were asked for."""

    accounts: int = 0
    persons: int = 0
    appointments: int = 0
    roles: int = 0
    shifts: int = 0
    passwords: dict[str, str] = field(default_factory=dict)


@transaction.atomic
def import_people_rows(
    *,
    people: Sequence[PersonRow],
    duty: Sequence[DutyRow] = (),
    with_passwords: bool = False,
    realm: str = LIVE,
    acting_user: User | None,
) -> Imported:
    """Store checked rows in a constant number of statements.

    An account that exists keeps its password and gets the new names and addresses; an appointment or role that it has
    already is left alone, so the same file may be imported again. Earlier appointments are not ended here.
    """
    done = Imported()
    users = _accounts(people, done, realm, with_passwords=with_passwords)
    persons = _persons(people, users, done, realm)
    _appointments(people, persons, done)
    _roles(people, users, done)
    _shifts(duty, done)
    targets = [(name_of(persons[row.username]), {"username": row.username, "role": row.role}) for row in people]
    record_many(verb="import_person", realm=realm, targets=targets, acting_user=acting_user)
    return done


def _accounts(people: Sequence[PersonRow], done: Imported, realm: str, *, with_passwords: bool) -> dict[str, User]:
    names = [row.username for row in people]
    users = {user.username: user for user in User.objects.select_for_update().filter(username__in=names)}
    new = [User(username=row.username, email=row.email, realm=realm) for row in people if row.username not in users]
    for user in new:
        if with_passwords:
            done.passwords[user.username] = get_random_string(14)
        user.set_password(done.passwords.get(user.username))  # None = no password that could ever match
    done.accounts = len(User.objects.bulk_create(new))
    changed = [users[row.username] for row in people if row.username in users and row.email]
    for row in people:
        if row.username in users and row.email:
            users[row.username].email = row.email
    User.objects.bulk_update(changed, ["email"])
    return users | {user.username: user for user in new}


def _persons(people: Sequence[PersonRow], users: dict[str, User], done: Imported, realm: str) -> dict[str, Person]:
    known = {person.user_id: person for person in Person.objects.filter(user__in=users.values())}
    persons = {}
    for row in people:
        user = users[row.username]
        person = known.get(user.pk) or Person(user=user, realm=realm)
        person.set_names(row.full_name, row.called_name)
        person.phone, person.email = row.phone or person.phone, row.email or person.email
        persons[row.username] = person
    new = [person for person in persons.values() if person._state.adding]
    done.persons = len(Person.objects.bulk_create(new))
    fields = ["full_name", "called_name", "sort_key", "search_name", "phone", "email"]
    Person.objects.bulk_update([known[pk] for pk in known], fields)
    return persons


def _appointments(people: Sequence[PersonRow], persons: dict[str, Person], done: Imported) -> None:
    held = set(
        Appointment.objects.filter(person__in=persons.values(), valid_to=None).values_list(
            "person_id", "position_id", "department_id", "unit_id"
        )
    )
    new = [
        Appointment(
            person=persons[row.username],
            position=row.position,
            department=row.department,
            unit=row.unit,
            valid_from=row.valid_from,
            is_head=row.role == Role.HEAD,
        )
        for row in people
        if row.position and (persons[row.username].pk, row.position.pk, _pk(row.department), _pk(row.unit)) not in held
    ]
    done.appointments = len(Appointment.objects.bulk_create(new))


def _roles(people: Sequence[PersonRow], users: dict[str, User], done: Imported) -> None:
    held = set(
        RoleGrant.objects.filter(user__in=users.values()).values_list("user_id", "role", "unit_id", "department_id")
    )
    new = []
    for row in people:
        placed = row.role in {Role.OFFICER, Role.HEAD}
        unit, department = (row.unit, row.department) if placed else (None, None)
        if row.role and (users[row.username].pk, row.role, _pk(unit), _pk(department)) not in held:
            new.append(RoleGrant(user=users[row.username], role=row.role, unit=unit, department=department))
    done.roles = len(RoleGrant.objects.bulk_create(new))
    changed = User.objects.filter(pk__in=[grant.user_id for grant in new])
    changed.update(access_version=F("access_version") + 1)
    admins = [grant.user_id for grant in new if grant.role == Role.ADMIN]
    User.objects.filter(pk__in=admins).update(is_staff=True, is_superuser=True)


def _shifts(duty: Sequence[DutyRow], done: Imported) -> None:
    names = {row.username for row in duty}
    persons = {
        person.user.username: person
        for person in Person.objects.filter(user__username__in=names).select_related("user")
        if person.user
    }
    shifts = [
        DutyShift(roster=row.roster, person=persons[row.username], starts=row.starts, ends=row.ends)
        for row in duty
        if row.username in persons
    ]
    before = DutyShift.objects.count()
    DutyShift.objects.bulk_create(shifts, ignore_conflicts=True)
    done.shifts = DutyShift.objects.count() - before


def _pk(row: Department | Unit | None) -> int | None:
    return row.pk if row else None
