"""The form that lets a screen in: the code it shows, what it is called, what it shows, and for whom."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from services.directory import selectors
from services.directory.models import Department, Unit
from services.kernel import clock
from services.kernel.text import localised
from services.kernel.text import render as render_message
from services.screens.models import LEAST_TURN, LONGEST_TURN
from services.screens.rules import LONGEST_NAME, Plan
from services.wall.boards import OVERVIEW, boards

PROVINCE = ""
FORWARD = (
    ("critical", _("Critical")),
    ("high", _("High")),
    ("medium", _("Medium")),
    ("low", _("Low")),
    ("", _("never")),
)


class PlanForm(forms.Form):
    """What a screen shows."""

    name = forms.CharField(label=_("Name and place of the screen"), max_length=LONGEST_NAME)
    boards = forms.MultipleChoiceField(label=_("Boards, shown in turn"), widget=forms.CheckboxSelectMultiple)
    turn = forms.IntegerField(label=_("Seconds for each board"), min_value=LEAST_TURN, max_value=LONGEST_TURN)
    forward_from = forms.ChoiceField(label=_("Boards in alarm come forward from"), choices=FORWARD, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"boards": [OVERVIEW], "turn": 30, "forward_from": "critical", **self.initial}
        for field in self.fields.values():
            if not isinstance(field.widget, forms.CheckboxSelectMultiple):
                field.widget.attrs["class"] = "input"
        self.fields["boards"].choices = [(one.slug, render_message(one.title)) for one in boards()]  # type: ignore[attr-defined]

    @property
    def plan(self) -> Plan:
        """What was chosen, once the form is valid."""
        given = self.cleaned_data
        chosen = set(given["boards"])
        in_order = tuple(one.slug for one in boards() if one.slug in chosen)
        return Plan(name=given["name"], boards=in_order, turn=given["turn"], forward_from=given["forward_from"])


class AdmitForm(PlanForm):
    """Lets a screen in: its code, and whose figures it may show."""

    code = forms.CharField(label=_("Code on the screen"), max_length=20)
    place = forms.ChoiceField(label=_("Whose figures it shows"), required=False)
    field_order = ("code", "name", "place", "boards", "turn", "forward_from")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = clock.now(settings.IOC_REALM).astimezone(clock.LOCAL).date()
        offices = [(f"department:{one.slug}", _named(one)) for one in selectors.departments_on(self.today)]
        communes = [(f"unit:{one.code}", _named(one)) for one in selectors.units_on(self.today)]
        self.fields["place"].choices = [  # type: ignore[attr-defined]
            (PROVINCE, _("The whole province")),
            (_("Departments"), offices),
            (_("Communes and wards"), communes),
        ]

    @property
    def place_of(self) -> dict[str, Any]:
        """The unit or department chosen, as the action wants it; nothing for the province."""
        kind, _colon, name = self.cleaned_data["place"].partition(":")
        if kind == "department":
            return {"department": selectors.departments_on(self.today).get(slug=name)}
        return {"unit": selectors.unit_by_code(name, self.today)} if kind == "unit" else {}


def _named(place: Department | Unit) -> str:
    return localised(place.label)
