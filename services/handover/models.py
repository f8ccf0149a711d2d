"""Tables of the shift hand-over log: one entry for each shift's end, and the open items carried over with it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from services.directory.models import DutyRoster, Person
from services.kernel.ids import new_public_id
from services.kernel.models import RealmField


class Handover(models.Model):
    """What the one who goes writes for the one who comes. Open, then signed by the first, then accepted by the second.

    A signed entry never changes: ``digest`` is the sha256 of its canonical JSON, and stands in the audit too.
    ``due_at`` is the shift's end; what is still open then is late.
    """

    class State(models.TextChoices):
        """How far it is."""

        OPEN = "open", _("being written")
        SIGNED = "signed", _("signed, to be accepted")
        ACCEPTED = "accepted", _("accepted by who comes")

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    realm = RealmField()
    roster = models.ForeignKey(DutyRoster, models.PROTECT, related_name="+")
    outgoing = models.ForeignKey(Person, models.PROTECT, related_name="+")
    incoming = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    shift_starts = models.DateTimeField()
    shift_ends = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    text = models.TextField(blank=True)
    totals = models.JSONField(default=dict, help_text="kind of item → how many there were")
    remarks = models.TextField(blank=True)
    opened_at = models.DateTimeField()
    taken_at = models.DateTimeField(help_text="when the open items were last looked at")
    late_at = models.DateTimeField(null=True)
    signed_at = models.DateTimeField(null=True)
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    digest = models.CharField(max_length=64, blank=True, help_text="sha256 of what was signed")
    accepted_digest = models.CharField(max_length=64, blank=True, help_text="sha256 of it and of the remarks")
    due_at = models.DateTimeField()

    class Meta:
        verbose_name = _("hand-over")
        verbose_name_plural = _("hand-overs")
        ordering = ("-shift_ends", "-id")
        constraints = (
            models.UniqueConstraint(name="handover_once", fields=("realm", "roster", "outgoing", "shift_starts")),
        )
        indexes = (
            models.Index(
                name="handover_due", fields=("due_at",), condition=models.Q(state="open", late_at__isnull=True)
            ),
            models.Index(name="handover_roster", fields=("realm", "roster", "-shift_ends")),
        )

    def __str__(self) -> str:
        return f"{self.roster} {self.shift_ends:%Y-%m-%d %H:%M}"


class Item(models.Model):
    """Something open that is carried over: an alert, a ticket or a silent source, as it was when it was looked at."""

    class Kind(models.TextChoices):
        """What it is, in the order of the list."""

        ALERT = "alert", _("open alert")
        SHELVED = "shelved", _("shelved alert")
        OVERDUE = "overdue", _("overdue ticket")
        WAITING = "waiting", _("waiting ticket")
        SILENT = "silent", _("silent source")

    id = models.BigAutoField(primary_key=True)
    handover = models.ForeignKey(Handover, models.CASCADE, related_name="items")
    kind = models.CharField(max_length=8, choices=Kind)
    ref = models.CharField(max_length=80, help_text="public id of the alert or ticket, name of the source")
    code = models.CharField(max_length=20, blank=True)
    severity = models.SmallIntegerField(default=0)
    title = models.JSONField(help_text="{msgid, params}")
    at = models.DateTimeField(null=True, help_text="expiry of a shelf, end of a wait, deadline, since when silent")
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        verbose_name = _("item of a hand-over")
        verbose_name_plural = _("items of hand-overs")
        ordering = ("-severity", "at", "id")
        constraints = (models.UniqueConstraint(name="handover_item_once", fields=("handover", "kind", "ref")),)

    def __str__(self) -> str:
        return f"{self.kind} {self.ref}"
