"""What cameras, their AI, agencies and counters said, what people made of it, and how each camera stands."""

import uuid
from typing import ClassVar

from django.contrib.gis.db import models
from django.contrib.gis.geos import Point
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from services.kernel.ids import new_public_id
from services.kernel.models import RealmField
from services.kernel.records import Record, StateHistory, StateRecord, once_per_source


class Health(models.TextChoices):
    """How a camera stands. Who is not looked at is never healthy."""

    OK = "ok", _("shows a picture")
    NO_PICTURE = "no_picture", _("no picture")
    FROZEN = "frozen", _("frozen")
    DARK = "dark", _("dark")
    NOT_WATCHED = "not_watched", _("not watched")


DOWN = (Health.NO_PICTURE, Health.FROZEN, Health.DARK)


class Kind(models.TextChoices):
    """What the AI of a camera believes to see."""

    NO_HELMET = "no_helmet", _("no helmet")
    RED_LIGHT = "red_light", _("red light")
    WRONG_WAY = "wrong_way", _("wrong way")
    LANE = "lane", _("wrong lane")
    SPEED = "speed", _("speeding")
    ILLEGAL_PARKING = "illegal_parking", _("illegal parking")
    CONGESTION = "congestion", _("congestion")
    CROWD = "crowd", _("crowd")
    FIGHT = "fight", _("fight")
    ENCROACHMENT = "encroachment", _("encroachment")
    FIRE_SMOKE = "fire_smoke", _("fire or smoke")
    OBJECT = "object", _("something seen")


class Review(models.TextChoices):
    """What a person said of an event: AI advises, it never decides (Decree 309/2026, article 12)."""

    UNCONFIRMED = "unconfirmed", _("not looked at")
    CONFIRMED = "confirmed", _("confirmed")
    REJECTED = "rejected", _("rejected")


class CameraEvent(StateRecord):
    """What a camera's AI reported, as it last told it. ``confidence`` is 0 to 1, ``ended_at`` None: it goes on.

    What people say of it stands in ``EventReview``, pictures in ``Picture``: what a source sends touches neither, and
    ``raw`` holds no picture. The public id follows from source and id, so that a newer version keeps it.
    """

    public_id = models.UUIDField(unique=True, editable=False)
    camera = models.CharField(max_length=60)
    kind = models.CharField(max_length=20, choices=Kind)
    label = models.CharField(max_length=60, blank=True, default="", help_text=_("what the sender calls it"))
    confidence = models.FloatField()
    zones = models.JSONField(default=list)
    ended_at = models.DateTimeField(null=True)
    place = models.PointField(srid=4326)

    class Meta:
        verbose_name = _("camera event")
        verbose_name_plural = _("camera events")
        constraints = (once_per_source("camera_event_once"),)
        indexes = (
            models.Index(
                name="camera_event_waiting",
                fields=("realm", "occurred_at"),
                include=("kind", "historical", "unit", "department", "id"),
            ),
            models.Index(name="camera_event_group", fields=("realm", "camera", "kind", "occurred_at")),
            models.Index(name="camera_event_by_unit", fields=("realm", "unit", "occurred_at")),
            models.Index(name="camera_event_news", fields=("realm", "received_at")),
        )

    @property
    def verdict(self) -> str:
        """What a person said of it."""
        found = getattr(self, "review", None)
        return str(found.state) if found else str(Review.UNCONFIRMED)

    @property
    def confidence_percent(self) -> int:
        """The confidence in whole percent."""
        return round(100 * self.confidence)

    @staticmethod
    def public_id_of(realm: str, source: str, external_id: str) -> uuid.UUID:
        """Return the address of an event: the same for every version of it."""
        return uuid.uuid5(uuid.NAMESPACE_URL, f"ioc:{realm}:{source}:{external_id}")


class CameraEventVersion(StateHistory):
    """One message about an event, as it was sent, without its picture."""

    class Meta:
        verbose_name = _("version of a camera event")
        verbose_name_plural = _("versions of a camera event")
        constraints = (
            models.UniqueConstraint(
                name="camera_event_version_once", fields=("record_id", "as_of", "version", "digest")
            ),
        )


class EventReview(models.Model):
    """What a person said of a camera event, last; every verdict is in the audit."""

    realm = RealmField()
    event = models.OneToOneField(CameraEvent, models.CASCADE, related_name="review")
    state = models.CharField(max_length=12, choices=Review)
    by = models.ForeignKey("directory.User", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    note = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        verbose_name = _("review of a camera event")
        verbose_name_plural = _("reviews of camera events")

    def __str__(self) -> str:
        return f"{self.event_id} {self.state}"


def picture_path(picture: "Picture", name: str) -> str:
    """Return where a picture is kept: below its realm, so that a wipe finds it; never under a sender's name."""
    del name
    return f"{picture.realm}/public_safety/{picture.public_id}.jpg"


class Picture(models.Model):
    """A small picture of a camera in private storage, until ``expires_at``: of an event, or of the latest check."""

    realm = RealmField()
    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    camera = models.CharField(max_length=60)
    event = models.OneToOneField(CameraEvent, models.CASCADE, null=True, related_name="picture")
    taken_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    file = models.FileField(upload_to=picture_path, max_length=200)

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        indexes = (models.Index(name="picture_expiry", fields=("realm", "expires_at")),)

    def __str__(self) -> str:
        return f"{self.camera} {self.taken_at:%Y-%m-%d %H:%M}"


class CameraCheck(Record):
    """One look at a camera: by this centre (``seen``: it read a picture itself) or told by who runs it."""

    partition_by: ClassVar[str] = "occurred_at"

    camera = models.CharField(max_length=60)
    state = models.CharField(max_length=12, choices=Health)
    reason = models.CharField(max_length=20, blank=True, default="")
    luma = models.FloatField(null=True)
    difference = models.FloatField(null=True)
    seen = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("camera check")
        verbose_name_plural = _("camera checks")
        constraints = (once_per_source("camera_check_once", partition="occurred_at"),)
        indexes = (models.Index(name="camera_check_by_camera", fields=("realm", "camera", "occurred_at")),)


class CameraState(models.Model):
    """How a camera stands by its latest check, ``since`` when, and what the next check needs to know.

    ``due_at`` is when to look next (None: it has no stream); ``bad_count`` checks in a row without a good picture,
    ``same_count`` with one and the same. ``grid`` is the luma of the last picture.
    """

    realm = RealmField()
    camera = models.CharField(max_length=60)
    state = models.CharField(max_length=12, choices=Health, default=Health.NOT_WATCHED)
    reason = models.CharField(max_length=20, blank=True, default="")
    since = models.DateTimeField(null=True)
    checked_at = models.DateTimeField(null=True)
    frame_at = models.DateTimeField(null=True)
    seen = models.BooleanField(default=False)
    luma = models.FloatField(null=True)
    difference = models.FloatField(null=True)
    bad_count = models.IntegerField(default=0)
    same_count = models.IntegerField(default=0)
    grid = models.BinaryField(default=bytes)
    picture = models.ForeignKey(Picture, models.SET_NULL, null=True, related_name="+")
    unit = models.CharField(max_length=5, blank=True, default="")
    department = models.CharField(max_length=60, blank=True, default="")
    place = models.PointField(srid=4326)
    due_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("state of a camera")
        verbose_name_plural = _("states of cameras")
        constraints = (models.UniqueConstraint(name="camera_state_once", fields=("realm", "camera")),)
        indexes = (
            models.Index(name="camera_state_due", fields=("realm", "due_at"), condition=Q(due_at__isnull=False)),
        )

    def __str__(self) -> str:
        return f"{self.camera} {self.state}"


class IncidentKind(models.TextChoices):
    """What the police and rescue report."""

    ACCIDENT = "accident", _("traffic accident")
    CRIME = "crime", _("crime")
    FIRE = "fire", _("fire")


class Incident(StateRecord):
    """An accident, a crime or a fire as its agency last reported it. Nobody's name enters."""

    public_id = models.UUIDField(unique=True, editable=False)
    kind = models.CharField(max_length=12, choices=IncidentKind)
    category = models.CharField(max_length=60, blank=True, default="")
    deaths = models.PositiveSmallIntegerField(default=0)
    injuries = models.PositiveSmallIntegerField(default=0)
    cleared = models.BooleanField(default=False, help_text=_("the case is cleared up"))
    road = models.CharField(max_length=60, blank=True, default="")
    place = models.PointField(srid=4326, null=True)

    class Meta:
        verbose_name = _("incident")
        verbose_name_plural = _("incidents")
        constraints = (once_per_source("incident_once"),)
        indexes = (
            models.Index(
                name="incident_figures",
                fields=("realm", "kind", "occurred_at"),
                include=("unit", "department", "deaths", "injuries", "cleared"),
            ),
            models.Index(name="incident_by_unit", fields=("realm", "unit", "occurred_at")),
            models.Index(name="incident_news", fields=("realm", "received_at")),
        )

    @property
    def lon_lat(self) -> tuple[float, float] | None:
        """Longitude and latitude in degrees, None when no place was given."""
        return (self.place.x, self.place.y) if isinstance(self.place, Point) else None


class IncidentVersion(StateHistory):
    """One version of an incident, as it was sent."""

    class Meta:
        verbose_name = _("version of an incident")
        verbose_name_plural = _("versions of an incident")
        constraints = (
            models.UniqueConstraint(name="incident_version_once", fields=("record_id", "as_of", "version", "digest")),
        )


class TrafficCount(Record):
    """Vehicles on a road section in ``minutes`` from ``occurred_at``; ``speed`` is their mean in km/h."""

    partition_by: ClassVar[str] = "occurred_at"

    road = models.CharField(max_length=60)
    minutes = models.PositiveSmallIntegerField(default=15)
    vehicles = models.PositiveIntegerField()
    speed = models.FloatField(null=True)

    class Meta:
        verbose_name = _("traffic count")
        verbose_name_plural = _("traffic counts")
        constraints = (once_per_source("traffic_count_once", partition="occurred_at"),)
        indexes = (
            models.Index(name="traffic_count_series", fields=("realm", "road", "occurred_at")),
            models.Index(name="traffic_count_by_time", fields=("realm", "occurred_at")),
        )
