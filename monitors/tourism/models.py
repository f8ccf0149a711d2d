"""What lodgings, counters, organisers and the hotline said: counts and dates, never a guest, visitor or complainant."""

from typing import ClassVar

from django.contrib.gis.db import models
from django.utils.translation import gettext_lazy as _

from services.kernel.models import RealmField
from services.kernel.records import Record, StateHistory, StateRecord, once_per_source


class LodgingDay(StateRecord):
    """What a place of lodging last declared of one day and the night after it.

    ``occupied`` of its ``rooms``, ``guests`` in house that night, ``arrivals`` those who came that day,
    ``foreign_arrivals`` of them from abroad.
    """

    establishment = models.CharField(max_length=60)
    kind = models.CharField(max_length=20)
    day = models.DateField()
    rooms = models.IntegerField()
    occupied = models.IntegerField()
    guests = models.IntegerField()
    arrivals = models.IntegerField()
    foreign_arrivals = models.IntegerField(default=0)
    place = models.PointField(srid=4326)

    class Meta:
        verbose_name = _("lodging declaration")
        verbose_name_plural = _("lodging declarations")
        constraints = (once_per_source("lodging_day_once"),)
        indexes = (
            models.Index(
                name="lodging_day_figures",
                fields=("realm", "day"),
                include=("unit", "department", "rooms", "occupied", "guests", "arrivals", "foreign_arrivals"),
            ),
            models.Index(name="lodging_day_newest", fields=("realm", "establishment", "-day")),
            models.Index(name="lodging_day_news", fields=("realm", "received_at")),
        )

    @property
    def occupancy(self) -> float | None:
        """The share of rooms taken in percent, None where there is no room."""
        return round(100 * self.occupied / self.rooms, 1) if self.rooms else None


class LodgingDayVersion(StateHistory):
    """One version of a lodging declaration, as it was sent."""

    class Meta:
        verbose_name = _("version of a lodging declaration")
        verbose_name_plural = _("versions of a lodging declaration")
        constraints = (
            models.UniqueConstraint(
                name="lodging_day_version_once", fields=("record_id", "as_of", "version", "digest")
            ),
        )


class SiteCount(Record):
    """What a counter said: how many are ``present`` (None: it only counts who came and went since its last word)."""

    partition_by: ClassVar[str] = "occurred_at"

    site = models.CharField(max_length=60)
    present = models.IntegerField(null=True)
    entered = models.IntegerField(default=0)
    left = models.IntegerField(default=0)

    class Meta:
        verbose_name = _("count at a site")
        verbose_name_plural = _("counts at sites")
        constraints = (once_per_source("site_count_once", partition="occurred_at"),)
        indexes = (
            models.Index(name="site_count_series", fields=("realm", "site", "occurred_at")),
            models.Index(name="site_count_by_time", fields=("realm", "occurred_at")),
        )


class SiteState(models.Model):
    """How full a site is by its latest count; ``load`` is the share of its capacity in percent.

    Derived from the counts in the transaction that stores them. A state whose ``counted_at`` is old says nothing of
    now: whoever shows it has to look at that.
    """

    realm = RealmField()
    site = models.CharField(max_length=60)
    unit = models.CharField(max_length=5)
    department = models.CharField(max_length=60)
    place = models.PointField(srid=4326)
    capacity = models.IntegerField()
    present = models.IntegerField(default=0)
    load = models.FloatField(default=0)
    counted_at = models.DateTimeField()

    class Meta:
        verbose_name = _("load of a site")
        verbose_name_plural = _("loads of sites")
        constraints = (models.UniqueConstraint(name="site_state_once", fields=("realm", "site")),)

    def __str__(self) -> str:
        return f"{self.site} {self.present}/{self.capacity}"


class Festival(StateRecord):
    """A festival or other event as its organiser last announced it; ``expected`` visitors over all its days."""

    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True, default="")
    site = models.CharField(max_length=60, blank=True, default="")
    starts = models.DateField()
    ends = models.DateField()
    expected = models.IntegerField()
    cancelled = models.BooleanField(default=False)
    place = models.PointField(srid=4326, null=True)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        constraints = (once_per_source("festival_once"),)
        indexes = (models.Index(name="festival_by_day", fields=("realm", "ends", "starts")),)

    @property
    def label(self) -> dict[str, str]:
        """The name as a localised pair."""
        return {"vi": self.name, "en": self.name_en or self.name}


class FestivalVersion(StateHistory):
    """One version of an event, as it was sent."""

    class Meta:
        verbose_name = _("version of an event")
        verbose_name_plural = _("versions of an event")
        constraints = (
            models.UniqueConstraint(name="festival_version_once", fields=("record_id", "as_of", "version", "digest")),
        )


class ComplaintKind(models.TextChoices):
    """What visitors complain about."""

    PRICE = "price", _("prices")
    SERVICE = "service", _("service")
    HYGIENE = "hygiene", _("hygiene")
    SAFETY = "safety", _("safety")
    CROWDING = "crowding", _("crowding")
    SOLICITING = "soliciting", _("soliciting and peddling")
    GUIDE = "guide", _("guides")
    OTHER = "other", _("other matters")


class Complaint(StateRecord):
    """A visitor's complaint about a site or place of lodging (``about``): its kind and dates, not a word of it.

    It was received at ``occurred_at``; ``due_at`` is the end of the term for its answer, ``settled_at`` when it got
    one.
    """

    about = models.CharField(max_length=60)
    kind = models.CharField(max_length=20, choices=ComplaintKind)
    due_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("complaint of a visitor")
        verbose_name_plural = _("complaints of visitors")
        constraints = (once_per_source("complaint_once"),)
        indexes = (
            models.Index(name="complaint_by_place", fields=("realm", "about", "occurred_at")),
            models.Index(name="complaint_by_time", fields=("realm", "occurred_at")),
            models.Index(name="complaint_news", fields=("realm", "received_at")),
            models.Index(
                name="complaint_open", fields=("realm", "due_at"), condition=models.Q(settled_at__isnull=True)
            ),
        )


class ComplaintVersion(StateHistory):
    """One version of a complaint, as it was sent."""

    class Meta:
        verbose_name = _("version of a complaint")
        verbose_name_plural = _("versions of a complaint")
        constraints = (
            models.UniqueConstraint(name="complaint_version_once", fields=("record_id", "as_of", "version", "digest")),
        )
