"""Stations that say nothing: one finding an outage, whatever its size. Reads records, writes nothing."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import QuerySet
from django.utils.translation import gettext_noop

from monitors.environment.findings.common import finding
from monitors.environment.models import LatestValue, Observation
from monitors.environment.science.outages import Outage, outages
from monitors.environment.science.quality import has_gap
from monitors.environment.stations import OWNER, PROPERTY, Station, stations
from services.contract import Cleared, Finding, Message, Moment, Result, message
from services.directory.selectors import units_by_code
from services.kernel.clock import LOCAL

GAP: Final = "environment.gap"
SOURCE: Final = "environment/observations"
"""What every station reports through."""
SHOWN = 50
"""Last words that a finding names; the list of latest values has the rest."""


@dataclass(frozen=True, slots=True)
class _Stream:
    """The last word of one property of a station: when, and in which observation."""

    prop: str
    at: datetime
    observation: int


@dataclass(frozen=True, slots=True)
class _Silence:
    """What a station no longer says, property by property; ``whole`` when it says nothing at all."""

    station: Station
    streams: Sequence[_Stream]
    whole: bool

    @property
    def since(self) -> datetime:
        """From when on all of it was silent."""
        return max(stream.at for stream in self.streams)


def gaps(moment: Moment) -> Iterator[Result]:
    """Yield what is silent, and a clear for whatever a larger outage took over or gave back: 1 statement, 2 for groups.

    A station whose only dead sensor is one of several has a finding of its own and is no part of a larger outage. What
    the source's own silence explains is hidden behind the alert of that (``Moment.silences``).
    """
    heard = _heard(LatestValue.objects.filter(realm=moment.realm))
    silent = _silences(heard, moment, moment.silences.get(SOURCE))
    groups = {slug: stations()[slug].unit for slug in heard}
    found = outages([slug for slug, silence in silent.items() if silence.whole], groups)
    results = [_single(silence, moment) for silence in silent.values() if not silence.whole]
    results += [_single(silent[one.key], moment) for one in found if one.extent == "station"]
    results += _larger([one for one in found if one.extent != "station"], silent, moment)
    yield from results
    known = {_key(slug) for slug in _silences(heard, moment, None)} | {_of_unit(unit) for unit in groups.values()}
    for key in sorted((known | {_OF_ALL}) - {result.fingerprint for result in results}):
        yield Cleared(rule=GAP, fingerprint=key, seen=moment.as_of)


def gaps_over(ids: Sequence[int], moment: Moment) -> Iterator[Result]:
    """Yield a clear for each station of which everything speaks again: 1 statement. The sweep ends what is larger."""
    fresh = Observation.objects.filter(pk__in=ids, realm=moment.realm).order_by().values("station")
    heard = _heard(LatestValue.objects.filter(realm=moment.realm, station__in=fresh))
    silent = _silences(heard, moment, None)
    for slug in heard:
        if slug not in silent:
            yield Cleared(rule=GAP, fingerprint=_key(slug), seen=moment.as_of)


def _heard(values: QuerySet[LatestValue]) -> dict[str, list[_Stream]]:
    """Return what each station of the pack that ever spoke said last: 1 statement."""
    found: dict[str, list[_Stream]] = defaultdict(list)
    rows = values.order_by("station", "prop").values_list("station", "prop", "occurred_at", "observation")
    for slug, prop, at, observation in rows:
        if slug in stations():
            found[slug].append(_Stream(prop, at, observation))
    return found


def _silences(
    heard: Mapping[str, Sequence[_Stream]], moment: Moment, silence: tuple[datetime, datetime] | None
) -> dict[str, _Silence]:
    found = {}
    for slug, streams in heard.items():
        station = stations()[slug]
        silent = [one for one in streams if has_gap(one.at, moment.as_of, station.pace, silence)]
        if silent:
            found[slug] = _Silence(station, silent, whole=len(silent) == len(streams))
    return found


def _key(slug: str) -> str:
    return f"{GAP}:{slug}"


def _of_unit(unit: str) -> str:
    return f"{GAP}:unit:{unit}"


_OF_ALL = f"{GAP}:source:{SOURCE}"


# --- findings --------------------------------------------------------------------------------------------------------


def _single(silence: _Silence, moment: Moment) -> Finding:
    station, told = silence.station, {"station": silence.station.label, "since": _hour(silence.since)}
    if silence.whole:
        title = message(gettext_noop("{station} is silent since {since}"), **told)
    else:
        silent = _listed([message(PROPERTY.get(stream.prop, stream.prop)) for stream in silence.streams])
        title = message(gettext_noop("{station} sends no {properties} since {since}"), properties=silent, **told)
    return finding(GAP, station.slug, station, "low", title, moment.as_of, _last_words([silence]))


def _larger(found: Sequence[Outage], silent: Mapping[str, _Silence], moment: Moment) -> list[Finding]:
    """Return a finding for each outage of a commune or of everything: 1 statement for the communes' names."""
    codes = {one.key for one in found if one.extent == "group"}
    units = units_by_code(codes, moment.as_of.astimezone(LOCAL).date()) if codes else {}
    results = []
    for one in found:
        those = [silent[slug] for slug in one.silent]
        told = {"silent": len(those), "heard": one.heard, "since": _hour(max(silence.since for silence in those))}
        if one.extent == "all":
            title = message(gettext_noop("{silent} of all {heard} stations are silent since {since}"), **told)
        else:
            unit = units[one.key].label if one.key in units else one.key
            msgid = gettext_noop("{unit}: {silent} of {heard} stations are silent since {since}")
            title = message(msgid, unit=unit, **told)
        results.append(
            Finding(
                rule=GAP,
                severity="medium",
                fingerprint=_of_unit(one.key) if one.extent == "group" else _OF_ALL,
                title=title,
                seen=moment.as_of,
                unit=one.key or None,
                department=OWNER,
                category="outage",
                evidence=_last_words(those),
                count=len(those),
            )
        )
    return results


def _last_words(silences: Iterable[_Silence]) -> list[int]:
    """Return the observations in which they were last heard, the latest ``SHOWN`` of them, oldest first."""
    streams = sorted((stream.at, stream.observation) for silence in silences for stream in silence.streams)
    return [observation for _at, observation in streams[-SHOWN:]]


def _listed(words: Sequence[Message]) -> Message:
    """Return several words as one message: "rain, humidity"."""
    listed = words[0]
    for word in words[1:]:
        listed = message(gettext_noop("{words}, {word}"), words=listed, word=word)
    return listed


def _hour(at: datetime) -> str:
    return f"{at.astimezone(LOCAL):%H:%M %d/%m/%Y}"
