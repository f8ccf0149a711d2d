"""Who is on duty when."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from services.directory.models.organisation import Department
from services.directory.models.people import Person


class DutyRoster(models.Model):
    """A named duty that somebody has at every hour, such as the operations room's."""

    id = models.BigAutoField(primary_key=True)
    slug = models.SlugField(_("slug"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=200)
    name_en = models.CharField(_("English name"), max_length=200)
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="rosters", verbose_name=_("department")
    )

    class Meta:
        verbose_name = _("duty roster")
        verbose_name_plural = _("duty rosters")
        ordering = ("slug",)

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> dict[str, str]:
        """The name as a localised pair for stored messages."""
        return {"vi": self.name, "en": self.name_en}


class DutyShift(models.Model):
    """A person has the duty from ``starts`` (included) to ``ends`` (excluded), instants in UTC."""

    id = models.BigAutoField(primary_key=True)
    roster = models.ForeignKey(DutyRoster, models.CASCADE, related_name="shifts", verbose_name=_("duty roster"))
    person = models.ForeignKey(Person, models.CASCADE, related_name="shifts", verbose_name=_("person"))
    starts = models.DateTimeField(_("starts"))
    ends = models.DateTimeField(_("ends"))
    planned = models.BooleanField(
        _("planned"), default=False, editable=False, help_text=_("written by the roster's plan, which may change it")
    )

    class Meta:
        verbose_name = _("shift")
        verbose_name_plural = _("shifts")
        ordering = ("starts",)
        constraints = (
            models.CheckConstraint(name="shift_ends_after_it_starts", condition=Q(ends__gt=F("starts"))),
            models.UniqueConstraint(name="shift_once", fields=("roster", "person", "starts")),
        )
        indexes = (models.Index(name="shift_at", fields=("roster", "starts", "ends")),)

    def __str__(self) -> str:
        return f"{self.roster}: {self.person}"
