"""Administrative units: province, districts (until 2025), communes and wards, with validity, place and successors."""

import uuid

from django.contrib.gis.db import models
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.utils.translation import gettext_lazy as _

from services.directory.kinds import in_english
from services.directory.models.validity import ENDS_AFTER_IT_STARTS, DayRange, Validity
from services.directory.text import clean, fold
from services.kernel.ids import new_public_id


class UnitLevel(models.TextChoices):
    """Tiers of local government; districts ended on 30 June 2025."""

    PROVINCE = "province", _("province")
    DISTRICT = "district", _("district")
    COMMUNE = "commune", _("commune or ward")


class Unit(Validity):
    """One unit during one validity period. A rename makes a new row of the same ``lineage``; a merger ends rows.

    ``geometry`` is the full polygon, ``outline`` a simplified one that fits its neighbours without gaps, for screens;
    ``approximate`` says that the polygon was made here from the unit's point and is no boundary. All in EPSG:4326.
    """

    Level = UnitLevel

    id = models.BigAutoField(primary_key=True)
    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    lineage = models.UUIDField(default=uuid.uuid4, db_index=True, help_text=_("the same across renames"))
    code = models.CharField(_("code"), max_length=5, db_index=True)
    level = models.CharField(_("level"), max_length=10, choices=UnitLevel)
    kind = models.CharField(_("kind"), max_length=20, help_text=_("type in Vietnamese, lower case: xã, phường"))
    name = models.CharField(_("name"), max_length=100)
    name_en = models.CharField(_("English name"), max_length=100, blank=True)
    aliases = ArrayField(models.CharField(max_length=100), default=list, blank=True, verbose_name=_("other spellings"))
    search_name = models.TextField(editable=False)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    point = models.PointField(_("point"), srid=4326)
    geometry = models.MultiPolygonField(_("boundary"), srid=4326, null=True, blank=True)
    outline = models.MultiPolygonField(_("simplified boundary"), srid=4326, null=True, blank=True, editable=False)
    approximate = models.BooleanField(_("approximate"), default=True)

    class Meta:
        verbose_name = _("administrative unit")
        verbose_name_plural = _("administrative units")
        ordering = ("code", "valid_from")
        constraints = (
            models.CheckConstraint(name="unit_validity", condition=ENDS_AFTER_IT_STARTS),
            ExclusionConstraint(
                name="unit_code_once_a_day",
                expressions=[("code", RangeOperators.EQUAL), (DayRange(), RangeOperators.OVERLAPS)],
            ),
        )
        indexes = (GinIndex(name="unit_search", fields=("search_name",), opclasses=("gin_trgm_ops",)),)

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        """The name with its type, as it must always be printed: ``Phường An``."""
        return f"{self.kind[:1].upper()}{self.kind[1:]} {self.name}"

    @property
    def label(self) -> dict[str, str]:
        """The full name as a localised pair for stored messages: ``{"vi": …, "en": …}``."""
        return {"vi": f"{self.kind} {self.name}", "en": in_english(self.kind, self.name_en or self.name)}

    def set_names(self, *, kind: str, name: str, name_en: str = "", aliases: list[str] | None = None) -> None:
        """Set the names in their stored form together with what searching compares."""
        self.kind, self.name, self.name_en = clean(kind).lower(), clean(name), clean(name_en)
        self.aliases = [clean(alias) for alias in aliases or []]
        spellings = [f"{self.kind} {self.name}", self.name_en, *self.aliases]
        self.search_name = " | ".join(fold(spelling) for spelling in spellings if spelling)


class UnitSuccessor(models.Model):
    """What became of a unit: ``weight`` is the share of the old unit's people that the new one took, 0 to 1."""

    class Kind(models.TextChoices):
        """Whether the new unit took all of the old one."""

        FULL = "full", _("whole")
        PARTIAL = "partial", _("part")

    id = models.BigAutoField(primary_key=True)
    old = models.ForeignKey(Unit, models.CASCADE, related_name="successor_links")
    new = models.ForeignKey(Unit, models.CASCADE, related_name="predecessor_links")
    weight = models.DecimalField(_("weight"), max_digits=5, decimal_places=4, default=1)
    kind = models.CharField(_("kind"), max_length=7, choices=Kind, default=Kind.FULL)

    class Meta:
        verbose_name = _("successor")
        verbose_name_plural = _("successors")
        constraints = (
            models.UniqueConstraint(name="successor_once", fields=("old", "new")),
            models.CheckConstraint(name="successor_weight", condition=models.Q(weight__gt=0) & models.Q(weight__lte=1)),
        )

    def __str__(self) -> str:
        return f"{self.old.code} → {self.new.code}"
