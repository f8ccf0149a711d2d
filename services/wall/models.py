"""Tables of the wall: what it shows now (tiles), what it showed (frames), and what has to be computed (panels).

The wall knows tiles, not alerts: a tile carries its whole payload, its place in a worst-first list and its audience,
a set of streams such as ``province``, ``unit:<code>`` and ``department:<slug>``.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from services.directory.models import User
from services.kernel.ids import new_public_id
from services.kernel.models import RealmField


class Kind(models.TextChoices):
    """What a tile stands for. Alerts and tickets are entities: listed, counted and never thinned out."""

    PANEL = "panel"
    ALERT = "alert"
    TICKET = "ticket"


def _streams() -> "ArrayField[list[str], list[str]]":
    return ArrayField(models.CharField(max_length=80), default=list)


class Tile(models.Model):
    """The present state of one thing on the wall; ``dirty`` until the relay has put it into a frame.

    ``left_audience`` holds the streams that may no longer see the tile but were not told so yet; they get a tombstone
    with its next frame. A ``gone`` tile is a tombstone for everybody and is deleted once it was framed.
    """

    realm = RealmField()
    key = models.CharField(max_length=200)
    kind = models.CharField(max_length=10, choices=Kind)
    monitor = models.CharField(max_length=40)
    audience = _streams()
    left_audience = _streams()
    payload = models.JSONField()
    rank = models.SmallIntegerField(default=0, help_text="worse is greater; a severity's rank for alerts and tickets")
    since = models.DateTimeField(help_text="the older one of two equally bad ones comes first")
    version = models.BigIntegerField(default=1, help_text="rises with every write")
    seq = models.BigIntegerField(null=True, help_text="number of the last frame")
    dirty = models.BooleanField(default=True)
    gone = models.BooleanField(default=False)
    changed_at = models.DateTimeField(db_default=Now(), help_text="when it became dirty, by the database's own clock")

    class Meta:
        constraints = (models.UniqueConstraint(name="tile_once", fields=("realm", "key")),)
        indexes = (
            models.Index(name="tile_dirty", fields=("realm", "changed_at", "id"), condition=Q(dirty=True)),
            models.Index(
                F("realm"),
                F("rank").desc(),
                F("since"),
                name="tile_worst_first",
                condition=Q(gone=False) & ~Q(kind="panel"),
            ),
        )

    def __str__(self) -> str:
        return f"{self.realm} {self.key} v{self.version}"


class Head(models.Model):
    """Where a realm's frames stand. ``epoch`` names the history that ``seq`` counts in; only the relay writes here.

    ``term`` is the relay lease's term that wrote last: a holder with an older one has lost the lease. ``origin`` names
    the database's own history: another one (a restore, a promoted replica) may lack numbers already given, so it begins
    an epoch.
    """

    realm = models.CharField(primary_key=True, max_length=40)
    epoch = models.CharField(max_length=36)
    term = models.BigIntegerField(default=0)
    seq = models.BigIntegerField(default=0)
    origin = models.CharField(max_length=60, default="")

    class Meta:
        db_table = "wall_head"

    def __str__(self) -> str:
        return f"{self.realm} {self.epoch} {self.seq}"


class Frame(models.Model):
    """A tile as it was sent with one number; ``payload`` is null when it is gone. State(t) = snapshot + frames.

    ``left_audience`` are the streams for which this frame is a tombstone although the tile lives on elsewhere.
    """

    partition_by = "at"

    realm = RealmField()
    epoch = models.CharField(max_length=36)
    seq = models.BigIntegerField()
    at = models.DateTimeField(help_text="the realm's clock")
    key = models.CharField(max_length=200)
    version = models.BigIntegerField()
    kind = models.CharField(max_length=10, choices=Kind)
    monitor = models.CharField(max_length=40)
    audience = _streams()
    left_audience = _streams()
    payload = models.JSONField(null=True)
    gone = models.BooleanField(default=False)

    class Meta:
        constraints = (models.UniqueConstraint(name="frame_once", fields=("realm", "epoch", "seq", "at")),)
        indexes = (models.Index(name="frame_replay", fields=("realm", "at", "seq")),)

    def __str__(self) -> str:
        return f"{self.realm} {self.seq} {self.key}"


class BoardSetting(models.Model):
    """What an administrator changed about a board for one role; the declared board stands for whatever is left empty.

    ``layout`` holds ``columns``, ``rows`` and ``tiles`` as ``services/wall/layouts.py`` reads them: what a file
    declares and an editor would write. It belongs to no realm: a drill is watched on the same boards.
    """

    board = models.SlugField(max_length=40, help_text="overview, or a monitor's name")
    role = models.CharField(max_length=20, blank=True, default="", help_text="empty = every role without its own row")
    hidden = models.BooleanField(default=False, help_text="the role is not offered the board")
    order = models.PositiveSmallIntegerField(null=True, blank=True, help_text="its place among the boards, from 1")
    seconds = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="how long it stays where boards take turns"
    )
    layout = models.JSONField(null=True, blank=True, help_text="columns, rows and tiles; empty = as declared")
    changed_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = (models.UniqueConstraint(name="board_setting_once", fields=("board", "role")),)
        ordering = ("board", "role")

    def __str__(self) -> str:
        return f"{self.board} {self.role}".strip()


class PanelDirty(models.Model):
    """A note that a monitor's figures may have changed. Only ever inserted by actions: nothing to wait for on a commit.

    There is deliberately no unique key: an ``ON CONFLICT`` insert waits for whoever inserted the same key and hasn't
    committed yet, which would queue all writers of a busy monitor behind each other.
    """

    realm = RealmField()
    monitor = models.CharField(max_length=40)
    sources = ArrayField(models.CharField(max_length=60), null=True, help_text="slugs; null = all panels")

    def __str__(self) -> str:
        return f"{self.realm} {self.monitor}"


class PanelState(models.Model):
    """One panel's figure for one stream: when it is due, when it was last computed, and what became of that."""

    realm = RealmField()
    monitor = models.CharField(max_length=40)
    panel = models.CharField(max_length=60)
    stream = models.CharField(max_length=80)
    due_at = models.DateTimeField(help_text="the realm's clock")
    dirty_at = models.DateTimeField(null=True, help_text="when its sources last said something, by the true clock")
    busy_until = models.DateTimeField(db_default=Now(), help_text="computed again not before, by the true clock")
    claim = models.UUIDField(null=True, help_text="whose result counts")
    computed_at = models.DateTimeField(null=True, help_text="the realm's clock")
    error = models.TextField(blank=True, default="", help_text="of the last try; empty when it went well")
    failures = models.IntegerField(default=0, help_text="tries in a row that failed")
    history = models.JSONField(default=list, help_text="values of the last refreshes, oldest first")
    history_at = models.DateTimeField(null=True)
    last_value = models.FloatField(null=True, help_text="the last value that was not empty")
    last_at = models.DateTimeField(null=True)
    shown = models.BinaryField(max_length=32, null=True, help_text="digest of what the tile says, but for its age")
    shown_as_of = models.DateTimeField(null=True, help_text="the age the tile gives")

    class Meta:
        constraints = (
            models.UniqueConstraint(name="panel_state_once", fields=("realm", "monitor", "panel", "stream")),
        )
        indexes = (models.Index(name="panel_due", fields=("realm", "due_at")),)

    def __str__(self) -> str:
        return f"{self.realm} {self.monitor}/{self.panel} {self.stream}"


class WatchedScope(models.Model):
    """A stream somebody watches now, renewed by the hubs while a socket is open; others are not computed."""

    realm = RealmField()
    stream = models.CharField(max_length=80)
    until = models.DateTimeField(help_text="by the true clock")

    class Meta:
        constraints = (models.UniqueConstraint(name="watched_once", fields=("realm", "stream")),)

    def __str__(self) -> str:
        return f"{self.realm} {self.stream}"


class Look(models.Model):
    """Until when a person has seen what happened on a board, as the person said; by the realm's clock."""

    realm = RealmField()
    board = models.CharField(max_length=60)
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(name="look_once", fields=("user", "realm", "board")),)

    def __str__(self) -> str:
        return f"{self.user_id} {self.realm} {self.board}"


class SourceSilence(models.Model):
    """A source that says nothing since ``since``: panels fed by it show that instead of a figure."""

    realm = RealmField()
    source = models.CharField(max_length=120, help_text="<monitor>/<source>")
    since = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(name="silence_once", fields=("realm", "source")),)

    def __str__(self) -> str:
        return f"{self.realm} {self.source}"


class Checkpoint(models.Model):
    """One tile as it stood at the instant ``at``; all rows of one instant are the wall then, so that a moment is the
    checkpoint before it and the frames after that. ``epoch`` and ``seq`` are those of the tile's last frame.
    """

    partition_by = "at"

    realm = RealmField()
    at = models.DateTimeField(help_text="the realm's clock")
    epoch = models.CharField(max_length=36)
    seq = models.BigIntegerField()
    key = models.CharField(max_length=200)
    version = models.BigIntegerField()
    kind = models.CharField(max_length=10, choices=Kind)
    monitor = models.CharField(max_length=40)
    audience = _streams()
    payload = models.JSONField()

    class Meta:
        constraints = (models.UniqueConstraint(name="checkpoint_once", fields=("realm", "at", "key")),)

    def __str__(self) -> str:
        return f"{self.realm} {self.at:%Y-%m-%d %H:%M} {self.key}"


class Annotation(models.Model):
    """What a person noted about a moment of a board. Never changed; ``audience`` are the streams its author reads."""

    public_id = models.UUIDField(unique=True, default=new_public_id, editable=False)
    realm = RealmField()
    board = models.CharField(max_length=40)
    at = models.DateTimeField(help_text="the moment it is about, by the realm's clock")
    text = models.CharField(max_length=1000)
    author = models.ForeignKey("directory.User", on_delete=models.PROTECT, related_name="+")
    audience = _streams()
    written_at = models.DateTimeField(help_text="the realm's clock")

    class Meta:
        indexes = (models.Index(name="annotation_timeline", fields=("realm", "board", "at")),)

    def __str__(self) -> str:
        return f"{self.board} {self.at:%Y-%m-%d %H:%M}"
