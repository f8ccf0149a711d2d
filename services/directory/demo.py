"""Invented persons for demonstrations: the demo accounts, and somebody on every rung; who takes turns in duty.

The persons stand in the pack's ``demo_people.toml``; all rows carry realm ``demo`` and go with it.
"""

import random
from collections.abc import Iterator, Mapping
from datetime import date

import msgspec
from django.contrib.auth.hashers import BasePasswordHasher, PBKDF2PasswordHasher, get_hasher
from django.db import transaction
from django.utils.crypto import get_random_string

from services.directory import selectors
from services.directory.actions import import_people_rows
from services.directory.loading.people import PersonRow
from services.directory.models import Department, Position, RoleGrant, Subject, Unit, User
from services.directory.models.people import Role
from services.directory.pack import convert, pack, read_toml
from services.kernel import clock
from services.kernel.models import DEMO

_SAFE_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_ROUNDS = 1_000
"""Hashing rounds of demo passwords: 16 random letters need no slow hash, and hundreds of accounts need a quick one."""


class _Person(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    full_name: str
    position: str = ""
    department: str = ""
    role: str = ""


class _Pool(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    weight: int
    words: tuple[tuple[str, ...], ...]


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    accounts: Mapping[str, _Person]
    others: Mapping[str, _Person]
    duty: Mapping[str, tuple[str, ...]]
    pools: tuple[_Pool, ...]
    seed: int = 1


_STEPS = {
    "department": ("chuyen-vien", "truong-phong", "giam-doc-so"),
    "unit": ("cong-chuc-xa", "truong-phong-xa", "chu-tich-xa"),
}
"""Who stands on the first three rungs: of a department, of a commune."""


@transaction.atomic
def create_demo_people() -> dict[str, str]:
    """Make the demo accounts with their persons, appointments and roles; return account → new password.

    Repeating it makes what is missing and gives every account another password. Those who only stand on a rung (heads
    of divisions, chairs of communes, the provincial chair) get accounts that nobody can sign in to.
    """
    path = pack().folder / "demo_people.toml"
    file: _File = convert(read_toml(path), _File, path)
    now = clock.now(DEMO)
    people = list(_people(file, now.astimezone(clock.LOCAL).date()))
    import_people_rows(people=people, realm=DEMO, acting_user=None)
    _keep_citizens(file)
    named = [*file.accounts, *(row.username for row in people if row.role and row.username not in file.accounts)]
    return _new_passwords([name for name in named if not name.startswith("chair.")])


def _people(file: _File, today: date) -> Iterator[PersonRow]:
    positions = {position.slug: position for position in Position.objects.all()}
    departments = {department.slug: department for department in selectors.departments_on(today)}
    for username, person in (*file.accounts.items(), *file.others.items()):
        if person.role != Role.CITIZEN:
            yield PersonRow(
                username=username,
                full_name=person.full_name,
                email=_address(username),
                position=positions[person.position],
                department=departments.get(person.department),
                role=person.role,
                valid_from=today,
            )
    for slug, department in departments.items():
        yield from _staff(file, slug, [positions[s] for s in _STEPS["department"]], today, department=department)
    for unit in selectors.units_on(today):
        yield from _staff(file, unit.code, [positions[s] for s in _STEPS["unit"]], today, unit=unit)


def _staff(
    file: _File,
    place: str,
    steps: list[Position],
    today: date,
    *,
    department: Department | None = None,
    unit: Unit | None = None,
) -> Iterator[PersonRow]:
    """Yield an officer, a head of division and the head of a department or commune."""
    top = ("head", Role.HEAD) if department else ("chair", Role.HEAD)
    for (prefix, role), position in zip((("officer", Role.OFFICER), ("division", ""), top), steps, strict=True):
        username = f"{prefix}.{place}"
        yield PersonRow(
            username=username,
            full_name=_invented_name(file, username),
            email=_address(username),
            position=position,
            department=department,
            unit=unit,
            role=role,
            valid_from=today,
        )


def _invented_name(file: _File, username: str) -> str:
    """Return a name from the pools, the same for the same account every time."""
    chance = random.Random(f"{file.seed} {username}")  # noqa: S311 - names, no secret
    pool = chance.choices(file.pools, [pool.weight for pool in file.pools])[0]
    return " ".join(chance.choice(words) for words in pool.words).replace("H' ", "H'")


def _address(username: str) -> str:
    return f"{username}@ioc.invalid"


def demo_turns() -> Mapping[str, tuple[str, ...]]:
    """Return who takes turns in which roster, in order: the roster's slug → accounts."""
    path = pack().folder / "demo_people.toml"
    file: _File = convert(read_toml(path), _File, path)
    return file.duty


def _keep_citizens(file: _File) -> None:
    """Make citizens' accounts: no officials, so their names stand with the other subjects."""
    for username, person in file.accounts.items():
        if person.role == Role.CITIZEN:
            user, added = User.objects.get_or_create(username=username, realm=DEMO)
            if added:
                RoleGrant.objects.create(user=user, role=Role.CITIZEN)
                Subject.objects.create(realm=DEMO, user=user, name=person.full_name)


def _new_passwords(usernames: list[str]) -> dict[str, str]:
    hasher = get_hasher()
    passwords = {username: get_random_string(16, _SAFE_LETTERS) for username in usernames}
    users = list(User.objects.filter(username__in=passwords, realm=DEMO))
    for user in users:
        user.password = _hashed(hasher, passwords[user.username])
    User.objects.bulk_update(users, ["password"])
    return passwords


def _hashed(hasher: BasePasswordHasher, password: str) -> str:
    if isinstance(hasher, PBKDF2PasswordHasher):
        return hasher.encode(password, hasher.salt(), iterations=_ROUNDS)
    return hasher.encode(password, hasher.salt())
