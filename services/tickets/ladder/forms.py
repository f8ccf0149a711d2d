"""What people type about policies: the question of a dry run, and a version in the admin."""

import json
from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_lazy as _

from services.contract import SEVERITIES
from services.directory.selectors import departments_on, units_on
from services.kernel import clock
from services.kernel.text import capital, localised
from services.tickets.ladder.actions import LONGEST_NOTE
from services.tickets.ladder.check_values import plain
from services.tickets.ladder.findings import Found
from services.tickets.ladder.known import known_for
from services.tickets.ladder.shapes import FIELDS, STEP_FIELDS
from services.tickets.ladder.validator import check
from services.tickets.models import Policy
from services.tickets.page_words import SEVERITIES as WORDS


class DryRunForm(forms.Form):
    """When and where something would be found. Times are local; the places are those of today."""

    start = forms.DateTimeField(
        label=_("Found at"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local", "class": "input"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
    )
    unit = forms.ChoiceField(label=_("Commune or ward"), required=False, widget=forms.Select(attrs={"class": "input"}))
    department = forms.ChoiceField(label=_("Department"), required=False, widget=forms.Select(attrs={"class": "input"}))
    severity = forms.ChoiceField(
        label=_("Severity"),
        choices=[(name, gettext_lazy(WORDS[name])) for name in reversed(SEVERITIES)],
        widget=forms.Select(attrs={"class": "input"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = clock.now(settings.IOC_REALM).astimezone(clock.LOCAL).date()
        units = ((unit.code, capital(localised(unit.label))) for unit in units_on(today))
        self._choices("unit", sorted(units, key=lambda pair: pair[1]))
        self._choices("department", ((one.slug, localised(one.label)) for one in departments_on(today)))

    def _choices(self, name: str, values: Iterable[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared so above
        field.choices = [("", "—"), *values]


class Lines(forms.JSONField):
    """JSON as people can read it: one step, or one part, on each line."""

    def prepare_value(self, value: Any) -> Any:
        """Return the text to edit; what was typed before stays as it was typed."""
        if not isinstance(value, list):
            return super().prepare_value(value)
        lines = ",\n".join(f"  {json.dumps(_sorted(one), ensure_ascii=False)}" for one in value)
        return f"[\n{lines}\n]" if value else "[]"


def _sorted(step: Any) -> Any:
    """Return a step with its parts in the order in which people write them; the database keeps none."""
    return {name: step[name] for name in STEP_FIELDS if name in step} if isinstance(step, dict) else step


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, "cols": 110})


class PolicyForm(forms.ModelForm):  # type: ignore[type-arg]
    """A version in the admin: saved as the next one, by the same action and with the same messages as the API."""

    severity = forms.ChoiceField(label=_("Severity"), choices=[(name, name) for name in SEVERITIES], initial="info")
    steps = Lines(label=_("Steps"), required=False, widget=_area(12))
    note = forms.CharField(label=_("Reason"), max_length=LONGEST_NOTE, required=False)

    class Meta:
        model = Policy
        fields = FIELDS
        widgets: ClassVar[dict[str, forms.Widget]] = {
            name: _area(2) for name in ("title", "deadline", "units", "departments")
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["severity"] = self.instance.severity_name
            self.initial["note"] = ""
        for name in ("units", "departments"):
            self.fields[name].required = False

    def draft(self) -> dict[str, Any]:
        """Return what was typed as the validator takes it."""
        given = {name: self.cleaned_data[name] for name in FIELDS if name in self.cleaned_data}
        for name in ("units", "departments", "steps"):
            given[name] = given.get(name) or []
        if self.instance.pk:
            given["slug"] = Policy.objects.values_list("slug", flat=True).get(pk=self.instance.pk)
        return given

    def clean(self) -> dict[str, Any]:
        """Say what the validator says, at the field it says it of."""
        super().clean()
        if not plain(self.cleaned_data.get("note", ""), LONGEST_NOTE):
            self.add_error("note", _("one line of at most {count} characters").format(count=LONGEST_NOTE))
        if not self.errors:
            draft = self.draft()
            if not self.instance.pk and Policy.objects.filter(slug=draft["slug"]).exists():
                self.add_error("slug", _("there is a policy of this name; edit that one"))
            known = known_for([draft], clock.now(settings.IOC_REALM))
            self._refuse(one for one in check(draft, known) if not one.warning)
        return self.cleaned_data

    def _refuse(self, found: Iterable[Found]) -> None:
        for one in found:
            name, _dot, path = one.field.partition(".")
            self.add_error(name if name in self.fields else None, f"{path}: {one.text}" if path else one.text)

    def _post_clean(self) -> None:
        """Leave the row as it is: rows are never edited, and the validator has checked what would be copied into it."""
