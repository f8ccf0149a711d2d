"""Writes beside the records: the pack's schools become rows when they are first heard of, states follow attendance."""

import hashlib
from collections.abc import Collection, Sequence
from datetime import UTC, datetime

import msgspec
from django.contrib.gis.geos import Point
from django.db import connection

from monitors.education.models import School
from monitors.education.schools import OWNER, PackSchool, pack_schools
from monitors.education.selectors import judgements, state_of
from services.kernel import bulk
from services.kernel.clock import LOCAL

SOURCE = "education/schools"
BEFORE = datetime(2000, 1, 1, tzinfo=UTC)
"""What the pack says is older than whatever a department sends."""


def known_schools(realm: str, codes: Collection[str], now: datetime) -> dict[str, School]:
    """Return code → school; those that only the pack knows are made rows first. 1 statement, 3 when there are such."""
    found = _schools(realm, codes)
    fresh = [one for code, one in sorted(pack_schools().items()) if code in codes and code not in found]
    if not fresh:
        return found
    bulk.insert([_row(one, realm, now) for one in fresh])
    return _schools(realm, codes)


def _schools(realm: str, codes: Collection[str]) -> dict[str, School]:
    rows = School.objects.filter(realm=realm, code__in=list(codes)).defer("raw", "digest")
    return {row.code: row for row in rows}


def _row(one: PackSchool, realm: str, now: datetime) -> School:
    raw = one.description
    return School(
        realm=realm,
        source=SOURCE,
        external_id=one.slug,
        occurred_at=BEFORE,
        received_at=now,
        historical=True,
        digest=hashlib.sha256(msgspec.json.encode(raw, order="deterministic")).digest(),
        raw=raw,
        unit=one.unit,
        department=OWNER,
        as_of=BEFORE,
        code=one.slug,
        name=one.name,
        level=one.level,
        place=Point(one.lon, one.lat, srid=4326),
        classes=one.classes,
        pupils=one.pupils,
        teachers=one.teachers,
        standard=one.standard,
        boarding=one.boarding,
    )


_STATES = """
UPDATE education_school AS s
   SET heard_day = k.day, heard_at = COALESCE(k.heard_at, s.heard_at), absent = k.absent, usual = k.usual,
       state = k.state
  FROM unnest(%s::varchar[], %s::date[], %s::timestamptz[], %s::float8[], %s::float8[], %s::varchar[])
       AS k (code, day, heard_at, absent, usual, state)
 WHERE s.realm = %s AND s.code = k.code
"""


def keep_states(realm: str, codes: Collection[str], now: datetime) -> None:
    """Bring up to date how schools stand after their attendance or description changed: 4 statements.

    Their rows are locked first, in one order: of two transactions the second judges what the first wrote. A backfill
    connects nobody.
    """
    rows = School.objects.filter(realm=realm, code__in=list(codes)).defer("raw", "digest", "place")
    schools = list(rows.order_by("code").select_for_update())
    judged = judgements(realm, [school.code for school in schools]) if schools else {}
    states: list[Sequence[object]] = []
    for school in schools:
        one = judged.get(school.code)
        state = state_of(school, one, now.astimezone(LOCAL).date()).value
        if one is None:
            states.append((school.code, None, None, None, None, state))
            continue
        usual = one.verdict.usual if one.verdict else None
        heard_at = None if one.historical else one.received_at
        states.append((school.code, one.day, heard_at, one.count.absent, usual, state))
    if states:
        with connection.cursor() as cursor:
            cursor.execute(_STATES, [*(list(column) for column in zip(*states, strict=True)), realm])
