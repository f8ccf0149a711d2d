"""What a ticket gathers while it is worked on, and the templates that the centre edits.

Templates (``Checklist``, ``StandardText``) are configuration and belong to no realm; what a ticket took from them is
copied to it, so that a later edit changes no running ticket and no history.
"""

from django.db import models
from django.db.models import Q

from services.directory.models import Department, User
from services.kernel.ids import new_public_id
from services.tickets import workflow


class Template(models.Model):
    """For which tickets a template is meant. An empty matcher fits every ticket."""

    title = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200, blank=True)
    monitor = models.CharField(max_length=40, blank=True, help_text="empty: of every monitor")
    category = models.CharField(max_length=60, blank=True, help_text="empty: of every category")
    order = models.PositiveSmallIntegerField(default=100)
    active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(
        default=1, editable=False, help_text="raised by every edit: an older one is stale"
    )

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.title

    @property
    def label(self) -> dict[str, str]:
        """The title as a localised pair."""
        return {"vi": self.title, "en": self.title_en or self.title}


class Checklist(Template):
    """What has to be done about tickets of a kind; its items are copied to a ticket when that opens."""

    id = models.BigAutoField(primary_key=True)
    slug = models.SlugField(max_length=60, unique=True)

    class Meta:
        ordering = ("order", "id")
        verbose_name = "checklist"


class ChecklistItem(models.Model):
    """One thing to do. ``department``: whose it is when several offices work along; empty: of whoever leads."""

    id = models.BigAutoField(primary_key=True)
    checklist = models.ForeignKey(Checklist, models.CASCADE, related_name="items")
    order = models.PositiveSmallIntegerField(default=100)
    text = models.CharField(max_length=200)
    text_en = models.CharField(max_length=200, blank=True)
    required = models.BooleanField(default=False, help_text="ticked or excused before the ticket is reported done")
    department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("order", "id")

    def __str__(self) -> str:
        return self.text


class StandardText(Template):
    """Words that are said often: for a note or a published result, by category and state of the ticket.

    ``{code}``, ``{place}`` and ``{date}`` are filled in when the text is offered; any other brace stays as written.
    """

    id = models.BigAutoField(primary_key=True)
    slug = models.SlugField(max_length=60, unique=True)
    state = models.CharField(max_length=12, blank=True, choices=workflow.STATE_CHOICES, help_text="empty: in any state")
    outcome = models.CharField(max_length=12, blank=True, choices=workflow.OUTCOME_CHOICES)
    public = models.BooleanField(default=False, help_text="meant for whoever reported it")
    text = models.TextField(help_text="{code}, {place} and {date} are filled in")
    text_en = models.TextField(blank=True)

    class Meta:
        ordering = ("order", "id")
        verbose_name = "standard text"


class TicketItem(models.Model):
    """One item of a ticket's checklist, as it was when the ticket opened, and what became of it."""

    OPEN, DONE, EXCUSED = "open", "done", "excused"
    STATES = [(state, state) for state in (OPEN, DONE, EXCUSED)]

    id = models.BigAutoField(primary_key=True)
    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    ticket = models.ForeignKey("tickets.Ticket", models.CASCADE, related_name="items")
    order = models.PositiveSmallIntegerField()
    text = models.JSONField(help_text='{"vi": …, "en": …}')
    required = models.BooleanField(default=False)
    department = models.ForeignKey(Department, models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=8, choices=STATES, default=OPEN)
    at = models.DateTimeField(null=True)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    note = models.CharField(max_length=500, blank=True, help_text="why it was excused")

    class Meta:
        ordering = ("order", "id")

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.order} ({self.state})"


class TicketLink(models.Model):
    """A ticket says how it stands to another ticket, an alert or a record. Exactly one of the three is named."""

    RELATES, CAUSED_BY, DUPLICATE_OF = "relates_to", "caused_by", "duplicate_of"
    KINDS = [(kind, kind) for kind in (RELATES, CAUSED_BY, DUPLICATE_OF)]

    id = models.BigAutoField(primary_key=True)
    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    ticket = models.ForeignKey("tickets.Ticket", models.CASCADE, related_name="links")
    kind = models.CharField(max_length=12, choices=KINDS)
    other = models.ForeignKey("tickets.Ticket", models.CASCADE, null=True, related_name="linked_from")
    alert = models.ForeignKey("alerts.Alert", models.CASCADE, null=True, related_name="+")
    monitor = models.CharField(max_length=40, blank=True, help_text="whose record")
    record = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="ticket_link_once",
                fields=("ticket", "kind", "other", "alert", "monitor", "record"),
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="ticket_link_one_end",
                condition=Q(other__isnull=False, alert=None, record=None)
                | Q(other=None, alert__isnull=False, record=None)
                | Q(other=None, alert=None, record__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.kind}"


class Extension(models.Model):
    """A later deadline: asked for with a reason, then granted or refused by who answers for the result.

    ``lapsed``: the ticket ended, or began anew, before anybody decided.
    """

    ASKED, GRANTED, REFUSED, LAPSED = "asked", "granted", "refused", "lapsed"
    STATES = [(state, state) for state in (ASKED, GRANTED, REFUSED, LAPSED)]

    id = models.BigAutoField(primary_key=True)
    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    ticket = models.ForeignKey("tickets.Ticket", models.CASCADE, related_name="extensions")
    state = models.CharField(max_length=8, choices=STATES, default=ASKED)
    before = models.DateTimeField(help_text="the deadline as it was when it was asked for")
    due_at = models.DateTimeField(help_text="the deadline asked for; once granted, the one granted")
    reason = models.TextField()
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    answer = models.TextField(blank=True)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(name="ticket_extension_asked_once", fields=("ticket",), condition=Q(state="asked")),
        )

    def __str__(self) -> str:
        return f"{self.ticket_id} until {self.due_at:%Y-%m-%d %H:%M} ({self.state})"
