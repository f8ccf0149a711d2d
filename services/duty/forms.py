"""Forms of the duty pages. Rules live in the actions; here only shapes are read."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from services.directory.models import DutyShift, Person
from services.duty import rules
from services.duty.models import Rotation
from services.kernel.clock import LOCAL

MORE_PLACES: Final = 3
"""Empty places for people below those already in a rotation; saving makes more."""
FEWEST_PLACES: Final = 6
WINDOWS: Final = 3
EVERY_DAY = ""
DAYS: Final = (
    (EVERY_DAY, _("Every day")),
    ("working", _("Working days")),
    ("off", _("Days off and public holidays")),
    ("fri,mon,thu,tue,wed", _("Monday to Friday")),
    ("sat,sun", _("Saturday and Sunday")),
    ("mon", _("Monday")), ("tue", _("Tuesday")), ("wed", _("Wednesday")), ("thu", _("Thursday")),
    ("fri", _("Friday")), ("sat", _("Saturday")), ("sun", _("Sunday")),
)  # fmt: skip
UNITS: Final = (
    ("hours", _("hours")),
    ("days", _("days")),
    ("weeks", _("weeks")),
    ("shifts", _("openings of its hours")),
)


def _date(label: Any, **more: Any) -> forms.DateField:
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "input"})
    return forms.DateField(label=label, widget=widget, input_formats=["%Y-%m-%d"], **more)


def _time(label: Any, **more: Any) -> forms.TimeField:
    widget = forms.TimeInput(format="%H:%M", attrs={"type": "time", "class": "input"})
    return forms.TimeField(label=label, widget=widget, input_formats=["%H:%M", "%H:%M:%S"], **more)


def _instant(label: Any, **more: Any) -> forms.DateTimeField:
    widget = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local", "class": "input"})
    return forms.DateTimeField(label=label, widget=widget, **more)


def _choice(label: Any, **more: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, widget=forms.Select(attrs={"class": "input"}), **more)


def _text(label: Any, length: int, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=length, widget=forms.TextInput(attrs={"class": "input"}), **more)


def _number(label: Any, **more: Any) -> forms.IntegerField:
    widget = forms.NumberInput(attrs={"class": "input"})
    return forms.IntegerField(label=label, min_value=1, max_value=1000, widget=widget, **more)


def people_choices(people: Iterable[Person], empty: Any) -> list[tuple[str, Any]]:
    """Return persons to choose from, nobody first."""
    return [("", empty), *((str(one.public_id), one.full_name) for one in people)]


def set_choices(form: forms.Form, name: str, choices: Sequence[tuple[str, Any]]) -> None:
    """Give a field what may be chosen."""
    form.fields[name].choices = choices  # type: ignore[attr-defined]


class RotationForm(forms.Form):
    """A rotation: its turns, its people in order (``person_0`` …), and up to three windows."""

    name = _text(_("Name of the rotation"), 120)
    length = _number(_("Length of a turn"), initial=1)
    unit = _choice(_("counted in"), choices=UNITS, initial="days")
    hand_over = _time(_("Hand-over at"), initial="07:00")
    starts_on = _date(_("From"))
    ends_on = _date(_("To (empty: until further notice)"), required=False)
    order = _number(_("Layer (the higher one is heard first)"), initial=1)

    def __init__(self, *args: Any, people: Sequence[Person], rotation: Rotation | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = [str(one.person.public_id) for one in rotation.participants.all()] if rotation else []
        known = list(people) + [one.person for one in rotation.participants.all()] if rotation else list(people)
        choices = people_choices(dict.fromkeys(known), "–")
        self.places = max(FEWEST_PLACES, len(held) + MORE_PLACES)
        for n in range(self.places):
            self.fields[f"person_{n}"] = _choice(
                _("Turn {number}").format(number=n + 1), choices=choices, required=False,
                initial=held[n] if n < len(held) else "",
            )  # fmt: skip
        windows = rotation.windows if rotation else []
        for n in range(max(WINDOWS, len(windows))):
            self._add_window(n, windows[n] if n < len(windows) else {})
        if rotation:
            names = ("name", "length", "unit", "hand_over", "starts_on", "ends_on", "order")
            self.initial = {**{name: getattr(rotation, name) for name in names}, **self.initial}

    def _add_window(self, n: int, window: dict[str, Any]) -> None:
        days = ",".join(sorted(window.get("days", [])))
        choices = [*DAYS, *([] if days in dict(DAYS) else [(days, days)])]
        self.fields[f"days_{n}"] = _choice(_("On"), choices=choices, required=False, initial=days)
        self.fields[f"opens_{n}"] = _time(_("from"), required=False, initial=window.get("from"))
        self.fields[f"closes_{n}"] = _time(_("to"), required=False, initial=window.get("to"))

    @property
    def turns(self) -> list[Any]:
        """The fields of the rotation's turns."""
        return [self[name] for name in ("name", "length", "unit", "hand_over", "starts_on", "ends_on", "order")]

    @property
    def people(self) -> list[Any]:
        """The fields of its people."""
        return [self[name] for name in self.fields if name.startswith("person_")]

    @property
    def windows(self) -> list[list[Any]]:
        """The fields of its windows, three each."""
        numbers = [name.removeprefix("days_") for name in self.fields if name.startswith("days_")]
        return [[self[f"days_{n}"], self[f"opens_{n}"], self[f"closes_{n}"]] for n in numbers]

    def given(self) -> rules.Given:
        """Return the rotation as the rules want it, once the form is valid."""
        data = self.cleaned_data
        numbers = [name.removeprefix("days_") for name in self.fields if name.startswith("days_")]
        windows = [
            {
                "days": [day for day in data[f"days_{n}"].split(",") if day],
                "from": f"{data[f'opens_{n}']:%H:%M}",
                "to": f"{data[f'closes_{n}']:%H:%M}",
            }
            for n in numbers
            if data.get(f"opens_{n}") is not None and data.get(f"closes_{n}") is not None
        ]
        return rules.Given(
            name=data["name"], unit=data["unit"], length=data["length"], hand_over=data["hand_over"],
            starts_on=data["starts_on"], ends_on=data["ends_on"], order=data["order"], windows=windows,
            people=[data[name] for name in self.fields if name.startswith("person_") and data[name]],
        )  # fmt: skip


class OverrideForm(forms.Form):
    """Somebody takes the duty for a while."""

    person = _choice(_("Who takes over"))
    starts = _instant(_("From"))
    ends = _instant(_("To"))
    reason = _text(_("Reason"), 300, required=False)

    def __init__(self, *args: Any, people: Iterable[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, "person", people_choices(people, _("Choose…")))


class SwapForm(forms.Form):
    """One's own shift, and another's shift or a person."""

    gives = _choice(_("My shift"))
    takes = _choice(_("In exchange for"), required=False)
    person = _choice(_("or given to, for nothing"), required=False)
    note = _text(_("A word to them"), 300, required=False)

    def __init__(
        self,
        *args: Any,
        mine: Iterable[DutyShift],
        others: Iterable[DutyShift],
        people: Iterable[Person],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, "gives", [("", _("Choose…")), *((str(one.pk), _when(one)) for one in mine)])
        taken = ((str(one.pk), f"{one.person.full_name}: {_when(one)}") for one in others)
        set_choices(self, "takes", [("", "–"), *taken])
        set_choices(self, "person", people_choices(people, "–"))


class LeaveForm(forms.Form):
    """Who is away from when to when, and who stands in."""

    person = _choice(_("Who is away"), required=False)
    stand_in = _choice(_("Who stands in"), required=False)
    starts = _instant(_("From"))
    ends = _instant(_("To"))
    reason = _text(_("Reason"), 200, required=False)

    def __init__(self, *args: Any, own: Iterable[Person], people: Iterable[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, "person", people_choices(own, _("Myself")))
        set_choices(self, "stand_in", people_choices(people, _("Nobody")))


class PlanForm(forms.Form):
    """How a roster is run."""

    swap_needs_approval = forms.BooleanField(label=_("A swap needs the approval of who answers for the roster"),
                                             required=False)  # fmt: skip
    hand_over_log = forms.BooleanField(label=_("Each shift ends with a written, signed hand-over"), required=False)


class ImportForm(forms.Form):
    """A calendar file, or the text of one that was looked at."""

    file = forms.FileField(label=_("Calendar file (.ics)"), widget=forms.FileInput(attrs={"class": "input"}))


def _when(shift: DutyShift) -> str:
    starts, ends = shift.starts.astimezone(LOCAL), shift.ends.astimezone(LOCAL)
    end = f"{ends:%H:%M}" if ends - starts < rules.A_DAY else f"{ends:%d/%m %H:%M}"
    return f"{starts:%d/%m %H:%M}–{end}"
