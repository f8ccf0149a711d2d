"""The one clock: SQL ``ioc_now(realm)`` is the database's time plus the realm's offset (always 0 for live)."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import F, Q

from services.kernel.models import DEMO, LIVE, Realm

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")
"""Days, weeks and months are counted here; instants are stored in UTC."""


def now(realm: str = LIVE) -> datetime:
    """Return the realm's present instant, in UTC."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT ioc_now(%s)", [realm])
        value: datetime = cursor.fetchone()[0]
    return value


def realms() -> dict[str, datetime]:
    """Return every realm with its present instant, from one statement."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, ioc_now(name) FROM kernel_realm ORDER BY name")
        return dict(cursor.fetchall())


def due(field: str = "due_at") -> Q:
    """Return the condition "``field`` has come by its own realm's clock", for a query on rows with a realm."""
    instants = realms()
    condition = Q(pk__in=())
    for realm, instant in instants.items():
        condition |= Q(realm=realm, **{f"{field}__lte": instant})
    # Nothing is due after the latest clock: an index on the field alone ends there, instead of reading what is to come.
    return condition & Q(**{f"{field}__lte": max(instants.values())}) if instants else condition


def ensure_realm(name: str) -> Realm:
    """Return the realm's row, made with a true clock when it is new."""
    return Realm.objects.get_or_create(name=name, defaults={"clock_offset": timedelta(0)})[0]


def move(realm: str, by: timedelta) -> None:
    """Move a realm's clock, for tests and drills; the database refuses it for live."""
    ensure_realm(realm)
    Realm.objects.filter(pk=realm).update(clock_offset=F("clock_offset") + by)


__all__ = ["DEMO", "LIVE", "LOCAL", "due", "ensure_realm", "move", "now", "realms"]
