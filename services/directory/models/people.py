"""Accounts, the persons behind them, their appointments and their roles."""

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from services.directory.models.organisation import Department, Position
from services.directory.models.units import Unit
from services.directory.models.validity import ENDS_AFTER_IT_STARTS, Validity
from services.directory.text import clean, default_called_name, fold, person_sort_key
from services.kernel.ids import new_public_id
from services.kernel.models import RealmField

VIETNAMESE = "vi-x-icu"
"""PostgreSQL's collation of Vietnamese names."""


class User(AbstractUser):
    """An account. Thin: who the person is stands in ``Person``, what the account may do in ``RoleGrant``.

    ``access_version`` rises with every change of the account's roles, so that an open connection notices it.
    """

    id = models.BigAutoField(primary_key=True)
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES, default="vi")
    access_version = models.PositiveIntegerField(default=0, editable=False)
    realm = RealmField(default="live", editable=False)

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")


class Person(models.Model):
    """An official. ``called_name`` is what one is addressed by ("tên gọi"); phone and e-mail are the office's."""

    id = models.BigAutoField(primary_key=True)
    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    user = models.OneToOneField(
        User, models.SET_NULL, null=True, blank=True, related_name="person", verbose_name=_("account")
    )
    full_name = models.CharField(_("full name"), max_length=150)
    called_name = models.CharField(_("called name"), max_length=60, blank=True)
    sort_key = models.CharField(max_length=220, db_collation=VIETNAMESE, db_index=True, editable=False)
    search_name = models.CharField(max_length=220, default="", editable=False)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    realm = RealmField(default="live", editable=False)
    instead_of: str = ""
    """Whom this one stands in for, where a question found a stand-in; no column."""

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("persons")
        ordering = ("sort_key", "id")

    def __str__(self) -> str:
        return self.full_name

    def set_names(self, full_name: str, called_name: str = "") -> None:
        """Set both names in their stored form together with what lists sort by and searching compares."""
        self.full_name = clean(full_name)
        self.called_name = clean(called_name) or default_called_name(self.full_name)
        self.sort_key = person_sort_key(self.full_name, self.called_name)
        self.search_name = fold(self.full_name)


class Appointment(Validity):
    """A person holds a position in a department, in a unit, or (neither given) in the province, during some days."""

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey(Person, models.CASCADE, related_name="appointments", verbose_name=_("person"))
    position = models.ForeignKey(Position, models.PROTECT, related_name="appointments", verbose_name=_("position"))
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="appointments", verbose_name=_("department")
    )
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="appointments", verbose_name=_("administrative unit")
    )
    is_head = models.BooleanField(_("head"), default=False, help_text=_("leads the department or the unit"))

    class Meta:
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        ordering = ("person", "valid_from")
        constraints = (
            models.CheckConstraint(name="appointment_validity", condition=ENDS_AFTER_IT_STARTS),
            models.CheckConstraint(name="appointment_one_place", condition=Q(department=None) | Q(unit=None)),
            models.UniqueConstraint(
                name="appointment_once",
                fields=("person", "position", "department", "unit", "valid_from"),
                nulls_distinct=False,
            ),
        )

    def __str__(self) -> str:
        return f"{self.person}, {self.position}"

    @property
    def title(self) -> dict[str, str]:
        """The position's title as a localised pair, with the type of the unit where it stands in one."""
        return self.position.label_in(self.unit)


class Role(models.TextChoices):
    """What an account may be; what each role may do is the table in ``access.py``. ``anonymous`` needs no grant."""

    CITIZEN = "citizen", _("citizen")
    OFFICER = "officer", _("officer")
    HEAD = "head", _("head")
    OPERATOR = "operator", _("operator")
    SUPERVISOR = "supervisor", _("supervisor")
    LEADER = "leader", _("leader")
    AUDITOR = "auditor", _("auditor")
    ADMIN = "admin", _("administrator")
    KIOSK = "kiosk", _("unattended screen")
    LOCAL_KIOSK = "local_kiosk", _("unattended screen of one place")


PLACED_ROLES = (Role.OFFICER, Role.HEAD, Role.LOCAL_KIOSK)
"""Roles that mean nothing without the unit or department they are held in."""


class RoleGrant(models.Model):
    """An account's role; officers and heads hold theirs in one unit or one department."""

    id = models.BigAutoField(primary_key=True)
    user = models.ForeignKey(User, models.CASCADE, related_name="grants", verbose_name=_("account"))
    role = models.CharField(_("role"), max_length=12, choices=Role)
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("administrative unit")
    )
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("department")
    )

    class Meta:
        verbose_name = _("role of an account")
        verbose_name_plural = _("roles of accounts")
        constraints = (
            models.UniqueConstraint(
                name="grant_once", fields=("user", "role", "unit", "department"), nulls_distinct=False
            ),
            models.CheckConstraint(
                name="grant_place",
                condition=(
                    Q(role__in=("officer", "head", "local_kiosk"))
                    & (Q(unit=None, department__isnull=False) | Q(unit__isnull=False, department=None))
                )
                | (~Q(role__in=("officer", "head", "local_kiosk")) & Q(unit=None, department=None)),
            ),
        )

    def __str__(self) -> str:
        return f"{self.user}: {self.role}"
