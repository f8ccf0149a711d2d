"""Reading rights for rows that name their unit and department by code and slug (source records, tiles), not by key."""

from django.db.models import Q, QuerySet

from services.directory.access import M, Reader, scope_of
from services.directory.models import Department, Unit


def limit_by_code(
    queryset: QuerySet[M],
    user: Reader,
    action: str,
    *,
    unit: str | None = "unit",
    department: str | None = "department",
    owner: str | None = None,
) -> QuerySet[M]:
    """Return the rows within reach, as ``access.limit`` does, for fields that hold codes and slugs.

    ``unit``, ``department`` and ``owner`` are lookup paths to the row's code, slug and user (None: it has none).
    Codes and slugs are looked up inside the same statement.
    """
    scope = scope_of(user, action)
    if scope is None:
        return queryset.none()
    if scope.everything:
        return queryset
    condition = Q(pk__in=())
    if unit and scope.units:
        condition |= Q(**{f"{unit}__in": Unit.objects.filter(pk__in=sorted(scope.units)).values("code")})
    if department and scope.departments:
        slugs = Department.objects.filter(pk__in=sorted(scope.departments)).values("slug")
        condition |= Q(**{f"{department}__in": slugs})
    if owner and scope.own:
        condition |= Q(**{owner: scope.own})
    return queryset.filter(condition)
