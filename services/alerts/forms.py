"""The form that sets maintenance ahead, and edits it."""

from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from django import forms
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from services import registry
from services.alerts.maintenance import Draft, draft_from
from services.alerts.models import MaintenanceWindow
from services.directory import selectors
from services.directory.models import Unit
from services.kernel import clock
from services.kernel.text import localised

REPEATS: Final = (
    ("", _("once")),
    ("FREQ=DAILY", _("every day")),
    ("FREQ=WEEKLY", _("every week")),
    ("FREQ=MONTHLY", _("every month")),
    ("own", _("by a rule of your own")),
)
_MOMENT = "%Y-%m-%dT%H:%M"


class _LocalMoment(forms.DateTimeField):
    """A moment on the province's clock, as ``<input type="datetime-local">`` sends it."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local", "class": "input"}, format=_MOMENT)
        super().__init__(widget=widget, input_formats=[_MOMENT], **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """Show an instant on the province's clock."""
        return (
            value.astimezone(clock.LOCAL).replace(tzinfo=None)
            if isinstance(value, datetime) and value.tzinfo
            else value
        )

    def to_python(self, value: Any) -> Any:
        """Return the instant."""
        found = super().to_python(value)
        return found.replace(tzinfo=clock.LOCAL) if found is not None else None


class MaintenanceForm(forms.Form):
    """What is done, when, and which alerts it explains."""

    title = forms.CharField(label=_("What is done"), max_length=200)
    reason = forms.CharField(
        label=_("Why, and who answers for it"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    starts = _LocalMoment(label=_("From"))
    ends = _LocalMoment(label=_("To"))
    repeat = forms.ChoiceField(label=_("Again"), choices=REPEATS, required=False)
    rrule = forms.CharField(label=_("Rule (RRULE)"), max_length=200, required=False)
    monitor = forms.ChoiceField(label=_("Alerts of the monitor"), required=False)
    rule = forms.ChoiceField(label=_("of the kind"), required=False)
    unit = forms.ChoiceField(label=_("in the commune or ward"), required=False)
    fingerprint_prefix = forms.CharField(
        label=_("of the source or station (mark begins with)"), max_length=300, required=False
    )
    critical_too = forms.BooleanField(label=_("Critical alerts too"), required=False)

    def __init__(self, *args: Any, present: Draft | None = None, **kwargs: Any) -> None:
        """``present`` is the window that is edited: what it names can be chosen even when it is there no more."""
        super().__init__(*args, **kwargs)
        self.present = present
        self.today = clock.now(settings.IOC_REALM).astimezone(clock.LOCAL).date()
        monitors = list(registry.monitors())
        units = [(one.code, localised(one.label)) for one in selectors.units_on(self.today)]
        kinds = [(rule.id, f"{gettext(one.title)}: {gettext(rule.title)}") for one in monitors for rule in one.rules]
        chosen = {"monitor": [(one.slug, gettext(one.title)) for one in monitors], "rule": kinds, "unit": units}
        for name, choices in chosen.items():
            self.fields[name].choices = [("", _("any")), *self._kept(name, choices), *choices]  # type: ignore[attr-defined]
        for name, field in self.fields.items():
            if name != "critical_too":
                field.widget.attrs["class"] = "input"

    @classmethod
    def of(cls, window: MaintenanceWindow) -> "MaintenanceForm":
        """Return the form as a window stands."""
        present = draft_from(window)
        common = {rule for rule, _words in REPEATS if rule != "own"}
        initial = {name: getattr(present, name) for name in cls.base_fields if name not in {"repeat", "unit"}}
        initial["repeat"] = present.rrule if present.rrule in common else "own"
        initial["rrule"] = present.rrule if initial["repeat"] == "own" else ""
        initial["unit"] = present.unit.code if present.unit else ""
        return cls(initial=initial, present=present)

    def _kept(self, name: str, choices: list[tuple[str, Any]]) -> list[tuple[str, str]]:
        value = getattr(self.present, name, "") if self.present else ""
        code = value.code if isinstance(value, Unit) else value
        return [(code, code)] if code and code not in {key for key, _words in choices} else []

    @property
    def draft(self) -> Draft:
        """What was chosen, once the form is valid; what the form doesn't ask for stays as it is."""
        given = dict(self.cleaned_data)
        repeat, code = given.pop("repeat"), given.pop("unit")
        if repeat != "own":
            given["rrule"] = repeat
        given["unit"] = self._unit(code)
        if self.present is None:
            return Draft(**given)
        for name in ("starts", "ends"):  # the form counts minutes: one that was left alone keeps its seconds
            before: datetime = getattr(self.present, name)
            given[name] = before if given[name] == before.replace(second=0, microsecond=0) else given[name]
        return replace(self.present, **given)

    def _unit(self, code: str) -> Unit | None:
        before = self.present.unit if self.present else None
        if before is not None and before.code == code:
            return before
        return selectors.unit_by_code(code, self.today) if code else None


class UntilForm(forms.Form):
    """Until when a maintenance lasts instead."""

    until = _LocalMoment(label=_("Until"))
