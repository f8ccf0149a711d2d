"""The form in which a commune's health staff report: the same fields as the feed, checked by intake itself."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Final

from django import forms
from django.http import QueryDict
from django.utils.translation import get_language, gettext, gettext_lazy

from monitors.health.diseases import EVERY, diseases
from services.directory.models import Unit
from services.kernel.clock import LOCAL

SOURCE: Final = "health/cases"
COUNTS: Final = ("suspected", "probable", "confirmed", "deaths")


def _count() -> forms.IntegerField:
    return forms.IntegerField(
        required=False,
        min_value=0,
        widget=forms.NumberInput({"class": "input", "inputmode": "numeric", "min": "0", "step": "1"}),
        error_messages={"invalid": gettext_lazy("A whole number, please.")},
    )


class CaseForm(forms.Form):
    """A report on one disease, commune and day. ``units`` are those the reader may report for, ``now`` the clock."""

    unit = forms.ChoiceField(widget=forms.Select({"class": "input"}))
    disease = forms.ChoiceField(widget=forms.Select({"class": "input"}))
    day = forms.DateField(widget=forms.DateInput({"class": "input", "type": "date"}, format="%Y-%m-%d"))
    period = forms.ChoiceField(widget=forms.Select({"class": "input"}))
    suspected, probable, confirmed, deaths = _count(), _count(), _count(), _count()
    detected_at = forms.DateTimeField(
        required=False,
        widget=forms.DateTimeInput({"class": "input", "type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%d/%m/%Y %H:%M"],
    )
    cluster = forms.CharField(required=False, max_length=60, widget=forms.TextInput({"class": "input"}))

    use_required_attribute = False

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        units: Iterable[Unit],
        now: datetime,
        first: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=first or {})
        english = get_language() == "en"
        places = [(unit.code, unit.label["en"] if english else f"{unit.name} ({unit.kind})") for unit in units]
        named = sorted((one.name["en" if english else "vi"], one.code) for one in diseases().values())
        self._choose("unit", places)
        self._choose("disease", [(EVERY, gettext("Nothing (else) to report")), *((code, name) for name, code in named)])
        self._choose("period", [("day", gettext("This day")), ("week", gettext("The week up to this day"))])
        self.fields["day"].initial = now.astimezone(LOCAL).date()

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = choices

    def payload(self, now: datetime) -> dict[str, Any]:
        """Return the report as intake takes it, sent now."""
        data = self.cleaned_data
        day: date = data["day"]
        found: datetime | None = data["detected_at"]
        return {
            "unit": data["unit"],
            "disease": data["disease"],
            "day": day.isoformat(),
            "period": data["period"],
            **{name: data[name] or 0 for name in COUNTS},
            "cluster": data["cluster"],
            "detected_at": found.replace(tzinfo=LOCAL).isoformat() if found else None,
            "as_of": now.isoformat(),
        }
