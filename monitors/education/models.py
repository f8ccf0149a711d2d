"""Schools and their attendance by day: numbers only, never a pupil. Every version that was sent is kept."""

from django.contrib.gis.db import models
from django.utils.translation import gettext_lazy as _

from monitors.education.schools import LEVEL_CHOICES
from services.kernel.records import StateHistory, StateRecord, once_per_source


class State(models.TextChoices):
    """How a school stands, worst first; ``unknown``: it was not heard, or too little is known to judge."""

    ABSENT = "absent", _("unusually many absent")
    CROWDED = "crowded", _("too many to a class")
    USUAL = "usual", _("as usual")
    UNKNOWN = "unknown", _("not known")


class School(StateRecord):
    """A school as the department last described it, or as the pack does until then.

    The lower five fields are not sent but follow from its attendance (``actions.keep_states``): the newest school day
    it reported, its shares of absent pupils then and usually (0 to 1), when it was last heard live, and how it stands.
    """

    code = models.CharField(max_length=60)
    name = models.CharField(max_length=120)
    level = models.CharField(max_length=20, choices=LEVEL_CHOICES)
    place = models.PointField(srid=4326)
    classes = models.IntegerField()
    pupils = models.IntegerField()
    teachers = models.IntegerField()
    standard = models.SmallIntegerField(default=0)
    boarding = models.BooleanField(default=False)
    closed_on = models.DateField(null=True)

    heard_day = models.DateField(null=True)
    heard_at = models.DateTimeField(null=True)
    absent = models.FloatField(null=True)
    usual = models.FloatField(null=True)
    state = models.CharField(max_length=10, choices=State, default=State.UNKNOWN)

    class Meta:
        verbose_name = _("school")
        verbose_name_plural = _("schools")
        constraints = (once_per_source("school_once"),)
        indexes = (
            models.Index(name="school_by_code", fields=("realm", "code")),
            models.Index(name="school_by_unit", fields=("realm", "unit")),
        )

    @property
    def label(self) -> dict[str, str]:
        """The name as a localised pair for stored messages: a proper name is not translated."""
        return {"vi": self.name, "en": self.name}


class SchoolVersion(StateHistory):
    """One version of a school's description, as it was sent."""

    class Meta:
        verbose_name = _("version of a school")
        verbose_name_plural = _("versions of a school")
        constraints = (
            models.UniqueConstraint(name="school_version_once", fields=("record_id", "as_of", "version", "digest")),
        )


class Session(models.TextChoices):
    """Which roll call the counts stand for: a school of two shifts sends the morning's first, then the day's."""

    DAY = "day", _("whole day")
    MORNING = "morning", _("morning")
    AFTERNOON = "afternoon", _("afternoon")


class Attendance(StateRecord):
    """The newest word of one school on one day: how many were expected, present, and absent with leave.

    ``school_day`` is False where the calendar has no school: kept and shown, but it counts in no figure.
    """

    school = models.CharField(max_length=60)
    day = models.DateField()
    session = models.CharField(max_length=10, choices=Session, default=Session.DAY)
    expected = models.IntegerField()
    present = models.IntegerField()
    excused = models.IntegerField(default=0)
    school_day = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendances")
        constraints = (once_per_source("attendance_once"),)
        indexes = (
            models.Index(
                name="attendance_by_day",
                fields=("realm", "day"),
                include=("unit", "expected", "present", "as_of"),
                condition=models.Q(school_day=True),
            ),
            models.Index(name="attendance_by_school", fields=("realm", "school", "day")),
            models.Index(name="attendance_by_unit", fields=("realm", "unit", "day")),
            models.Index(name="attendance_news", fields=("realm", "received_at")),
        )

    @property
    def missing(self) -> int:
        """How many were absent, with leave or without."""
        return self.expected - self.present


class AttendanceVersion(StateHistory):
    """One version of a school's attendance on a day, as it was sent."""

    class Meta:
        verbose_name = _("version of an attendance")
        verbose_name_plural = _("versions of an attendance")
        constraints = (
            models.UniqueConstraint(name="attendance_version_once", fields=("record_id", "as_of", "version", "digest")),
        )
