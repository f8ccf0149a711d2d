"""What can be done to the directory. Each verb locks what it changes and writes its audit in the same transaction."""

from services.directory.actions.imports import import_people_rows
from services.directory.actions.people import (
    add_person,
    appoint,
    end_appointment,
    grant_role,
    put_on_duty,
    revoke_role,
)
from services.directory.actions.subjects import erase_subject, register_subject
from services.directory.actions.units import merge_units, rename_unit, set_boundaries
from services.directory.rules import DirectoryError

__all__ = [
    "DirectoryError",
    "add_person",
    "appoint",
    "end_appointment",
    "erase_subject",
    "grant_role",
    "import_people_rows",
    "merge_units",
    "put_on_duty",
    "register_subject",
    "rename_unit",
    "revoke_role",
    "set_boundaries",
]
