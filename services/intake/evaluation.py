"""Stored records are judged: chunks are claimed, rules run, alerts raised and chunks marked in one transaction."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby

from django.db import connection, transaction

from services import registry
from services.alerts.actions import raise_alerts
from services.contract import Moment, Result, Rule
from services.intake import heartbeats
from services.intake.models import IntakeChunk, RuleRun
from services.kernel import clock
from services.kernel.claim import claim_due

log = logging.getLogger(__name__)
TOGETHER = 50
"""Chunks claimed at once: many single posts are judged in one go."""
RECORDS_TOGETHER = 1200
"""Records judged in one transaction: one full chunk and the small ones that came with it."""


_FAIR = """
WITH clocks AS MATERIALIZED (SELECT name, ioc_now(name) AS now FROM kernel_realm),
     waiting AS (
         SELECT c.id, c.due_at, pg_column_size(c.ids) AS size,
                row_number() OVER (PARTITION BY c.realm, c.source ORDER BY c.due_at, c.id) AS turn
           FROM intake_intakechunk AS c JOIN clocks ON clocks.name = c.realm
          WHERE c.evaluated_at IS NULL AND c.due_at <= clocks.now
     )
SELECT c.* FROM intake_intakechunk AS c JOIN waiting ON waiting.id = c.id
 WHERE c.evaluated_at IS NULL
 ORDER BY waiting.turn, waiting.size, waiting.due_at, c.id
 LIMIT %s
   FOR UPDATE OF c SKIP LOCKED
"""
"""Every source's oldest chunk before anybody's second one, the small before the large (their packed size will do)."""


_ALONE = "SELECT pg_try_advisory_xact_lock(hashtext('services.intake.evaluation'))"


def alone() -> bool:
    """Tell whether nobody else judges or stores a large body now; then nobody does until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(_ALONE)
        return bool(cursor.fetchone()[0])


def evaluate_due() -> int | None:
    """Judge one claim of waiting chunks; return how many, None when somebody else is at it.

    One at a time: a backlog keeps one process of a worker busy and leaves the other to everybody else. The lock is the
    transaction's, so it ends with it, however that ends. A chunk whose rules fail waits longer each time, alone.
    """
    with transaction.atomic():
        if not alone():
            return None
        chunks = _enough(list(IntakeChunk.objects.raw(_FAIR, [TOGETHER])))
        for group in _groups(chunks):
            _judge(group)
    return len(chunks)


def is_anything_due() -> bool:
    """Tell whether a chunk waits that could be judged now."""
    return IntakeChunk.objects.filter(clock.due(), evaluated_at__isnull=True).exists()


def _enough(chunks: list[IntakeChunk]) -> list[IntakeChunk]:
    """Take as many of the claimed chunks as make a reasonable transaction; the rest go back with its end.

    The oldest is always among them, so that no large chunk waits for ever for a round without small ones.
    """
    if not chunks:
        return []
    oldest = min(chunks, key=lambda chunk: (chunk.due_at, chunk.pk))
    taken, records = [oldest], len(oldest.ids)
    for chunk in chunks:
        if chunk is not oldest and records + len(chunk.ids) <= RECORDS_TOGETHER:
            taken.append(chunk)
            records += len(chunk.ids)
    return sorted(taken, key=lambda chunk: (chunk.due_at, chunk.pk))


def _groups(chunks: Sequence[IntakeChunk]) -> list[list[IntakeChunk]]:
    """Put chunks of one realm and source together; one that failed before stays alone and drags no other down."""
    fresh = [chunk for chunk in chunks if not chunk.attempts]
    alone = [[chunk] for chunk in chunks if chunk.attempts]

    def key(chunk: IntakeChunk) -> tuple[str, str, bool]:
        return chunk.realm, chunk.source, chunk.historical

    return [list(group) for _key, group in groupby(sorted(fresh, key=key), key)] + alone


def _judge(group: list[IntakeChunk]) -> None:
    first, now = group[0], clock.now(group[0].realm)
    ids = [record for chunk in group for record in chunk.ids]
    try:
        with transaction.atomic():
            monitor, source = registry.source(first.source)
            rules = [rule for rule in monitor.rules if rule.detect and source.slug in rule.sources]
            results = _results(rules, ids, Moment(first.realm, now))
            raise_alerts(realm=first.realm, monitor=monitor.slug, results=results, now=now, historical=first.historical)
    except Exception as error:
        log.exception("%s: %d records could not be judged", first.source, len(ids))
        _put_off(group, now, f"{type(error).__name__}: {error}"[:1000])
        return
    IntakeChunk.objects.filter(pk__in=[chunk.pk for chunk in group]).update(evaluated_at=now, error="")


def _results(rules: Sequence[Rule], ids: Sequence[int], moment: Moment) -> list[Result]:
    return [result for rule in rules if rule.detect for result in rule.detect(ids, moment)]


def _put_off(group: list[IntakeChunk], now: datetime, error: str) -> None:
    for chunk in group:
        chunk.attempts += 1
        chunk.error = error
        chunk.due_at = now + timedelta(seconds=min(2**chunk.attempts, 600))
        chunk.save(update_fields=["attempts", "error", "due_at"])


def sweep_due(limit: int = 20) -> int:
    """Run the sweeps that are due, each in its own savepoint; return how many."""
    with transaction.atomic():
        runs = claim_due(RuleRun.objects.all(), limit=limit)
        for run in runs:
            _sweep(run)
    return len(runs)


def ensure_runs() -> None:
    """Have a row for every rule that sweeps, in every realm."""
    wanted = {
        (realm, rule.id): now for realm, now in clock.realms().items() for _m, rule in registry.rules() if rule.sweep
    }
    known = set(RuleRun.objects.values_list("realm", "rule"))
    missing = [RuleRun(realm=r, rule=i, due_at=now) for (r, i), now in wanted.items() if (r, i) not in known]
    RuleRun.objects.bulk_create(missing, ignore_conflicts=True)
    gone = known - set(wanted)
    for realm, rule in gone:
        RuleRun.objects.filter(realm=realm, rule=rule).delete()


def _sweep(run: RuleRun) -> None:
    now = clock.now(run.realm)
    try:
        monitor, rule = registry.rule(run.rule)
        with transaction.atomic():
            moment = Moment(run.realm, now, heartbeats.silences(run.realm, now))
            results = list(rule.sweep(moment)) if rule.sweep else []
            raise_alerts(realm=run.realm, monitor=monitor.slug, results=results, now=now, standing=True)
        run.error, run.due_at = "", now + rule.every
    except Exception as error:
        log.exception("sweep of %s failed", run.rule)
        run.error, run.due_at = f"{type(error).__name__}: {error}"[:1000], now + timedelta(minutes=1)
    run.ran_at = now
    run.save()
