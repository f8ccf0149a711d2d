"""The roles an account holds and the places it holds them in, read once and remembered on the account itself."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet

from services.directory.models import RoleGrant, Unit, User

if TYPE_CHECKING:
    from services.directory.access import Scope

_SCREENS: Final = frozenset({"kiosk", "local_kiosk"})
"""Roles of screens that nobody attends: no citizen stands behind such an account."""


@dataclass(frozen=True, slots=True)
class Grants:
    """A user's roles as loaded once per request: role names, and per placed role the places it is held in.

    ``scopes`` keeps what they amount to for each action asked for: a page of fifty rows asks a thousand times.
    """

    roles: frozenset[str]
    units: Mapping[str, frozenset[int]]
    departments: Mapping[str, frozenset[int]]
    streams: tuple[str, ...]
    scopes: dict[str, "Scope | None"] = field(default_factory=dict, compare=False)


def grants_of(user: User | AnonymousUser) -> Grants:
    """Return what an account holds, read at its first use; without one, or with one put to rest, it is anonymous."""
    if not isinstance(user, User) or not user.is_active:
        return Grants(frozenset({"anonymous"}), {}, {}, ())
    user = account_of(user)
    known: Grants | None = user.__dict__.get("_directory_grants")
    if known is None:
        known = user.__dict__["_directory_grants"] = _of(user, list(_held(RoleGrant.objects.filter(user=user))))
    return known


def _held(rows: QuerySet[RoleGrant]) -> QuerySet[RoleGrant]:
    """Return grants with their places, a unit's with the ids of all its ``versions``; borders are left in the table."""
    versions = Unit.objects.filter(lineage=OuterRef("unit__lineage")).order_by().values("pk")
    borders = [f"unit__{name}" for name in ("point", "geometry", "outline")]
    return (
        rows.select_related("unit", "department")
        .defer(*borders)
        .annotate(versions=ArraySubquery(versions))
        .order_by("pk")
    )


def _of(user: User, rows: Sequence[RoleGrant]) -> Grants:
    units: dict[str, frozenset[int]] = {}
    departments: dict[str, frozenset[int]] = {}
    streams: list[str] = []
    for row in rows:
        if row.unit:
            units[row.role] = units.get(row.role, frozenset()) | frozenset(row.versions)  # type: ignore[attr-defined]
            streams.append(f"unit:{row.unit.code}")
        elif row.department:
            departments[row.role] = departments.get(row.role, frozenset()) | {row.department.pk}
            streams.append(f"department:{row.department.slug}")
    held = {row.role for row in rows}
    roles = held | (set() if held & _SCREENS else {"citizen"}) | ({"admin"} if user.is_superuser else set())
    return Grants(frozenset(roles), units, departments, tuple(dict.fromkeys(streams)))


def load_together(users: Collection[User]) -> None:
    """Read the roles of many accounts in one statement and remember them on these objects, as the first use would."""
    rows: dict[int, list[RoleGrant]] = {user.pk: [] for user in users}
    for row in _held(RoleGrant.objects.filter(user__in=rows)):
        rows[row.user_id].append(row)
    for user in users:
        user.__dict__["_directory_grants"] = _of(user, rows[user.pk])


def forget(user: User) -> None:
    """Drop what was remembered of the user's roles on this object, after a change of them."""
    account_of(user).__dict__.pop("_directory_grants", None)


def account_of(user: User) -> User:
    """Return the account itself behind the stand-in that a request carries."""
    account: User = getattr(user, "_wrapped", user)
    return account
