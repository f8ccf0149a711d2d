"""Tables of duty: how a roster is run, who takes turns, what changes the turns, who is away, and calendar addresses.

The shifts themselves are the directory's ``DutyShift``: whoever asks who is on duty reads one row and knows none of
these.
"""

from datetime import time

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from services.directory.models import DutyRoster, Person
from services.duty.rotation import Layer, Window
from services.duty.spans import Span
from services.kernel.ids import new_public_id
from services.kernel.models import RealmField


class Plan(models.Model):
    """How a roster is run in a realm, and how far its shifts are written; its row is the lock of whoever plans."""

    realm = RealmField()
    roster = models.ForeignKey(DutyRoster, models.CASCADE, related_name="plans", verbose_name=_("duty roster"))
    swap_needs_approval = models.BooleanField(_("a swap needs approval"), default=False)
    hand_over_log = models.BooleanField(_("each shift ends with a written hand-over"), default=False)
    log_since = models.DateTimeField(null=True, help_text="when the log was switched on: earlier shifts owe nothing")
    planned_until = models.DateTimeField(null=True)
    due_at = models.DateTimeField(help_text="when it is to be planned again")

    class Meta:
        verbose_name = _("plan of a roster")
        verbose_name_plural = _("plans of rosters")
        constraints = (models.UniqueConstraint(name="duty_plan_once", fields=("realm", "roster")),)
        indexes = (models.Index(name="duty_plan_due", fields=("due_at",)),)

    def __str__(self) -> str:
        return f"{self.roster} ({self.realm})"


class Rotation(models.Model):
    """People who take turns. A roster may have several: the one with the higher ``order`` is heard first."""

    class Unit(models.TextChoices):
        """What a turn is counted in."""

        HOURS = "hours", _("hours")
        DAYS = "days", _("days")
        WEEKS = "weeks", _("weeks")
        SHIFTS = "shifts", _("openings")

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    realm = RealmField()
    roster = models.ForeignKey(DutyRoster, models.CASCADE, related_name="rotations", verbose_name=_("duty roster"))
    name = models.CharField(_("name"), max_length=120)
    order = models.PositiveSmallIntegerField(_("order"), default=1)
    unit = models.CharField(_("unit of a turn"), max_length=6, choices=Unit, default=Unit.DAYS)
    length = models.PositiveSmallIntegerField(_("length of a turn"), default=1)
    hand_over = models.TimeField(_("hand-over time"), default=time(7))
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    windows = models.JSONField(_("holds only"), default=list, blank=True, help_text="[{days, from, to}], local time")
    retired_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("rotation")
        verbose_name_plural = _("rotations")
        ordering = ("order", "id")
        indexes = (models.Index(name="duty_rotation_roster", fields=("realm", "roster")),)

    def __str__(self) -> str:
        return self.name

    @property
    def layer(self) -> Layer:
        """The rotation as arithmetic, with its people in order (prefetch ``participants``)."""
        return Layer(
            participants=tuple(one.person_id for one in self.participants.all()),
            unit=self.unit,  # type: ignore[arg-type]  # one of its choices
            length=self.length,
            hand_over=self.hand_over,
            starts_on=self.starts_on,
            ends_on=self.ends_on,
            windows=tuple(window_of(one) for one in self.windows),
        )


def window_of(written: dict[str, object]) -> Window:
    """Return a window as arithmetic from its stored form."""
    days = written.get("days", [])
    return Window(
        days=frozenset(str(day) for day in days) if isinstance(days, list) else frozenset(),
        opens=time.fromisoformat(str(written["from"])),
        closes=time.fromisoformat(str(written["to"])),
    )


class Participant(models.Model):
    """A person's place in a rotation, 0 first."""

    rotation = models.ForeignKey(Rotation, models.CASCADE, related_name="participants")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    place = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ("rotation", "place")
        constraints = (models.UniqueConstraint(name="duty_participant_place", fields=("rotation", "place")),)

    def __str__(self) -> str:
        return f"{self.place}: {self.person}"


class Swap(models.Model):
    """One asks another to take a shift, in exchange for one of the other's or for nothing.

    ``due_at`` is when the first of both shifts starts: what nobody agreed to by then has lapsed.
    """

    class State(models.TextChoices):
        """How far it is."""

        ASKED = "asked", _("asked")
        AGREED = "agreed", _("agreed, awaiting approval")
        DONE = "done", _("done")
        REFUSED = "refused", _("turned down")
        WITHDRAWN = "withdrawn", _("withdrawn")
        LAPSED = "lapsed", _("lapsed")

    OPEN = (State.ASKED, State.AGREED)

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    realm = RealmField()
    roster = models.ForeignKey(DutyRoster, models.CASCADE, related_name="swaps")
    asked_by = models.ForeignKey(Person, models.CASCADE, related_name="+")
    asked_of = models.ForeignKey(Person, models.CASCADE, related_name="+")
    gives_starts = models.DateTimeField()
    gives_ends = models.DateTimeField()
    takes_starts = models.DateTimeField(null=True)
    takes_ends = models.DateTimeField(null=True)
    note = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=9, choices=State, default=State.ASKED)
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField()

    class Meta:
        verbose_name = _("swap")
        verbose_name_plural = _("swaps")
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(name="duty_swap_two_people", condition=~Q(asked_by=F("asked_of"))),
            models.UniqueConstraint(
                name="duty_swap_open_once",
                fields=("realm", "roster", "asked_by", "gives_starts"),
                condition=Q(state__in=("asked", "agreed")),
            ),
        )
        indexes = (models.Index(name="duty_swap_due", fields=("due_at",), condition=Q(state__in=("asked", "agreed"))),)

    def __str__(self) -> str:
        return f"{self.asked_by} → {self.asked_of}"


class Override(models.Model):
    """Somebody has the duty for a while, whatever the rotations say; of two at once the later one counts."""

    class Kind(models.TextChoices):
        """How it came."""

        BY_HAND = "by_hand", _("by hand")
        SWAP = "swap", _("swap")
        IMPORT = "import", _("calendar file")

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    realm = RealmField()
    roster = models.ForeignKey(DutyRoster, models.CASCADE, related_name="overrides", verbose_name=_("duty roster"))
    person = models.ForeignKey(Person, models.CASCADE, related_name="+", verbose_name=_("person"))
    starts = models.DateTimeField(_("starts"))
    ends = models.DateTimeField(_("ends"))
    kind = models.CharField(max_length=7, choices=Kind, default=Kind.BY_HAND)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    swap = models.ForeignKey(Swap, models.SET_NULL, null=True, related_name="overrides")
    uid = models.CharField(max_length=300, blank=True, help_text="the event's own name in the file it came from")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("override")
        verbose_name_plural = _("overrides")
        ordering = ("starts", "id")
        constraints = (
            models.CheckConstraint(name="duty_override_ends_later", condition=Q(ends__gt=F("starts"))),
            models.UniqueConstraint(
                name="duty_override_event_once",
                fields=("realm", "roster", "uid", "starts"),
                condition=Q(withdrawn_at=None) & ~Q(uid=""),
            ),
        )
        indexes = (models.Index(name="duty_override_roster", fields=("realm", "roster", "ends")),)

    def __str__(self) -> str:
        return f"{self.person} {self.starts:%Y-%m-%d %H:%M}"

    @property
    def span(self) -> Span:
        """The override as arithmetic."""
        return Span(self.starts, self.ends, self.person_id)


class Leave(models.Model):
    """A person is away for a while, and who stands in meanwhile; nobody named means that messages reach nobody else."""

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    realm = RealmField()
    person = models.ForeignKey(Person, models.CASCADE, related_name="leaves", verbose_name=_("person"))
    stand_in = models.ForeignKey(
        Person, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("stand-in")
    )
    starts = models.DateTimeField(_("starts"))
    ends = models.DateTimeField(_("ends"))
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, help_text="when it was called off or cut short")

    class Meta:
        verbose_name = _("leave")
        verbose_name_plural = _("leaves")
        ordering = ("starts", "id")
        constraints = (
            models.CheckConstraint(name="duty_leave_ends_later", condition=Q(ends__gt=F("starts"))),
            models.CheckConstraint(name="duty_leave_by_another", condition=Q(stand_in=None) | ~Q(stand_in=F("person"))),
        )
        indexes = (models.Index(name="duty_leave_at", fields=("person", "ends")),)

    def __str__(self) -> str:
        return f"{self.person} {self.starts:%Y-%m-%d}"


class Feed(models.Model):
    """A secret calendar address: of a roster, or of a person. Only the digest of the secret is kept."""

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    realm = RealmField()
    roster = models.ForeignKey(DutyRoster, models.CASCADE, null=True, related_name="+")
    person = models.ForeignKey(Person, models.CASCADE, null=True, related_name="+")
    digest = models.BinaryField(max_length=32, help_text="sha256 of the secret")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    language = models.CharField(max_length=5, choices=settings.LANGUAGES, default="vi")

    class Meta:
        verbose_name = _("calendar address")
        verbose_name_plural = _("calendar addresses")
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(name="duty_feed_secret", fields=("realm", "digest")),
            models.CheckConstraint(
                name="duty_feed_of_one",
                condition=Q(roster=None, person__isnull=False) | Q(roster__isnull=False, person=None),
            ),
        )

    def __str__(self) -> str:
        return str(self.roster or self.person)
