"""The directory in the admin: everything editable, everything in the audit."""

from services.directory.admin import duty, organisation, people, subjects, units

__all__ = ["duty", "organisation", "people", "subjects", "units"]
