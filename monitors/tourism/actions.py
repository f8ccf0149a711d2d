"""Keeping how full each site is: derived anew from its counts, in the transaction that stores them."""

from collections.abc import Mapping
from datetime import datetime

from django.contrib.gis.geos import Point
from django.db import connection

from monitors.tourism.models import SiteState
from monitors.tourism.science.crowding import load
from monitors.tourism.selectors import presences
from monitors.tourism.sites import OWNER, sites
from services.kernel import bulk

_LATEST = """(realm, site) DO UPDATE
   SET counted_at = GREATEST(t.counted_at, EXCLUDED.counted_at), capacity = EXCLUDED.capacity,
       unit = EXCLUDED.unit, department = EXCLUDED.department, place = EXCLUDED.place"""
_SET = """
UPDATE tourism_sitestate AS t SET present = s.present, load = s.load
  FROM unnest(%s::text[], %s::int[], %s::float8[]) AS s (site, present, load)
 WHERE t.realm = %s AND t.site = s.site
"""


def note_counts(realm: str, latest: Mapping[str, datetime]) -> None:
    """Bring sites up to date to which counts came, ``latest`` at these instants: 3 statements.

    The first one locks the sites' rows, in one order: of two transactions the second counts what the first stored.
    """
    known = sites()
    fresh = [
        SiteState(
            realm=realm, site=slug, unit=known[slug].unit, department=OWNER, capacity=known[slug].capacity,
            place=Point(known[slug].lon, known[slug].lat, srid=4326), counted_at=at,
        )
        for slug, at in sorted(latest.items())
    ]  # fmt: skip
    if not fresh:
        return
    newest = dict(bulk.insert(fresh, conflict=_LATEST, returning="t.site, t.counted_at"))
    found = presences(realm, newest)
    loads = [round(100 * load(present, known[slug].capacity), 1) for slug, present in found.items()]
    with connection.cursor() as cursor:
        cursor.execute(_SET, [list(found), list(found.values()), loads, realm])
