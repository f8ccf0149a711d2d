"""Who holds a duty from when to when, as arithmetic over spans. Pure: no clock, no database.

A span holds its start and not its end, so one that ends where another starts leaves neither a hole nor an overlap.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

Interval = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A person (by id) has the duty from ``starts`` (included) to ``ends`` (excluded), aware instants."""

    starts: datetime
    ends: datetime
    person: int


def merged(spans: Iterable[Span | Interval]) -> list[Interval]:
    """Return what the spans cover, as intervals in order and apart from each other."""
    found: list[Interval] = []
    for starts, ends in sorted(_interval(span) for span in spans):
        if found and starts <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], ends)
        else:
            found.append((starts, ends))
    return found


def gaps(spans: Iterable[Span | Interval], since: datetime, until: datetime) -> list[Interval]:
    """Return the parts of ``since`` … ``until`` that no span covers."""
    found, at = [], since
    for starts, ends in merged(spans):
        if starts >= until:
            break
        if starts > at:
            found.append((at, starts))
        at = max(at, ends)
    if at < until:
        found.append((at, until))
    return found


def clip(spans: Iterable[Span], since: datetime, until: datetime) -> list[Span]:
    """Return the parts of the spans inside ``since`` … ``until``."""
    cut = (replace(span, starts=max(span.starts, since), ends=min(span.ends, until)) for span in spans)
    return [span for span in cut if span.starts < span.ends]


def without(spans: Iterable[Span], taken: Iterable[Span | Interval]) -> list[Span]:
    """Return the parts of the spans that ``taken`` leaves."""
    blocks = merged(taken)
    starts = [block[0] for block in blocks]
    return [piece for span in spans for piece in _pieces(span, blocks, starts)]


def layered(layers: Sequence[Iterable[Span]]) -> list[Span]:
    """Return who holds the duty when several layers speak, the last of them first to be heard; in order of time."""
    held: list[Span] = []
    for layer in reversed(layers):
        held += without(layer, held)
    return sorted(held)


def _interval(span: Span | Interval) -> Interval:
    return (span.starts, span.ends) if isinstance(span, Span) else span


def _pieces(span: Span, blocks: Sequence[Interval], starts: Sequence[datetime]) -> Iterator[Span]:
    at = span.starts
    for opens, closes in blocks[max(bisect_right(starts, at) - 1, 0) :]:
        if opens >= span.ends:
            break
        if opens > at:
            yield replace(span, starts=at, ends=opens)
        at = max(at, closes)
    if at < span.ends:
        yield replace(span, starts=at)
