"""Filters of lists that refuse what they cannot read: a filter that is ignored shows more than was asked for."""

import re
from datetime import UTC, datetime
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from services.kernel.models import Realm

REALM_NAME = re.compile(r"live|demo|drill-[0-9a-z-]{1,30}")
_TRUTHS = {"1": True, "true": True, "0": False, "false": False}


def check_realm(name: str) -> None:
    """Raise ValidationError unless there is a realm of that name."""
    if not (REALM_NAME.fullmatch(name) and Realm.objects.filter(name=name).exists()):
        raise ValidationError(_("there is no realm of that name"))


class RealmFilter(django_filters.CharFilter):
    """By a realm that there is."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__("realm", validators=[check_realm], **kwargs)


class InstantFilter(django_filters.IsoDateTimeFilter):
    """By an instant with any offset that ISO 8601 can write: PostgreSQL itself takes none beyond ±15:59."""

    def filter(self, qs: Any, value: Any) -> Any:
        """Ask for the same instant in UTC."""
        return super().filter(qs, _in_utc(value) if value else value)


def _in_utc(value: datetime) -> datetime:
    try:
        return value.astimezone(UTC)
    except OverflowError:  # the first or last day a calendar has
        return value.replace(tzinfo=UTC)


class _Truth(forms.Field):
    """true, false, 1 or 0, in any case."""

    def to_python(self, value: Any) -> bool | None:
        """Return the truth value, None when nothing was given."""
        if value in {None, ""}:
            return None
        try:
            return _TRUTHS[str(value).lower()]
        except KeyError:
            raise ValidationError(_("true or false")) from None


class BooleanFilter(django_filters.BooleanFilter):
    """By a truth value: true, false, 1 or 0; anything else is an error."""

    field_class = _Truth  # type: ignore[assignment]  # any field will do

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"widget": forms.TextInput, **kwargs})
