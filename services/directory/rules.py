"""Rules of the directory that actions and imports both ask."""

from services.directory.models import Department, Position, Unit


class DirectoryError(ValueError):
    """What was asked contradicts the directory's own rules; the message says which."""


def check_place(position: Position, *, department: Department | None, unit: Unit | None) -> None:
    """Raise DirectoryError unless the place is of the kind that the position belongs to."""
    given = (department is not None, unit is not None)
    wanted = (position.scope == Position.Scope.DEPARTMENT, position.scope == Position.Scope.UNIT)
    if given != wanted:
        message = f"{position.slug} belongs to: {position.scope}"
        raise DirectoryError(message)
    if unit is not None and unit.level != position.unit_level:
        message = f"{position.slug} belongs to a unit of level {position.unit_level}, {unit.code} is a {unit.level}"
        raise DirectoryError(message)


def place_name(department: Department | None, unit: Unit | None) -> str:
    """Return a place as the wall's streams name it: ``department:<slug>``, ``unit:<code>`` or ``province``."""
    if department is not None:
        return f"department:{department.slug}"
    return f"unit:{unit.code}" if unit is not None else "province"
