"""The form of one's wishes: what was ticked and typed, as a ``Wish``."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from services.contract import SEVERITIES
from services.notify.channels import CHANNELS
from services.notify.models import Preference
from services.notify.page_words import DIGESTS
from services.notify.wishes import wanted
from services.notify.wishing import Wish

TIME = {"type": "time", "class": "input", "step": "900"}
SELECT = {"class": "input"}


class WishForm(forms.Form):
    """Everything but the table of channels, which ``channels_of`` reads."""

    quiet_from = forms.TimeField(label=_("Quiet from"), required=False, widget=forms.TimeInput(TIME, format="%H:%M"))
    quiet_to = forms.TimeField(label=_("Quiet until"), required=False, widget=forms.TimeInput(TIME, format="%H:%M"))
    days_off = forms.BooleanField(label=_("Quiet on days off and holidays too"), required=False)
    digest_minutes = forms.TypedChoiceField(
        label=_("Bundle messages"),
        coerce=int,
        choices=[(minutes, _(title)) for minutes, title in DIGESTS.items()],
        widget=forms.Select(SELECT),
    )
    language = forms.ChoiceField(
        label=_("Language of messages"),
        required=False,
        choices=[("", _("As my account")), ("vi", "Tiếng Việt"), ("en", "English")],
        widget=forms.Select(SELECT),
    )
    accents = forms.BooleanField(label=_("SMS with Vietnamese accents"), required=False)

    def wish(self, posted: QueryDict) -> Wish:
        """Return what a valid form wishes."""
        given = self.cleaned_data
        return Wish(channels=channels_of(posted), **{name: given[name] for name in self.fields})

    def refuse(self, errors: dict[str, Any]) -> None:
        """Show what the rules refused beside its field, the rest above."""
        for name, texts in errors.items():
            self.add_error(name if name in self.fields else None, texts)


def channels_of(posted: QueryDict) -> dict[str, list[str]]:
    """Return the ticked channels by severity; what is no channel is not read."""
    return {
        severity: [key for key in posted.getlist(f"channels_{severity}") if key in CHANNELS] for severity in SEVERITIES
    }


def initial_of(preference: Preference | None) -> dict[str, Any]:
    """Return what the form begins with."""
    one = preference or Preference()
    names = ("quiet_from", "quiet_to", "days_off", "digest_minutes", "language", "accents")
    return {name: getattr(one, name) for name in names}


def ticked(preference: Preference | None, posted: QueryDict | None) -> dict[str, tuple[str, ...]]:
    """Return the channels shown as ticked, by severity, worst first."""
    typed = channels_of(posted) if posted is not None else None
    return {name: tuple(typed[name]) if typed else wanted(preference, name) for name in reversed(SEVERITIES)}
