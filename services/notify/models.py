"""The outbox."""

from django.db import models
from django.db.models import Q

from services.directory.models import Person
from services.kernel.ids import new_public_id
from services.kernel.models import RealmField


class Message(models.Model):
    """One message to one person by one channel about one step of one subject; the unique key is what "once" means.

    Bodies are rendered at sending, from ``template`` and ``context`` (ids, codes, stored messages), in the person's
    language. ``unknown`` is an honest state: it may or may not have gone out, and the channel cannot tell.
    """

    PENDING, SENT, DELIVERED, FAILED, UNKNOWN, VOID = "pending", "sent", "delivered", "failed", "unknown", "void"
    STATES = [(state, state) for state in (PENDING, SENT, DELIVERED, FAILED, UNKNOWN, VOID)]

    id = models.BigAutoField(primary_key=True)
    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    realm = RealmField()
    subject = models.CharField(max_length=80, help_text="what it is about, such as ticket:<public id>")
    generation = models.PositiveIntegerField()
    step = models.SmallIntegerField()
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    channel = models.CharField(max_length=12)
    template = models.CharField(max_length=40)
    context = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=STATES, default=PENDING)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField(help_text="when it is to be tried (again)")
    claimed_until = models.DateTimeField(null=True, help_text="a sender has it until then")
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="message_once", fields=("realm", "subject", "generation", "step", "person", "channel")
            ),
        )
        indexes = (
            models.Index(name="message_due", fields=("due_at",), condition=Q(state="pending")),
            models.Index(name="message_subject", fields=("realm", "subject")),
            models.Index(name="message_person", fields=("person", "-id")),
        )

    def __str__(self) -> str:
        return f"{self.channel} to {self.person_id} about {self.subject}"
