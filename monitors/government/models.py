"""A task that the People's Committee assigned, as it stands, and every version it went through."""

from django.contrib.gis.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from services.kernel.records import StateHistory, StateRecord, once_per_source


class State(models.TextChoices):
    """Where a task stands; whether it is late follows from its day."""

    ASSIGNED = "assigned", _("assigned")
    IN_PROGRESS = "in_progress", _("in progress")
    DONE = "done", _("done")
    CANCELLED = "cancelled", _("cancelled")


OPEN = (State.ASSIGNED, State.IN_PROGRESS)


class Task(StateRecord):
    """The newest state of a task. ``department`` or ``unit`` is the agency it was assigned to: one of them is empty.

    Days are the province's; a task is late from the day after ``due_on``. ``place`` is a commune's own point.
    """

    document = models.CharField(max_length=60, help_text=_("number of the document that assigned it"))
    title = models.CharField(max_length=500)
    assigned_on = models.DateField()
    due_on = models.DateField()
    progress = models.PositiveSmallIntegerField(default=0, help_text=_("per cent"))
    state = models.CharField(max_length=12, choices=State, default=State.ASSIGNED)
    completed_on = models.DateField(null=True)
    result = models.CharField(max_length=60, blank=True, default="", help_text=_("number of the result's document"))
    place = models.PointField(srid=4326, null=True)

    class Meta:
        verbose_name = _("assigned task")
        verbose_name_plural = _("assigned tasks")
        constraints = (once_per_source("task_once"),)
        indexes = (
            models.Index(name="task_open", fields=("realm", "due_on"), condition=Q(state__in=OPEN)),
            models.Index(name="task_news", fields=("realm", "received_at")),
        )

    @property
    def agency(self) -> str:
        """The agency it was assigned to: a department's slug or a unit's code."""
        return self.department or self.unit


class TaskVersion(StateHistory):
    """One version of a task, as it was sent."""

    class Meta:
        verbose_name = _("version of a task")
        verbose_name_plural = _("versions of a task")
        constraints = (
            models.UniqueConstraint(name="task_version_once", fields=("record_id", "as_of", "version", "digest")),
        )
