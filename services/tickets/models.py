"""Tickets, the steps of their ladder, their history, and the policies that open them."""

from datetime import timedelta
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from services.alerts.models import Alert
from services.contract import SEVERITIES
from services.directory.models import Department, Person, Unit, User
from services.kernel.ids import new_public_id
from services.kernel.models import RealmField
from services.tickets import workflow
from services.tickets.flow.models import (
    Checklist,
    ChecklistItem,
    Extension,
    StandardText,
    TicketItem,
    TicketLink,
)
from services.tickets.workspace_models import Digest, PhoneLink, SavedView

__all__ = [
    "Attachment",
    "Checklist",
    "ChecklistItem",
    "Digest",
    "Extension",
    "FollowUp",
    "PhoneLink",
    "Policy",
    "SavedView",
    "StandardText",
    "Ticket",
    "TicketEntry",
    "TicketItem",
    "TicketLink",
    "TicketNumber",
    "TicketStep",
]


class Policy(models.Model):
    """When an alert becomes a ticket, by when it is due, and who hears of it on the way. A row is one version.

    The newest version of each slug counts while it is ``active``; the first match by ``order`` decides. Every matcher
    that is given must fit, empty ones fit all; ``units`` are codes and mean their later versions and what lies in them
    too. Rows are never changed: whoever edits, retires or moves a policy writes a new version (``ladder.actions``).

    A period is ``{"minutes": n}``, ``{"working_minutes": n}`` or ``{"working_days": n}``; a step is ``{"target": {...},
    "after": period, "from": "opened" | "deadline", "until": "acknowledged" | "resolved", "repeat": {"every": period,
    "times": how often again}}``; a target ``{"rung": n}``, ``{"position": slug}``, ``{"roster": slug}``, ``{"person":
    public id}``, ``{"head": true}`` or ``{"chair": true}``. ``acknowledgements`` is how many different people must say
    that they have seen it before the steps "until acknowledged" are called off.
    """

    PACK, PERSON = "pack", "person"

    id = models.BigAutoField(primary_key=True)
    slug = models.SlugField(_("slug"), max_length=60)
    version = models.PositiveIntegerField(_("version"), default=1)
    order = models.SmallIntegerField(_("order"), default=100)
    title = models.JSONField(_("name of the policy"), help_text='{"vi": …, "en": …}')
    monitor = models.CharField(_("monitor"), max_length=40, blank=True)
    rule = models.CharField(_("rule"), max_length=80, blank=True)
    category = models.CharField(_("category"), max_length=60, blank=True)
    severity = models.SmallIntegerField(
        _("severity"), default=0, choices=list(enumerate(SEVERITIES)), help_text=_("at least")
    )
    units = models.JSONField(_("administrative units"), default=list, help_text=_("codes; empty = everywhere"))
    departments = models.JSONField(_("departments"), default=list, help_text=_("slugs; empty = all"))
    opens = models.BooleanField(_("opens a ticket"), default=True, help_text=_("off: such alerts open no ticket"))
    deadline = models.JSONField(_("deadline"), help_text=_("a period"))
    steps = models.JSONField(_("steps"), default=list)
    auto_close = models.BooleanField(
        _("closes itself"), default=False, help_text=_("the ticket closes itself when the condition is gone")
    )
    acknowledgements = models.PositiveSmallIntegerField(
        _("acknowledgements"), default=1, help_text=_("so many people must have seen it")
    )
    active = models.BooleanField(_("in force"), default=True)
    origin = models.CharField(
        _("made by"), max_length=6, default=PACK, choices=[(PACK, _("province pack")), (PERSON, _("person"))]
    )
    author = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name=_("author"))
    created_at = models.DateTimeField(_("made at"), null=True)
    note = models.CharField(_("reason"), max_length=500, blank=True)

    reach: frozenset[UUID] = frozenset()
    """Lineages that ``units`` stand for today, as ``ladder.area`` finds them; kept on the object, not in the table."""

    class Meta:
        verbose_name = _("policy")
        verbose_name_plural = _("policies")
        constraints = (models.UniqueConstraint(name="policy_version", fields=("slug", "version")),)

    def __str__(self) -> str:
        return f"{self.slug} v{self.version}"

    @property
    def severity_name(self) -> str:
        """The least severity as everybody outside the database calls it."""
        return SEVERITIES[self.severity]


class TicketNumber(models.Model):
    """The last number given out in a realm and year."""

    id = models.BigAutoField(primary_key=True)
    realm = RealmField()
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(name="ticket_number_once", fields=("realm", "year")),)

    def __str__(self) -> str:
        return f"{self.realm} {self.year}: {self.last}"


class Ticket(models.Model):
    """Somebody's duty to act. ``policy`` is the snapshot it was opened under: a later edit does not move a running
    ticket.

    ``due_at`` is the promise; ``escalate_at`` the next pending step's time, which the engine claims. ``severity`` as
    in alerts.
    """

    id = models.BigAutoField(primary_key=True)
    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    code = models.CharField(max_length=20)
    realm = RealmField()
    monitor = models.CharField(max_length=40)
    rule = models.CharField(max_length=80)
    alert = models.ForeignKey(Alert, models.SET_NULL, null=True, related_name="tickets")
    parent = models.ForeignKey("self", models.SET_NULL, null=True, related_name="children")
    merged_into = models.ForeignKey("self", models.SET_NULL, null=True, related_name="merged")
    title = models.JSONField()
    category = models.CharField(max_length=60, blank=True)
    severity = models.SmallIntegerField(choices=list(enumerate(SEVERITIES)))
    state = models.CharField(max_length=12, choices=workflow.STATE_CHOICES, default=workflow.NEW)
    outcome = models.CharField(max_length=12, choices=workflow.OUTCOME_CHOICES, blank=True)
    public_text = models.TextField(blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    department = models.ForeignKey(Department, models.PROTECT, null=True, related_name="+")
    assignee = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="tickets")
    policy = models.JSONField()
    step_index = models.SmallIntegerField(default=-1, help_text="the highest step that has fired")
    generation = models.PositiveIntegerField(default=1)
    version = models.PositiveIntegerField(default=1, help_text="raised by every verb: a form of an older one is stale")
    along = ArrayField(
        models.BigIntegerField(), default=list, blank=True, help_text="ids of departments that work along"
    )
    opened_at = models.DateTimeField()
    clock_from = models.DateTimeField(
        help_text="what deadline and steps are counted from: opening, or the latest reopening"
    )
    due_at = models.DateTimeField()
    escalate_at = models.DateTimeField(null=True)
    moved = models.DurationField(default=timedelta(0), help_text="by how much waiting moved every date")
    extended = models.DurationField(default=timedelta(0), help_text="by how much the deadline was extended")
    calendar_version = models.PositiveIntegerField(default=0, help_text="the working calendar the dates are of")
    waiting_for = models.CharField(max_length=8, blank=True, choices=workflow.WAITING_CHOICES)
    waiting_until = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    resolved_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    condition_gone_at = models.DateTimeField(null=True, help_text="the alert cleared: somebody is to confirm")
    watchers = models.ManyToManyField(User, related_name="watched_tickets")

    class Meta:
        constraints = (
            models.UniqueConstraint(name="ticket_code", fields=("realm", "code")),
            models.UniqueConstraint(
                name="ticket_open_once_per_alert",
                fields=("alert",),
                condition=Q(state__in=workflow.OPEN) & Q(parent__isnull=True),
            ),
        )
        indexes = (
            models.Index(
                name="ticket_timers", fields=("realm", "escalate_at", "id"), condition=Q(escalate_at__isnull=False)
            ),
            models.Index(name="ticket_open", fields=("realm", "due_at"), condition=Q(state__in=workflow.OPEN)),
            models.Index(name="ticket_open_newest", fields=("-id",), condition=Q(state__in=workflow.OPEN)),
            models.Index(
                name="ticket_counted",
                fields=("realm", "state", "due_at", "id"),
                include=("assignee", "department", "unit", "severity", "category", "monitor", "outcome"),
                condition=Q(state__in=workflow.OPEN),
            ),
            models.Index(name="ticket_unit", fields=("unit", "state", "due_at")),
            models.Index(name="ticket_department", fields=("department", "state", "due_at")),
            models.Index(name="ticket_assignee", fields=("assignee", "state")),
            GinIndex(name="ticket_along", fields=("along",)),
        )

    def __str__(self) -> str:
        return self.code

    @property
    def severity_name(self) -> str:
        """The severity as everybody outside the database calls it."""
        return SEVERITIES[self.severity]

    @property
    def is_open(self) -> bool:
        """True until the ticket is closed, cancelled or merged."""
        return self.state in workflow.OPEN


class TicketStep(models.Model):
    """One rung of a running ticket. Its time is computed when the ticket opens; its people when it fires."""

    PENDING, FIRED, VOID = "pending", "fired", "void"
    UNTIL_ACKNOWLEDGED, UNTIL_RESOLVED = "acknowledged", "resolved"

    id = models.BigAutoField(primary_key=True)
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="steps")
    generation = models.PositiveIntegerField()
    index = models.SmallIntegerField()
    title = models.JSONField(help_text='{"vi": …, "en": …}')
    target = models.JSONField()
    until = models.CharField(max_length=12, default=UNTIL_RESOLVED)
    due_at = models.DateTimeField()
    state = models.CharField(max_length=8, default=PENDING)
    fired_at = models.DateTimeField(null=True)
    holders = models.JSONField(default=list, help_text='who was told: [{"id": …, "name": …}]')

    class Meta:
        ordering = ("generation", "index")
        indexes = (models.Index(name="ticket_step_fired", fields=("fired_at",), condition=Q(fired_at__isnull=False)),)
        constraints = (models.UniqueConstraint(name="ticket_step_once", fields=("ticket", "generation", "index")),)

    def __str__(self) -> str:
        return f"{self.ticket_id} step {self.index} ({self.state})"


class TicketEntry(models.Model):
    """One line of a ticket's history: a verb, who, and the words that came with it. Internal unless ``public``."""

    id = models.BigAutoField(primary_key=True)
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="entries")
    at = models.DateTimeField()
    verb = models.CharField(max_length=20)
    from_state = models.CharField(max_length=12)
    to_state = models.CharField(max_length=12)
    actor = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    note = models.TextField(blank=True)
    public = models.BooleanField(default=False)
    detail = models.JSONField(default=dict)

    class Meta:
        ordering = ("id",)
        indexes = (models.Index(name="ticket_entry", fields=("ticket", "id")),)

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.verb}"


def attachment_path(attachment: "Attachment", name: str) -> str:
    """Return where a file is kept: below its realm, so that a wipe finds it; never under the sender's name."""
    del name
    return f"{attachment.entry.ticket.realm}/tickets/{attachment.public_id}"


class Attachment(models.Model):
    """A file on a ticket, in private storage; public copies come only after moderation."""

    id = models.BigAutoField(primary_key=True)
    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    entry = models.OneToOneField(TicketEntry, models.CASCADE, related_name="attachment")
    file = models.FileField(upload_to=attachment_path)
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)

    def __str__(self) -> str:
        return self.name


class FollowUp(models.Model):
    """A monitor's ``follow`` that is to be told of a ticket's change: tried at once, again after a failure."""

    id = models.BigAutoField(primary_key=True)
    realm = RealmField()
    monitor = models.CharField(max_length=40)
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="follow_ups")
    change = models.JSONField()
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(name="follow_up_due", fields=("due_at",), condition=Q(done_at__isnull=True)),)

    def __str__(self) -> str:
        return f"{self.monitor} {self.ticket_id}"
