"""Personal values of citizens, kept apart from everything that refers to them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from services.directory.models.people import User
from services.kernel.ids import new_public_id
from services.kernel.models import RealmField


class Subject(models.Model):
    """The one place for a citizen's or organisation's name, phone and e-mail; other tables hold only its id.

    Erasing the values here erases them everywhere, replay included (personal-data law 91/2025, Decree 356/2025): the
    row stays, so that what refers to it keeps its meaning without a person.
    """

    class Kind(models.TextChoices):
        """Whose values these are."""

        CITIZEN = "citizen", _("citizen")
        ORGANISATION = "organisation", _("organisation")

    id = models.BigAutoField(primary_key=True)
    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    realm = RealmField(default="live", editable=False, db_index=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.CITIZEN)
    user = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="subjects", verbose_name=_("account")
    )
    name = models.CharField(_("name"), max_length=150, blank=True)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    erased_at = models.DateTimeField(_("erased at"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("subject")
        verbose_name_plural = _("subjects")
        constraints = (
            models.CheckConstraint(
                name="subject_erased_is_empty",
                condition=models.Q(erased_at=None) | models.Q(name="", phone="", email="", user=None),
            ),
        )

    def __str__(self) -> str:
        return str(self.public_id)
