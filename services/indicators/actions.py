"""Values enter, periods close: the only ways in which an indicator changes. One transaction each."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from services.audit.actions import record
from services.indicators import periods, sheets
from services.indicators.catalogue import Catalogue, catalogue
from services.indicators.deriving import Touched, derive_touched
from services.indicators.models import ClosedPeriod, Delivery, Revision, Sheet
from services.indicators.periods import Period
from services.indicators.rollup import Lane, Year
from services.indicators.territory import Territory, territory
from services.kernel import clock
from services.kernel.problems import InvalidInputError

LARGEST = 1e15
"""Nothing a province counts is larger, in whatever unit."""


@dataclass(frozen=True, slots=True)
class Given:
    """One value: of which indicator, unit and period. ``value`` None takes back what was given before.

    ``stated`` is when it was delivered by the word of a backfill: it is known since then, not since the backfill came.
    """

    code: str
    unit: str
    period: Period
    value: float | None
    stated: datetime | None = None


@dataclass(slots=True)
class Recorded:
    """What became of rows, by their index: new, changed, the same as before; ``sheets`` maps each to its sheet's id."""

    accepted: list[int] = field(default_factory=list)
    updated: list[int] = field(default_factory=list)
    unchanged: list[int] = field(default_factory=list)
    sheets: dict[int, int] = field(default_factory=dict)
    delivery: Delivery | None = None


class ClosedError(InvalidInputError):
    """A closed period was to be changed without saying why."""

    def __init__(self, rows: Sequence[int]) -> None:
        super().__init__({"reason": _("the period is closed: a change needs a reason")})
        self.rows = rows


@transaction.atomic
def record_values(
    *, realm: str, source: str, rows: Sequence[Given], acting_user: object = None, reason: str = "",
    now: datetime | None = None,
) -> Recorded:  # fmt: skip
    """Take over values and derive all that stands on them.

    UnknownCodeError for a code that is none; InvalidInputError for a unit that was not there, a value beyond all
    bounds, and (ClosedError) a changed value of a closed period without a reason. Nothing is stored then.
    """
    now = now or clock.now(realm)
    known, land = catalogue(), territory()
    delivery = Delivery(realm=realm, source=source, at=now, actor_id=getattr(acting_user, "pk", None), reason=reason)
    entry = Entry(realm, delivery, known, land)
    done = entry.take(rows)
    entry.finish()
    done.delivery = None if delivery._state.adding else delivery
    if acting_user is not None and (done.accepted or done.updated):
        record(
            verb="record_values", target=delivery, acting_user=acting_user, realm=realm,
            detail={"accepted": len(done.accepted), "updated": len(done.updated), "reason": reason},
        )  # fmt: skip
    return done


class Entry:
    """A delivery on its way in: ``take`` rows, in one run or in several, then ``finish`` derives what follows.

    Use it inside one transaction. Between two runs nothing is kept in memory but the names of what was touched.
    """

    def __init__(self, realm: str, delivery: Delivery, known: Catalogue, land: Territory) -> None:
        self.realm, self.delivery, self.catalogue, self.territory = realm, delivery, known, land
        self.touched: Touched = defaultdict(set)
        self._earlier: dict[datetime, Delivery] = {}

    def take(self, rows: Sequence[Given]) -> Recorded:
        """Compare rows with what is there and store what differs; the same place twice: the last row wins."""
        self._check(rows)
        done = Recorded()
        grouped: dict[tuple[str, int], dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        for index, row in enumerate(rows):
            grouped[row.code, row.period.year][row.unit].append(index)
        if not grouped:
            return done
        self._lock(grouped)
        closed = self._closed(rows)
        changed: list[tuple[sheets.Key, int, Lane]] = []
        revisions: list[Revision] = []
        placed: dict[int, Lane] = {}
        for (code, year), units in sorted(grouped.items()):
            pk = self.catalogue[code].pk
            lanes = sheets.load_lanes(self.realm, pk, year, list(units))
            for unit, indexes in units.items():
                own = lanes.setdefault(unit, {})
                for index in indexes:
                    self._give(rows[index], index, own, done, revisions, closed)
                    placed[index] = own[rows[index].period.part]
                if any(lane.changed for lane in own.values()):
                    self.touched[code, year].add(unit)
                    changed += [((pk, year, unit), part, lane) for part, lane in own.items() if lane.changed]
        sheets.save(self.realm, changed)
        sheets.append(Revision, revisions)
        done.sheets = {index: lane.pk for index, lane in placed.items() if lane.pk is not None}
        return done

    def finish(self) -> None:
        """Derive everything that stands on what was taken."""
        derive_touched(self.realm, self.touched, self.catalogue, self.territory)
        self.touched.clear()

    def expect(self, places: Iterable[tuple[str, int]]) -> None:
        """Take the locks of (code, year) that are to come, so that several runs take them in one order."""
        expected = list(places)
        if expected:
            self._lock(expected)

    def _check(self, rows: Sequence[Given]) -> None:
        for row in rows:
            definition = self.catalogue[row.code]
            if not self.territory.valid(row.unit, row.period):
                raise InvalidInputError({"unit": _("there was no unit {code} then").format(code=row.unit)})
            if row.value is not None and not abs(row.value) <= LARGEST:
                raise InvalidInputError({"value": _("is beyond all bounds: {code}").format(code=definition.code)})

    def _lock(self, grouped: Iterable[tuple[str, int]]) -> None:
        by_year: dict[int, set[str]] = defaultdict(set)
        for code, year in grouped:
            by_year[year].add(code)
        affected = {code for codes in by_year.values() for code in self.catalogue.touched_by(codes)}
        ids = [self.catalogue[code].pk for code in affected]
        sheets.lock_province(self.realm, ids, list(by_year), self.territory.province)

    def _closed(self, rows: Sequence[Given]) -> set[tuple[int, str]]:
        ids = {self.catalogue[row.code].pk for row in rows}
        found = ClosedPeriod.objects.filter(realm=self.realm, indicator_id__in=ids)
        return set(found.values_list("indicator_id", "period"))

    def _give(
        self, row: Given, index: int, own: Year, done: Recorded, revisions: list[Revision],
        closed: set[tuple[int, str]],
    ) -> None:  # fmt: skip
        part, slot = row.period.part, row.period.slot
        lane = own.setdefault(part, Lane.empty(part))
        old = lane.values[slot] if lane.known[slot] is not None else None
        if old == row.value:
            done.unchanged.append(index)
            return
        pk = self.catalogue[row.code].pk
        frozen = is_closed(closed, pk, row.period)
        if frozen and not self.delivery.reason:
            raise ClosedError([index])
        delivery = self._delivery_of(row, lane.known[slot])
        if delivery._state.adding:
            delivery.save()
        if old is None:
            done.accepted.append(index)
        else:
            done.updated.append(index)
            revisions.append(self._revision(row, lane, old, delivery, after_close=frozen))
        lane.give(slot, row.value, delivery.at, delivery.pk)

    def _delivery_of(self, row: Given, known: datetime | None) -> Delivery:
        """Return by what a value is known: a backfill's stated delivery, unless more than that is known by now.

        What replaces a value of a later instant is a change made today, whatever the backfill says of its own age.
        """
        at = row.stated
        if at is None or at >= self.delivery.at or (known is not None and known >= at):
            return self.delivery
        if at not in self._earlier:
            now = self.delivery
            self._earlier[at] = Delivery(
                realm=now.realm, source=now.source, at=at, actor_id=now.actor_id, reason=now.reason, stated_at=now.at
            )
        return self._earlier[at]

    def _revision(
        self, row: Given, lane: Lane, old: float, delivery: Delivery, *, after_close: bool
    ) -> Revision:  # fmt: skip
        slot = row.period.slot
        return Revision(
            realm=self.realm,
            indicator_id=self.catalogue[row.code].pk,
            unit=row.unit,
            period=row.period.text,
            value=old,
            replaced_by=row.value,
            known_from=lane.known[slot] or delivery.at,
            known_to=delivery.at,
            old=lane.batches[slot],
            new=delivery,
            reason=delivery.reason,
            after_close=after_close,
        )


def is_closed(closed: set[tuple[int, str]], indicator: int, period: Period) -> bool:
    """Tell whether a period is closed itself or lies in a closed one."""
    return any((indicator, period.at(grain).text) in closed for grain in periods.coarser(period.grain))


def publish(
    code: str, period: Period | str, unit: str, value: float | None, *, realm: str, monitor: str,
    now: datetime | None = None,
) -> Recorded:  # fmt: skip
    """Publish one figure of a monitor as an indicator, for others to read; the same value again changes nothing."""
    return publish_many([(code, period, unit, value)], realm=realm, monitor=monitor, now=now)


def publish_many(
    values: Iterable[tuple[str, Period | str, str, float | None]], *, realm: str, monitor: str,
    now: datetime | None = None,
) -> Recorded:  # fmt: skip
    """Publish figures of a monitor in one transaction: (code, period, unit, value). See ``record_values``."""
    rows = [
        Given(code, unit, periods.parse(period) if isinstance(period, str) else period, value)
        for code, period, unit, value in values
    ]
    reason = _("computed anew by its monitor")
    return record_values(realm=realm, source=f"publish:{monitor}", rows=rows, now=now, reason=reason)


@transaction.atomic
def close_period(
    *, realm: str, codes: Sequence[str], period: Period, reason: str = "", acting_user: object = None
) -> int:
    """Freeze a period of indicators: from now on a change needs a reason. Return how many were open.

    UnknownCodeError for a code that is none; InvalidInputError for a period that has not ended.
    """
    known, now = catalogue(), clock.now(realm)
    if period.end >= now.astimezone(clock.LOCAL).date():
        raise InvalidInputError({"period": _("the period has not ended: {period}").format(period=period.text)})
    rows = [
        ClosedPeriod(
            realm=realm, indicator=known[code], period=period.text, closed_at=now,
            actor_id=getattr(acting_user, "pk", None), reason=reason,
        )
        for code in sorted(set(codes))
    ]  # fmt: skip
    there = ClosedPeriod.objects.filter(realm=realm, period=period.text, indicator__code__in=codes)
    before = set(there.values_list("indicator_id", flat=True))
    ClosedPeriod.objects.bulk_create(rows, ignore_conflicts=True)
    opened = [row for row in rows if row.indicator_id not in before]
    if opened:
        record(
            verb="close_period", target=f"period:{period.text}", acting_user=acting_user, realm=realm,
            detail={"codes": [row.indicator.code for row in opened][:100], "reason": reason},
        )  # fmt: skip
    return len(opened)


@transaction.atomic
def recount(realm: str, codes: Sequence[str] | None = None) -> int:
    """Derive everything anew from what was given, for some indicators or all; return how many sheets were looked at."""
    known, land = catalogue(), territory()
    wanted = list(codes) if codes is not None else list(known.by_code)
    ids = [known[code].pk for code in known.touched_by(wanted)]
    found: Mapping[tuple[int, int], set[str]] = _sheets_of(realm, ids)
    touched: Touched = defaultdict(set)
    for (pk, year), units in found.items():
        touched[known.by_id[pk].code, year] |= units
    sheets.lock_province(realm, ids, {year for _pk, year in found}, land.province)
    derive_touched(realm, touched, known, land)
    return sum(len(units) for units in touched.values())


def _sheets_of(realm: str, ids: Sequence[int]) -> dict[tuple[int, int], set[str]]:
    found: dict[tuple[int, int], set[str]] = defaultdict(set)
    rows = Sheet.objects.filter(realm=realm, indicator_id__in=ids).values_list("indicator_id", "year", "unit")
    for pk, year, unit in rows.distinct().iterator():
        found[pk, year].add(unit)
    return found
