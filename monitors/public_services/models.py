"""A dossier as it stands, and every version it went through."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from services.directory.models import Subject
from services.kernel.ids import new_public_id
from services.kernel.records import StateHistory, StateRecord, once_per_source


class Status(models.IntegerChoices):
    """The ten statuses of the national code list."""

    REGISTERED = 1, _("newly registered")
    RECEIVED = 2, _("received")
    REFUSED = 3, _("not accepted")
    IN_PROCESS = 4, _("in process")
    SUPPLEMENT = 5, _("supplement requested")
    FINANCIAL = 6, _("financial obligation")
    WITHDRAWN = 7, _("withdrawn by the citizen")
    STOPPED = 8, _("stopped")
    PROCESSED = 9, _("processed")
    RETURNED = 10, _("result returned")


ENDED = (Status.REFUSED, Status.WITHDRAWN, Status.STOPPED, Status.PROCESSED, Status.RETURNED)


class Channel(models.IntegerChoices):
    """How the dossier came in."""

    IN_PERSON = 1, _("in person")
    ONLINE = 2, _("online")
    POST = 3, _("by post")


class Dossier(StateRecord):
    """The newest state of a dossier. ``external_id`` is its code; ``unit`` or ``department`` is the agency in charge.

    The instants below the applicant are what ``deadlines.py`` makes of those above; in columns, so that a sweep
    finds what time alone made true. ``ended_at`` None = open; ``overdue_at`` None = no deadline is known.
    """

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    procedure = models.CharField(max_length=40, blank=True, default="")
    procedure_name = models.CharField(max_length=300, blank=True, default="")
    status = models.SmallIntegerField(choices=Status)
    channel = models.SmallIntegerField(choices=Channel)
    submitted_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    appointment_at = models.DateTimeField(null=True)
    statutory_days = models.PositiveSmallIntegerField(null=True, help_text=_("working days the law gives at most"))
    apology_at = models.DateTimeField(null=True)
    apology_until = models.DateTimeField(null=True)
    supplements = models.JSONField(default=list, help_text=_("requests to the citizen: [asked, answered or null], ISO"))
    finished_at = models.DateTimeField(null=True)
    returned_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    subject = models.ForeignKey(Subject, models.SET_NULL, to_field="public_id", null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    overdue_at = models.DateTimeField(null=True)
    overdue_on = models.DateField(null=True, help_text=_("local day of overdue_at: one slip per agency and day"))
    left_slips = models.JSONField(
        default=list, help_text=_("slips it belonged to before a correction: [department, unit, day]")
    )
    receive_by = models.DateTimeField(null=True, help_text=_("an online dossier is to be received by then"))
    on_time = models.BooleanField(null=True)
    calendar = models.PositiveIntegerField(default=0, help_text=_("version of the calendar the deadlines came from"))

    class Meta:
        verbose_name = _("dossier")
        verbose_name_plural = _("dossiers")
        constraints = (once_per_source("dossier_once"),)
        indexes = (
            models.Index(name="dossier_code", fields=("external_id",)),
            models.Index(name="dossier_overdue", fields=("realm", "overdue_at"), condition=Q(ended_at=None)),
            models.Index(name="dossier_unreceived", fields=("realm", "receive_by"), condition=Q(status=1)),
            models.Index(
                name="dossier_judged", fields=("realm", "ended_at"), include=("on_time", "department", "unit")
            ),
            models.Index(name="dossier_slip", fields=("realm", "overdue_on", "department", "unit")),
            models.Index(name="dossier_news", fields=("realm", "received_at")),
        )

    @property
    def code(self) -> str:
        """The dossier's code, as printed on the citizen's receipt."""
        return self.external_id

    @property
    def agency(self) -> str:
        """The agency in charge: a department's slug or a unit's code."""
        return self.department or self.unit


class DossierVersion(StateHistory):
    """One version of a dossier, as it was sent (without the applicant)."""

    class Meta:
        verbose_name = _("version of a dossier")
        verbose_name_plural = _("versions of a dossier")
        constraints = (
            models.UniqueConstraint(name="dossier_version_once", fields=("record_id", "as_of", "version", "digest")),
        )
