"""The outbox, what people wish, the addresses that are neither e-mail nor telephone, and how the gateways are."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from services.directory.models import Person
from services.kernel.ids import new_public_id
from services.kernel.models import RealmField


class Message(models.Model):
    """One message to one person by one channel about one step of one subject; the unique key is what "once" means.

    Bodies are rendered at sending, from ``template`` and ``context`` (ids, codes, stored messages), in the person's
    language. ``unknown`` is an honest state: it may or may not have gone out, and the channel cannot tell.

    ``due_at`` is the only timer: a message that is held, or tried again, has a later one, and ``held`` says why. Those
    sent as one share ``bundle``, the public id that the receiver knows them by.
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
    severity = models.CharField(max_length=10, blank=True, default="")
    state = models.CharField(max_length=10, choices=STATES, default=PENDING)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField(help_text="when it is to be tried (again)")
    held = models.CharField(max_length=10, blank=True, default="", help_text="why it waits, empty when it does not")
    bundle = models.UUIDField(null=True, help_text="shared by messages that go out as one")
    claimed_until = models.DateTimeField(null=True, help_text="a sender has it until then")
    going_out = models.BooleanField(default=False, help_text="a request that cannot be repeated is on its way")
    tried_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True, help_text="when the person opened it in the application")
    provider_id = models.CharField(max_length=120, blank=True, default="", help_text="the gateway's own number")
    parts = models.PositiveSmallIntegerField(default=0, help_text="parts of an SMS")
    error = models.TextField(blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="message_once", fields=("realm", "subject", "generation", "step", "person", "channel")
            ),
        )
        indexes = (
            models.Index(name="message_waiting", fields=("channel", "due_at"), condition=Q(state="pending")),
            models.Index(name="message_subject", fields=("realm", "subject")),
            models.Index(name="message_person", fields=("person", "-id")),
            models.Index(
                name="message_tried", fields=("channel", "person", "tried_at"), condition=Q(tried_at__isnull=False)
            ),
            models.Index(name="message_provider", fields=("provider_id",), condition=~Q(provider_id="")),
            models.Index(name="message_bundle", fields=("bundle",), condition=Q(bundle__isnull=False)),
            models.Index(
                name="message_unread", fields=("person",), condition=Q(channel="in_app", read_at__isnull=True)
            ),
        )

    def __str__(self) -> str:
        return f"{self.channel} to {self.person_id} about {self.subject}"

    @property
    def key(self) -> str:
        """What the receiver knows it by: the same at every repetition, the bundle's for what goes out as one."""
        return str(self.bundle or self.public_id)


class Preference(models.Model):
    """What a person wishes; whoever has none is told by the defaults of ``wishes.py``."""

    person = models.OneToOneField(Person, models.CASCADE, primary_key=True, related_name="+")
    channels = models.JSONField(default=dict, help_text="channels by severity; a severity left out has the default")
    language = models.CharField(max_length=5, blank=True, default="", help_text="empty: the account's")
    quiet_from = models.TimeField(null=True)
    quiet_to = models.TimeField(null=True)
    days_off = models.BooleanField(default=False, help_text="quiet on days off and holidays too")
    digest_minutes = models.PositiveSmallIntegerField(default=0)
    accents = models.BooleanField(default=False, help_text="SMS with Vietnamese accents: 70 instead of 160 characters")
    updated_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"wishes of {self.person_id}"


class Endpoint(models.Model):
    """An address of a person that is neither e-mail nor telephone: a browser, or a program that takes webhooks.

    ``secrets`` of a browser are its keys ``p256dh`` and ``auth`` (RFC 8291, base64url), of a webhook ``key``, with
    which what is sent is signed.
    """

    PUSH, WEBHOOK = "push", "webhook"
    KINDS = [(PUSH, _("browser")), (WEBHOOK, _("webhook"))]

    id = models.BigAutoField(primary_key=True)
    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="+", verbose_name=_("person"))
    kind = models.CharField(max_length=10, choices=KINDS)
    url = models.URLField(_("address"), max_length=1000, unique=True)
    secrets = models.JSONField(default=dict)
    name = models.CharField(_("name"), max_length=120, blank=True)
    created_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("address of a person")
        verbose_name_plural = _("addresses of persons")
        indexes = (models.Index(name="endpoint_person", fields=("person", "kind")),)

    def __str__(self) -> str:
        return self.name or self.url


class Gateway(models.Model):
    """How a channel of a realm fares. Its row is locked while messages are claimed, so that limits are kept exactly."""

    realm = RealmField()
    channel = models.CharField(max_length=12)
    last_success = models.DateTimeField(null=True)
    last_failure = models.DateTimeField(null=True)
    error = models.TextField(blank=True)
    failures = models.PositiveIntegerField(default=0, help_text="failures since the last success")
    hold_until = models.DateTimeField(null=True, help_text="nothing is sent before, whoever it is for")
    held = models.CharField(max_length=10, blank=True, default="", help_text="rate, or trouble")

    class Meta:
        constraints = (models.UniqueConstraint(name="gateway_once", fields=("realm", "channel")),)

    def __str__(self) -> str:
        return f"{self.channel} in {self.realm}"


class Token(models.Model):
    """A gateway's access token with the refresh token that renews it; both change at every renewal."""

    channel = models.CharField(max_length=12, primary_key=True)
    access = models.TextField()
    refresh = models.TextField()
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.channel
