"""Days that differ from the week's pattern, and the calendar's version."""

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


class CalendarVersion(models.Model):
    """The one row that tells which edition of the calendar is in force; deadlines remember the one they came from."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = (models.CheckConstraint(name="calendar_version_is_one_row", condition=models.Q(id=1)),)

    def __str__(self) -> str:
        return str(self.version)
