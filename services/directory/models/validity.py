"""Validity: from which day to which day a row describes the world. Nothing here is deleted softly; it ends."""

from datetime import date

from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _


class Validity(models.Model):
    """First and last day, both included; no last day means still valid. Days are those of the province's time zone."""

    valid_from = models.DateField(_("valid from"), db_index=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True, help_text=_("last day; empty = still valid"))

    class Meta:
        abstract = True

    def is_valid_on(self, day: date) -> bool:
        """Tell whether the row describes that day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


class DayRange(Func):
    """The SQL range of days of a row, for exclusion constraints: ``daterange(valid_from, valid_to, '[]')``."""

    function = "daterange"
    output_field = DateRangeField()

    def __init__(self) -> None:
        super().__init__(F("valid_from"), F("valid_to"), Value("[]"))

    def deconstruct(self) -> tuple[str, list[object], dict[str, object]]:
        """Return how a migration writes this expression: it has no arguments of its own."""
        return "services.directory.models.validity.DayRange", [], {}


def valid_on(day: date, prefix: str = "") -> Q:
    """Return the condition "valid on ``day``"; ``prefix`` is the path to the dated row, such as ``position__``."""
    started = Q(**{f"{prefix}valid_from__lte": day})
    open_ended = Q(**{f"{prefix}valid_to": None})
    return started & (open_ended | Q(**{f"{prefix}valid_to__gte": day}))


ENDS_AFTER_IT_STARTS = Q(valid_to=None) | Q(valid_to__gte=F("valid_from"))
"""The condition of every dated table's check constraint."""
