"""The report's one form: what a citizen types, checked before intake takes it, and the key that keeps it one report."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from django import forms
from django.core import signing
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import get_language, gettext, gettext_lazy

from services.directory.pack import Category, pack
from services.directory.selectors import unit_at, unit_by_code, units_on
from services.kernel.clock import LOCAL
from services.kernel.ids import new_public_id

SOURCE: Final = "field_reports/portal"
SHOWN_CATEGORIES: Final = 5
"""Categories shown at once; the rest is one press away."""


NAME_LIMIT: Final = 150
_PHONE = re.compile(r"\+?[0-9 .()-]{8,20}")


def new_key() -> str:
    """Return a signed name for the report that a form will become: a double tap or a reload stays one report."""
    return signing.dumps(str(new_public_id()), salt=SOURCE)


def read_key(text: str) -> str:
    """Return the name that a form brought back; a new one when it isn't one of ours."""
    try:
        return str(signing.loads(text, salt=SOURCE))
    except signing.BadSignature:
        return str(new_public_id())


def _input(**attrs: object) -> forms.TextInput:
    return forms.TextInput({"class": "input", **attrs})


class ReportForm(forms.Form):
    """The report's one form; only where and what are required. ``now`` is the realm's clock."""

    key = forms.CharField(required=False, widget=forms.HiddenInput)
    unit = forms.CharField(required=False, max_length=5, widget=forms.Select({"class": "input"}))
    address = forms.CharField(
        required=False, max_length=300, widget=_input(autocomplete="off", **{"aria-describedby": "address-hint"})
    )
    lon = forms.FloatField(required=False, min_value=-180, max_value=180, widget=forms.HiddenInput)
    lat = forms.FloatField(required=False, min_value=-90, max_value=90, widget=forms.HiddenInput)
    accuracy = forms.CharField(required=False, max_length=10, widget=forms.HiddenInput)
    description = forms.CharField(
        max_length=5000,
        widget=forms.Textarea({"class": "input", "rows": 3}),
        error_messages={"required": gettext_lazy("Say what you see.")},
    )
    category = forms.CharField(required=False, max_length=60)
    inform = forms.ChoiceField(
        choices=[("anonymous", ""), ("phone", "")], required=False, error_messages={"invalid_choice": ""}
    )
    phone = forms.CharField(
        required=False, widget=_input(type="tel", inputmode="tel", autocomplete="tel", maxlength=20)
    )
    name = forms.CharField(required=False, widget=_input(autocomplete="name", maxlength=150))

    use_required_attribute = False  # the browser's own bubbles would hide the summary

    def __init__(self, data: QueryDict | None = None, *, now: datetime) -> None:
        super().__init__(data)
        self.now = now
        self.today = now.astimezone(LOCAL).date()
        self.fields["unit"].widget.choices = self._units
        for name in ("description", "address"):  # a browser would cut off silently what is pasted beyond it
            del self.fields[name].widget.attrs["maxlength"]

    def _units(self) -> Iterator[tuple[str, str]]:
        """Yield today's communes by name, each with its type: several names are also those of old, larger units."""
        language = get_language() or "vi"
        named = [(unit.name, unit.kind, unit.label["en"], unit.code) for unit in units_on(self.today).order_by("name")]
        yield "", gettext("Choose…")
        for name, kind, english, code in named:
            yield code, english if language == "en" else f"{name} ({kind})"

    def clean_inform(self) -> str:
        """A way to inform that isn't offered counts as none: anonymous."""
        return self.cleaned_data.get("inform") or "anonymous"

    def clean(self) -> dict[str, Any]:
        """Check that there is a place inside the province and, where a phone is to be left, a number."""
        data = super().clean() or {}
        unit, lon, lat = data.get("unit"), data.get("lon"), data.get("lat")
        if unit and unit_by_code(unit, self.today) is None:
            self.add_error("unit", gettext("There is no such commune or ward today."))
        if (lon is None) != (lat is None):
            data["lon"] = data["lat"] = lon = lat = None
        if lon is not None and lat is not None and unit_at((lon, lat), self.today) is None:
            outside = gettext("This place lies outside the province. Remove it, or call the hotline there.")
            self.add_error("lon", outside)
        if not unit and lon is None and not data.get("address") and "lon" not in self.errors:
            self.add_error(
                "unit", gettext("Say where: choose a commune or ward, give an address or use your location.")
            )
        if data.get("category") and pack().category(data["category"]) is None:
            self.add_error("category", gettext("Choose one of the kinds."))
        if data.get("inform") == "phone":  # what an anonymous reporter left in these fields is nobody's business
            self._check_reporter(data)
        return data

    def _check_reporter(self, data: dict[str, Any]) -> None:
        if not data.get("phone"):
            self.add_error("phone", gettext("Give the number, or stay anonymous."))
        elif not _PHONE.fullmatch(data["phone"]):
            self.add_error("phone", gettext("Give the number in figures, such as 0905 000 318."))
        if len(data.get("name", "")) > NAME_LIMIT:
            self.add_error("name", gettext("A shorter name, please."))

    def payload(self, external_id: str) -> dict[str, Any]:
        """Return the report as intake takes it, sent now; who stays anonymous leaves neither name nor number."""
        data = self.cleaned_data
        named = data["inform"] == "phone"
        return {
            "external_id": external_id,
            "category": data["category"] or None,
            "description": data["description"],
            "unit": data["unit"] or None,
            "lon": data["lon"],
            "lat": data["lat"],
            "address": data["address"] or None,
            "reporter": {"name": data["name"], "phone": data["phone"]} if named else None,
        }

    @cached_property
    def categories(self) -> list[dict[str, Any]]:
        """The pack's categories as radio cards."""
        chosen = self["category"].value()
        return [_card(category, chosen) for category in pack().categories]

    @property
    def first_categories(self) -> list[dict[str, Any]]:
        """The categories shown at once."""
        return self.categories[:SHOWN_CATEGORIES]

    @property
    def more_categories(self) -> list[dict[str, Any]]:
        """The categories one press away."""
        return self.categories[SHOWN_CATEGORIES:]

    @property
    def more_open(self) -> bool:
        """True when the chosen category is among those one press away."""
        return any(card["chosen"] for card in self.more_categories)


def _card(category: Category, chosen: str | None) -> dict[str, Any]:
    if category.urgent:
        within = gettext("Within {n} hours, nights and holidays too").format(n=category.deadline_hours)
    else:
        within = gettext("Within {n} working days").format(n=category.deadline_days)
    return {"code": category.code, "name": dict(category.name), "within": within, "chosen": category.code == chosen}
