"""Tables of unattended screens: the screens, and the codes by which they ask to be let in."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from services.contract import SEVERITY_CHOICES
from services.kernel.ids import new_public_id
from services.kernel.models import RealmField

LEAST_TURN, LONGEST_TURN = 5, 3600


class Screen(models.Model):
    """A screen that nobody attends. It has an account of its own, so that the wall's doors know no special visitor."""

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    realm = RealmField()
    name = models.CharField(_("name"), max_length=80)
    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="screen", editable=False)
    boards = ArrayField(models.CharField(max_length=60), verbose_name=_("boards"), help_text=_("shown in turn"))
    turn = models.PositiveIntegerField(_("seconds for each board"), default=30)
    forward_from = models.CharField(
        _("boards in alarm come forward from"),
        max_length=10,
        choices=SEVERITY_CHOICES,
        blank=True,
        default="critical",
        help_text=_("empty: never"),
    )
    admitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False
    )
    admitted_at = models.DateTimeField(editable=False)
    seen_at = models.DateTimeField(null=True, editable=False, help_text="when it last loaded its page")
    revoked_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("screen")
        verbose_name_plural = _("screens")
        ordering = ("revoked_at", "name", "id")
        constraints = (
            models.CheckConstraint(
                name="screen_turn", condition=models.Q(turn__gte=LEAST_TURN, turn__lte=LONGEST_TURN)
            ),
        )

    def __str__(self) -> str:
        return self.name


class Pairing(models.Model):
    """A screen that asks to be let in: the code it shows, and the digest of the secret that only it has.

    Instants are by the true clock: no exercise makes a code older.
    """

    code = models.CharField(max_length=9, unique=True)
    secret = models.BinaryField(max_length=32, unique=True, help_text="sha256")
    expires_at = models.DateTimeField()
    screen = models.ForeignKey(Screen, models.CASCADE, null=True, related_name="+")

    class Meta:
        indexes = (models.Index(name="pairing_old", fields=("expires_at",)),)

    def __str__(self) -> str:
        return self.code
