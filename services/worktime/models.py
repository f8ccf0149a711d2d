"""Days that differ from the week's pattern, and the calendar in force."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class CalendarDay(models.Model):
    """One date that is off although the pattern works, or worked although the pattern rests (a swapped Saturday).

    Rows win over the public holidays that the ``holidays`` package computes. Change them through ``actions`` (the admin
    does), so that the version rises and open deadlines are computed anew.
    """

    class Kind(models.TextChoices):
        """What the date becomes."""

        OFF = "off", _("day off")
        WORKING = "working", _("working day")

    id = models.BigAutoField(primary_key=True)
    date = models.DateField(_("date"), unique=True)
    kind = models.CharField(_("kind"), max_length=7, choices=Kind)
    note = models.CharField(_("note"), max_length=200, blank=True, help_text=_("the decision that announced it"))

    class Meta:
        verbose_name = _("special day")
        verbose_name_plural = _("special days")
        ordering = ("-date",)

    def __str__(self) -> str:
        return f"{self.date:%d/%m/%Y}: {self.get_kind_display()}"


class CalendarEdition(models.Model):
    """The one row that tells which calendar is in force. ``version`` rises with every change; deadlines remember
    theirs.

    ``token`` is new with every change too: processes keep a calendar in memory under it. ``hours`` holds the week's
    pattern as ``{"weekdays": [0, …], "intervals": [["07:30", "11:30"], …]}``; ``basis`` is the sha256 of the pattern
    and the public holidays, so that another edition of the ``holidays`` package is noticed when the calendar is
    loaded.
    """

    id = models.SmallIntegerField(primary_key=True, default=1)
    version = models.PositiveIntegerField(default=0)
    token = models.UUIDField(default=uuid.uuid4)
    hours = models.JSONField(default=dict)
    basis = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = (models.CheckConstraint(name="calendar_edition_is_one_row", condition=models.Q(id=1)),)

    def __str__(self) -> str:
        return str(self.version)
