"""How to mend a cell: one sentence for each column, told beside what is wrong with it."""

from typing import Final

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

HINTS: Final = {
    "code": _("Take the code from the template's first column, or take the row out."),
    "name": _("Write the name as the template does, or add the column with the codes."),
    "measure": _("Give the value in the unit of measurement of the template."),
    "unit": _("Take the code of the unit from the template."),
    "unit_name": _("Write the unit's full name with its type, or add the column with the codes."),
    "period": _("Write the period as 2026-09, 2026-Q3 or 2026."),
    "value": _("Write one number, such as 1234,5, without words or units."),
    "kind": _("Leave it empty for what was achieved, or write: plan."),
}
"""Column → what to do, for what has no closer advice of its own."""


def hint_of(field: str) -> str:
    """Return the advice for a column, empty for one that has none."""
    return gettext(HINTS[field]) if field in HINTS else ""
