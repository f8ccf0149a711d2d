"""Departments, the positions in them, and the ladder that an unanswered ticket climbs."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.utils.translation import gettext_lazy as _

from services.directory.kinds import in_english
from services.directory.models.units import Unit, UnitLevel
from services.directory.models.validity import ENDS_AFTER_IT_STARTS, DayRange, Validity
from services.kernel.ids import new_public_id


class Department(Validity):
    """A department of the province (sở) or a body of its rank. ``slug`` never changes: findings name it."""

    id = models.BigAutoField(primary_key=True)
    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    slug = models.SlugField(_("slug"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=200)
    name_en = models.CharField(_("English name"), max_length=200)
    short_name = models.CharField(_("short name"), max_length=60)
    short_name_en = models.CharField(_("English short name"), max_length=60)
    agency_code = models.CharField(
        _("agency code"), max_length=20, blank=True, help_text=_("code of the agency in dossier numbers")
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("department")
        verbose_name_plural = _("departments")
        ordering = ("order", "slug")
        constraints = (models.CheckConstraint(name="department_validity", condition=ENDS_AFTER_IT_STARTS),)

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> dict[str, str]:
        """The name as a localised pair for stored messages."""
        return {"vi": self.name, "en": self.name_en}


class Position(models.Model):
    """An office that persons hold: its title and whether it belongs to a department, to a unit or to the province."""

    class Scope(models.TextChoices):
        """Where holders of the position are looked for."""

        DEPARTMENT = "department", _("a department")
        UNIT = "unit", _("an administrative unit")
        PROVINCE = "province", _("the province")

    id = models.BigAutoField(primary_key=True)
    slug = models.SlugField(_("slug"), max_length=60, unique=True)
    title = models.CharField(_("title"), max_length=200)
    title_en = models.CharField(_("English title"), max_length=200)
    scope = models.CharField(_("belongs to"), max_length=10, choices=Scope)
    unit_level = models.CharField(
        _("level of the unit"), max_length=10, choices=UnitLevel, blank=True, help_text=_("for positions in a unit")
    )

    class Meta:
        verbose_name = _("position")
        verbose_name_plural = _("positions")
        ordering = ("slug",)
        constraints = (
            models.CheckConstraint(
                name="position_unit_level",
                condition=(models.Q(scope="unit") & ~models.Q(unit_level=""))
                | (~models.Q(scope="unit") & models.Q(unit_level="")),
            ),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def label(self) -> dict[str, str]:
        """The title as a localised pair for stored messages; ``{kind}`` in it stands for the unit's type."""
        return {"vi": self.title, "en": self.title_en}

    def label_in(self, unit: Unit | None) -> dict[str, str]:
        """Return the title with the unit's type in it: Chủ tịch UBND phường; with none, the general one: xã."""
        kind = unit.kind if unit else "xã"
        return {
            "vi": self.title.replace("{kind}", kind),
            "en": self.title_en.replace("{kind}", in_english(kind, "").strip()),
        }


class Rung(Validity):
    """A step of the escalation ladder: which position stands at ``order`` during which days.

    Several positions may share an order (a department's director, a commune's chairman): the ticket's place decides.
    """

    id = models.BigAutoField(primary_key=True)
    order = models.PositiveSmallIntegerField(_("order"), help_text=_("1 is the officer; higher is asked later"))
    position = models.ForeignKey(Position, models.PROTECT, related_name="rungs", verbose_name=_("position"))

    class Meta:
        verbose_name = _("rung of the ladder")
        verbose_name_plural = _("rungs of the ladder")
        ordering = ("valid_from", "order", "position")
        constraints = (
            models.CheckConstraint(name="rung_validity", condition=ENDS_AFTER_IT_STARTS),
            ExclusionConstraint(
                name="rung_position_once_a_day",
                expressions=[("position", RangeOperators.EQUAL), (DayRange(), RangeOperators.OVERLAPS)],
            ),
        )

    def __str__(self) -> str:
        return f"{self.order}: {self.position}"
