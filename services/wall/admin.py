"""Boards in the admin: what a role sees differently from the declared board. Screens follow within half a minute."""

from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from services.directory.access import ROLES
from services.directory.admin.base import AuditedAdmin
from services.wall.boards import OVERVIEW, boards, laid_out
from services.wall.layouts import LONGEST, SHORTEST, LayoutError
from services.wall.models import BoardSetting

WATCHERS = tuple(role for role in ROLES if role not in {"anonymous", "citizen"})


class BoardSettingForm(forms.ModelForm):  # type: ignore[type-arg]
    """A row for a board and a role; a layout that cannot be shown is refused with every fault it has."""

    board = forms.ChoiceField(label=_("Board"))
    role = forms.ChoiceField(label=_("Role"), required=False)
    seconds = forms.IntegerField(label=_("Seconds"), required=False, min_value=SHORTEST, max_value=LONGEST)

    class Meta:
        model = BoardSetting
        fields = ("board", "role", "hidden", "order", "seconds", "layout")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["board"].choices = [(one.slug, one.slug) for one in boards()]  # type: ignore[attr-defined]
        roles = [("", gettext("every role")), *((role, role) for role in WATCHERS)]
        self.fields["role"].choices = roles  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Refuse a layout that cannot be shown, and a wall without its overview."""
        cleaned: dict[str, Any] = super().clean() or {}
        declared = next((one for one in boards() if one.slug == cleaned.get("board")), None)
        if declared is None:
            return cleaned
        if cleaned.get("hidden") and declared.slug == OVERVIEW:
            self.add_error("hidden", gettext("Every wall has the overview."))
        if cleaned.get("layout"):
            self._check_layout(declared.slug, cleaned["layout"])
        return cleaned

    def _check_layout(self, slug: str, layout: object) -> None:
        if not isinstance(layout, dict):
            self.add_error("layout", gettext("A layout has columns, rows and tiles."))
            return
        try:
            laid_out(next(one for one in boards() if one.slug == slug), layout)
        except LayoutError as error:
            self.add_error("layout", list(error.faults))


@admin.register(BoardSetting)
class BoardSettingAdmin(AuditedAdmin):
    """One row per board and role; what is left empty stays as the board declares it."""

    form = BoardSettingForm
    list_display = ("board", "role", "hidden", "order", "seconds", "changed_at")
    list_filter = ("board", "role")
