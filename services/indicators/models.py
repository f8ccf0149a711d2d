"""Tables of indicators: what they mean, what was planned, what was delivered, and what was known before."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from services.indicators.periods import of_slot
from services.kernel.ids import new_public_id
from services.kernel.models import RealmField

PLACE = 60
"""Longest name of a place that has values: a unit's code or a department's slug."""
UNRANKED = 1000
"""The rank of an indicator that its file gives none."""


class Direction(models.TextChoices):
    """Which way is good."""

    UP = "up", _("more is better")
    DOWN = "down", _("less is better")
    NONE = "none", _("neither")


class OverTime(models.TextChoices):
    """What makes a coarser period of finer ones."""

    SUM = "sum", _("sum")
    MEAN = "mean", _("mean")
    LAST = "last", _("last value")
    WEIGHTED = "weighted", _("weighted mean")


class OverArea(models.TextChoices):
    """What makes the province of its communes; ``none``: it is delivered for the province itself."""

    SUM = "sum", _("sum")
    MEAN = "mean", _("mean")
    WEIGHTED = "weighted", _("weighted mean")
    NONE = "none", _("not rolled up")


class Frequency(models.TextChoices):
    """The finest period it is delivered by."""

    DAY = "day", _("day")
    MONTH = "month", _("month")
    QUARTER = "quarter", _("quarter")
    YEAR = "year", _("year")


class Definition(models.Model):
    """One indicator. Filled from ``fixtures/indicators/``; ``code`` never changes and is what formulas name.

    ``weight_time`` and ``weight_area`` are codes of the indicators that weigh a weighted mean. ``cumulative`` values
    are counted from the year's first day (nine months' production), so the last one is the year's. ``low`` and ``high``
    bound what can be true. ``topic`` groups indicators, as a rule by the monitor that shows them. ``rank`` is 1 for
    what a reader who asks for nothing is shown first, 2 for the next; most have none.
    """

    code = models.CharField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=200)
    name_en = models.CharField(_("English name"), max_length=200)
    measure = models.CharField(_("unit of measurement"), max_length=40, blank=True)
    measure_en = models.CharField(_("unit of measurement in English"), max_length=40, blank=True)
    decimals = models.PositiveSmallIntegerField(_("decimals"), default=0)
    direction = models.CharField(_("direction"), max_length=4, choices=Direction, default=Direction.NONE)
    over_time = models.CharField(_("over time"), max_length=8, choices=OverTime, default=OverTime.SUM)
    weight_time = models.CharField(max_length=60, blank=True)
    over_area = models.CharField(_("over area"), max_length=8, choices=OverArea, default=OverArea.NONE)
    weight_area = models.CharField(max_length=60, blank=True)
    formula = models.CharField(_("formula"), max_length=500, blank=True)
    cumulative = models.BooleanField(_("counted from the year's start"), default=False)
    frequency = models.CharField(_("frequency"), max_length=7, choices=Frequency, default=Frequency.MONTH)
    low = models.FloatField(_("lowest possible"), null=True, blank=True)
    high = models.FloatField(_("highest possible"), null=True, blank=True)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    owner = models.CharField(_("department in charge"), max_length=60, blank=True)
    source = models.CharField(_("source"), max_length=200, blank=True)
    topic = models.CharField(_("topic"), max_length=40, blank=True)
    rank = models.PositiveSmallIntegerField(default=UNRANKED)

    class Meta:
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")
        ordering = ("topic", "code")

    def __str__(self) -> str:
        return self.code

    @property
    def label(self) -> dict[str, str]:
        """The name as a localised pair for stored messages."""
        return {"vi": self.name, "en": self.name_en}

    @property
    def measure_label(self) -> dict[str, str]:
        """The unit of measurement as a localised pair."""
        return {"vi": self.measure, "en": self.measure_en or self.measure}


class Edition(models.Model):
    """One row: a token that changes with the definitions, so that each process knows when to read them again."""

    token = models.UUIDField()

    def __str__(self) -> str:
        return str(self.token)


class Delivery(models.Model):
    """What brought values at once: a source's batch, a monitor's publication, a workbook, a person's correction.

    ``source`` is ``<monitor>/<source>``, ``publish:<monitor>``, ``workbook`` or ``correction``; ``actor_id`` the
    account of the person, if one did it. ``at`` is since when its values are known: when it came. Only what a backfill
    brings may be older by its own word; ``stated_at`` is when it came then.
    """

    id = models.BigAutoField(primary_key=True)
    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    realm = RealmField()
    source = models.CharField(max_length=100)
    at = models.DateTimeField()
    stated_at = models.DateTimeField(null=True)
    actor_id = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes = (models.Index(name="delivery_by_source", fields=("realm", "source", "-id")),)

    def __str__(self) -> str:
        return f"{self.source} {self.at:%Y-%m-%d %H:%M}"


class Sheet(models.Model):
    """One unit's values of one indicator in one year: 12 million monthly values are one million rows.

    ``unit`` is the code of an administrative unit, or the slug of a department: what a department does is no part of
    any commune, so it enters no roll-up over area and the province's value is given beside it.

    Places of part 0: twelve months, four quarters, the year; of parts 1 to 12: the days of that month. ``values`` is
    what is shown; where ``known`` has an instant the value was given then by delivery ``batches``, elsewhere it was
    derived from ``parts`` others.
    """

    id = models.BigAutoField(primary_key=True)
    realm = RealmField()
    indicator = models.ForeignKey(Definition, models.PROTECT, related_name="sheets", db_index=False)
    unit = models.CharField(max_length=PLACE)
    year = models.SmallIntegerField()
    part = models.SmallIntegerField(default=0)
    values = ArrayField(models.FloatField(null=True))
    known = ArrayField(models.DateTimeField(null=True))
    batches = ArrayField(models.BigIntegerField(null=True))
    parts = ArrayField(models.SmallIntegerField())

    class Meta:
        verbose_name = _("sheet of an indicator")
        verbose_name_plural = _("sheets of indicators")
        constraints = (
            models.UniqueConstraint(name="sheet_once", fields=("realm", "indicator", "year", "part", "unit")),
        )

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.unit} {self.year}"

    def __getattr__(self, name: str) -> Any:
        """Give a place's value under its name, for lists and exports: ``m1`` to ``m12``, ``q1`` to ``q4``, ``y``."""
        place = PLACES.get(name)
        if place is None:
            message = f"{type(self).__name__} has no {name}"
            raise AttributeError(message)
        return self.values[place]

    @property
    def known_at(self) -> Any:
        """When the newest of its given values became known."""
        return max((at for at in self.known if at is not None), default=None)

    @property
    def latest_slot(self) -> int | None:
        """The last place of the finest grain that has a value."""
        filled = [n for n, value in enumerate(self.values) if value is not None]
        months = [n for n in filled if self.part or n < 12]
        return max(months or filled, default=None)

    @property
    def latest_period(self) -> str:
        """The period of that place."""
        return of_slot(self.year, self.part, self.latest_slot).text if self.latest_slot is not None else ""


PLACES = {
    **{f"m{n + 1}": n for n in range(12)},
    **{f"q{n + 1}": 12 + n for n in range(4)},
    "y": 16,
}


class Revision(models.Model):
    """A given value that is no longer current: known from one instant until the other, and what replaced it.

    ``old`` is the delivery that had brought it (with its sheet's batch), ``new`` the one that replaced it;
    ``after_close`` says that its period was closed by then. Append-only.
    """

    id = models.BigAutoField(primary_key=True)
    realm = RealmField()
    indicator = models.ForeignKey(Definition, models.PROTECT, related_name="revisions", db_index=False)
    unit = models.CharField(max_length=PLACE)
    period = models.CharField(max_length=10)
    value = models.FloatField()
    replaced_by = models.FloatField(null=True)
    known_from = models.DateTimeField()
    known_to = models.DateTimeField()
    old = models.BigIntegerField(null=True)
    new = models.ForeignKey(Delivery, models.PROTECT, related_name="revisions", db_index=False)
    reason = models.CharField(max_length=500, blank=True)
    after_close = models.BooleanField(default=False)

    class Meta:
        indexes = (models.Index(name="revision_of", fields=("realm", "indicator", "unit", "period")),)

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.unit} {self.period}: {self.value}"


class ClosedPeriod(models.Model):
    """A period of an indicator that is frozen: a later change needs a reason and is kept as made after closing."""

    id = models.BigAutoField(primary_key=True)
    realm = RealmField()
    indicator = models.ForeignKey(Definition, models.PROTECT, related_name="closed", db_index=False)
    period = models.CharField(max_length=10)
    closed_at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(name="closed_once", fields=("realm", "indicator", "period")),)

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.period}"


class Target(models.Model):
    """What was planned: ``kind`` tells plans apart (``plan`` the province's own, ``central`` one assigned from above).

    Those of the province pack stand in realm live and hold for every realm that has none of its own.
    """

    id = models.BigAutoField(primary_key=True)
    realm = RealmField()
    indicator = models.ForeignKey(Definition, models.PROTECT, related_name="targets", db_index=False)
    unit = models.CharField(max_length=PLACE)
    period = models.CharField(max_length=10)
    kind = models.CharField(max_length=20, default="plan")
    value = models.FloatField()
    source = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(name="target_once", fields=("realm", "indicator", "unit", "period", "kind")),
        )

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.unit} {self.period}: {self.value}"


class Workbook(models.Model):
    """An uploaded workbook: checked row by row by a worker, then stored whole or not at all.

    ``marked`` is the copy that goes back to the sender, with every error coloured and commented. ``digest`` (sha256)
    recognises the same file sent twice. ``codes``, ``first`` and ``last`` say what a stored one was about.
    """

    class State(models.TextChoices):
        """How far it has come."""

        WAITING = "waiting", _("waiting")
        CHECKING = "checking", _("being checked")
        STORING = "storing", _("being stored")
        STORED = "stored", _("stored")
        REFUSED = "refused", _("refused")
        REPEATED = "repeated", _("sent before")
        FAILED = "failed", _("failed")

    id = models.BigAutoField(primary_key=True)
    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    realm = RealmField()
    name = models.CharField(max_length=200)
    digest = models.BinaryField(max_length=32)
    body = models.BinaryField(null=True)
    department = models.CharField(max_length=60, blank=True, help_text="slug: only its indicators may be in it")
    unit = models.CharField(max_length=5, blank=True, help_text="code: only its values may be in it")
    duty = models.CharField(max_length=60, blank=True, help_text="slug: what it was sent for")
    period = models.CharField(max_length=10, blank=True, help_text="the only period that may be in it")
    reason = models.CharField(max_length=500, blank=True, help_text="why closed periods are changed")
    actor_id = models.BigIntegerField(null=True)
    received_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    total = models.PositiveIntegerField(default=0, help_text="rows, as far as the file says")
    position = models.PositiveIntegerField(default=0, help_text="rows worked on so far")
    accepted = models.PositiveIntegerField(default=0)
    revised = models.PositiveIntegerField(default=0, help_text="of the accepted: those that replaced another value")
    unchanged = models.PositiveIntegerField(default=0)
    codes = ArrayField(models.CharField(max_length=60), default=list, help_text="what is in it, the first fifty")
    first = models.CharField(max_length=10, blank=True, help_text="its earliest period of the finest kind")
    last = models.CharField(max_length=10, blank=True, help_text="its latest one")
    errors = models.JSONField(default=list, help_text="the first thousand; see workbooks.marking.Mark")
    error_count = models.PositiveIntegerField(default=0)
    marked = models.BinaryField(null=True)
    repeats = models.ForeignKey("self", models.PROTECT, null=True, related_name="repeated")
    delivery = models.ForeignKey(Delivery, models.PROTECT, null=True, related_name="workbooks")
    due_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes = (
            models.Index(name="workbook_due", fields=("due_at",), condition=models.Q(due_at__isnull=False)),
            models.Index(name="workbook_digest", fields=("realm", "digest")),
        )

    def __str__(self) -> str:
        return self.name


class WorkbookPart(models.Model):
    """Checked rows of a workbook that wait to be stored with all the others: columns of equal length."""

    id = models.BigAutoField(primary_key=True)
    workbook = models.ForeignKey(Workbook, models.CASCADE, related_name="staged")
    first = models.PositiveIntegerField(help_text="number of its first row")
    indicators = ArrayField(models.IntegerField())
    units = ArrayField(models.CharField(max_length=PLACE))
    periods = ArrayField(models.CharField(max_length=10))
    values = ArrayField(models.FloatField(null=True))
    kinds = ArrayField(models.CharField(max_length=20))

    class Meta:
        constraints = (models.UniqueConstraint(name="workbook_part_once", fields=("workbook", "first")),)

    def __str__(self) -> str:
        return f"{self.workbook_id} from {self.first}"


class PublishRun(models.Model):
    """When a monitor is to publish next in a realm, and how the last time went.

    ``ran_at`` and ``count`` are of the last time that succeeded; ``error`` is empty unless the latest one failed.
    """

    id = models.BigAutoField(primary_key=True)
    realm = RealmField()
    monitor = models.CharField(max_length=60)
    due_at = models.DateTimeField()
    ran_at = models.DateTimeField(null=True)
    count = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)

    class Meta:
        verbose_name = _("publication of a monitor")
        verbose_name_plural = _("publications of monitors")
        constraints = (models.UniqueConstraint(name="publish_run_once", fields=("realm", "monitor")),)
        indexes = (models.Index(name="publish_run_due", fields=("due_at",)),)

    def __str__(self) -> str:
        return f"{self.monitor} ({self.realm})"
