"""What the workspace keeps of its own: saved views, links for phones, and when leaders are written to."""

from django.db import models
from django.db.models import Q

from services.directory.models import Person, User
from services.kernel.ids import new_public_id
from services.kernel.models import RealmField


class SavedView(models.Model):
    """Filters, columns and way of showing that a person kept under a name. ``query`` is the list's own address.

    Whoever has its address sees the same filters over what they may see themselves: a view shows no ticket to anybody.
    """

    id = models.BigAutoField(primary_key=True)
    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    realm = RealmField()
    owner = models.ForeignKey(User, models.CASCADE, related_name="saved_views")
    name = models.CharField(max_length=80)
    query = models.CharField(max_length=1000)
    is_default = models.BooleanField(default=False, help_text="shown when the workspace is opened")
    version = models.PositiveIntegerField(
        default=1, editable=False, help_text="raised by every edit: an older one is stale"
    )

    class Meta:
        ordering = ("name", "id")
        constraints = (
            models.UniqueConstraint(name="saved_view_name_once", fields=("realm", "owner", "name")),
            models.UniqueConstraint(
                name="saved_view_one_default", fields=("realm", "owner"), condition=Q(is_default=True)
            ),
        )

    def __str__(self) -> str:
        return self.name


class PhoneLink(models.Model):
    """A link to one ticket for one person, sent by message: it opens and acts on that ticket alone, without a password.

    It ends by itself at ``expires_at``, and at once when it is revoked. The signed ``key`` is the link's only secret.
    """

    id = models.BigAutoField(primary_key=True)
    realm = RealmField()
    key = models.CharField(max_length=20, unique=True)
    ticket = models.ForeignKey("tickets.Ticket", models.CASCADE, related_name="phone_links")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True, help_text="when something was last done with it")

    class Meta:
        indexes = (models.Index(name="phone_link_whose", fields=("ticket", "person")),)

    def __str__(self) -> str:
        return f"{self.ticket_id} for {self.person_id}"


class Digest(models.Model):
    """When a leader's one message of the morning is next due."""

    id = models.BigAutoField(primary_key=True)
    realm = RealmField()
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    due_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(name="digest_once", fields=("realm", "person")),)
        indexes = (models.Index(name="digest_due", fields=("due_at",)),)

    def __str__(self) -> str:
        return f"digest of {self.person_id}"
