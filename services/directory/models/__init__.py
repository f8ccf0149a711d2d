"""Tables of the directory."""

from services.directory.models.duty import DutyRoster, DutyShift
from services.directory.models.organisation import Department, Position, Rung
from services.directory.models.people import Appointment, Person, Role, RoleGrant, User
from services.directory.models.subjects import Subject
from services.directory.models.units import Unit, UnitSuccessor

__all__ = [
    "Appointment",
    "Department",
    "DutyRoster",
    "DutyShift",
    "Person",
    "Position",
    "Role",
    "RoleGrant",
    "Rung",
    "Subject",
    "Unit",
    "UnitSuccessor",
    "User",
]
