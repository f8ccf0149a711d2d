"""Tables of intake: tokens, batches, chunks to evaluate, quarantine, and when each source was last heard."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from services.kernel.ids import new_public_id
from services.kernel.models import RealmField


class SourceToken(models.Model):
    """What a source sends with. The token fixes source and realm; only its sha256 is kept."""

    id = models.BigAutoField(primary_key=True)
    realm = RealmField()
    source = models.CharField(max_length=80, help_text="<monitor>/<source>")
    digest = models.BinaryField(max_length=32, unique=True)
    hint = models.CharField(max_length=8, help_text="its last characters, to recognise it by")
    note = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    is_authenticated = True
    """What REST framework asks of whoever is behind a request."""

    class Meta:
        indexes = (models.Index(name="token_source", fields=("source", "realm")),)

    def __str__(self) -> str:
        return f"{self.source} ({self.realm}) …{self.hint}"


class IntakeBatch(models.Model):
    """What came in by one request. A large one keeps its body until every slice of it is stored."""

    RECEIVING, DONE, FAILED = "receiving", "done", "failed"

    id = models.BigAutoField(primary_key=True)
    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    realm = RealmField()
    source = models.CharField(max_length=80)
    historical = models.BooleanField(default=False)
    received_at = models.DateTimeField()
    state = models.CharField(max_length=10, default=DONE)
    total = models.PositiveIntegerField(default=0)
    position = models.PositiveIntegerField(default=0, help_text="items worked on so far")
    accepted = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    duplicate = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    rejections = models.JSONField(default=list, help_text="the first thousand")
    body = models.BinaryField(null=True)
    content_type = models.CharField(max_length=100, blank=True)
    due_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)

    class Meta:
        indexes = (
            models.Index(name="batch_due", fields=("due_at",), condition=Q(state="receiving")),
            models.Index(name="batch_source", fields=("realm", "source", "-id")),
        )

    def __str__(self) -> str:
        return f"{self.source} {self.public_id}"


class IntakeChunk(models.Model):
    """Up to a thousand stored records that rules are to judge. Written with the records, marked with the findings."""

    id = models.BigAutoField(primary_key=True)
    realm = RealmField()
    source = models.CharField(max_length=80)
    historical = models.BooleanField(default=False)
    ids = ArrayField(models.BigIntegerField())
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    evaluated_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)

    class Meta:
        indexes = (models.Index(name="chunk_due", fields=("due_at",), condition=Q(evaluated_at__isnull=True)),)

    def __str__(self) -> str:
        return f"{self.source}: {len(self.ids)} records"


class Quarantined(models.Model):
    """An item that could not be stored, in its raw form, with what is wrong; waits to be corrected and sent again."""

    HELD, CORRECTED, DISCARDED = "held", "corrected", "discarded"

    id = models.BigAutoField(primary_key=True)
    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    realm = RealmField()
    source = models.CharField(max_length=80)
    batch = models.ForeignKey(IntakeBatch, models.CASCADE, related_name="quarantined")
    index = models.PositiveIntegerField()
    raw = models.TextField(help_text="as it came: JSON, or the line that was none")
    digest = models.BinaryField(max_length=32)
    errors = models.JSONField()
    state = models.CharField(max_length=10, default=HELD)
    count = models.PositiveIntegerField(default=1, help_text="how often the same item was sent")
    received_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="quarantine_once", fields=("realm", "source", "digest"), condition=Q(state="held")
            ),
        )
        indexes = (models.Index(name="quarantine_held", fields=("realm", "source", "-id")),)

    def __str__(self) -> str:
        return f"{self.source} item {self.index}"


class SourceState(models.Model):
    """When a source was last heard, since when it is silent, and from when to when it was so the last time."""

    id = models.BigAutoField(primary_key=True)
    realm = RealmField()
    source = models.CharField(max_length=80)
    last_seen_at = models.DateTimeField()
    silent_since = models.DateTimeField(null=True)
    was_silent_from = models.DateTimeField(null=True)
    was_silent_to = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(name="source_state_once", fields=("realm", "source")),)

    def __str__(self) -> str:
        return f"{self.source} ({self.realm})"


class RuleRun(models.Model):
    """When a rule's sweep is next due in a realm."""

    id = models.BigAutoField(primary_key=True)
    realm = RealmField()
    rule = models.CharField(max_length=80)
    due_at = models.DateTimeField()
    ran_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(name="rule_run_once", fields=("realm", "rule")),)
        indexes = (models.Index(name="rule_run_due", fields=("due_at",)),)

    def __str__(self) -> str:
        return f"{self.rule} ({self.realm})"
