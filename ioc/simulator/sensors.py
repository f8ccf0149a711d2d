"""Lines of security sensors: traffic that follows office hours, a sensor's own noise, and now and then an attack."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from ipaddress import ip_network
from random import Random
from typing import Any, Self

from ioc.simulator.dice import dice, poisson
from ioc.simulator.feed import DAY, SLOT, Part, Sent, items_of, slots
from ioc.simulator.world import World
from services.kernel.clock import LOCAL

SOURCE = "cybersecurity/suricata"
PER_MINUTE = 8.0
"""Lines that all sensors log in a minute of office time; a fifth of it otherwise."""
SENSORS = ("cam-bien-bien", "cam-bien-loi")
STRANGERS = ("203.0.113.{n}", "198.51.100.{n}", "192.0.2.{n}")
"""Addresses that belong to nobody (RFC 5737)."""
NOISE = (
    (2200074, "SURICATA TCPv4 invalid checksum"),
    (2210045, "SURICATA STREAM Packet with invalid ack"),
    (2210020, "SURICATA STREAM ESTABLISHED packet out of window"),
)
DECODE = "Generic Protocol Command Decode"


@dataclass(frozen=True, slots=True)
class Machines:
    """The machines of one information system: addresses inside its network."""

    addresses: tuple[str, ...]


def machines(cidr: str, count: int = 25) -> Machines:
    """Return the first machines of a network."""
    hosts = ip_network(cidr).hosts()
    return Machines(tuple(str(host) for _n, host in zip(range(count), hosts, strict=False)))


@dataclass(frozen=True, slots=True)
class Episode:
    """Something hostile: ``count`` lines spread over ``lasting`` from ``start``."""

    kind: str
    start: datetime
    lasting: timedelta
    count: int
    ours: str
    theirs: str


@dataclass(frozen=True)
class SensorFeed:
    """The sensors' lines of a world. ``factor`` makes them more or fewer; episodes stay as they are."""

    world: World
    systems: Sequence[Machines]
    factor: float = 1.0

    def between(self, start: datetime, end: datetime) -> Iterator[Sent]:
        """Yield the lines logged in ``[start, end)``."""
        for slot in slots(start, end):
            yield from (sent for sent in self._slot(slot) if start <= sent.at < end)
        day = (start - timedelta(days=1)).astimezone(LOCAL).date()
        while day <= end.astimezone(LOCAL).date():
            for episode in self._episodes(day):
                yield from (sent for sent in _lines(self.world.seed, episode) if start <= sent.at < end)
            day += timedelta(days=1)
        if self.world.scenario.intrusion:
            for episode in self._intrusion():
                yield from (sent for sent in _lines(self.world.seed, episode) if start <= sent.at < end)

    def mean(self, at: datetime) -> float:
        """Return how many lines are logged in an hour at that time."""
        return self.factor * 60 * PER_MINUTE * (1.0 if self.world.office(at) else 0.2)

    def times(self, factor: float) -> Self:
        """Return the same feed with so many times as many lines."""
        return replace(self, factor=factor)

    def past(self, now: datetime) -> list[Part]:
        """Return one day, sensors say so much: traffic as a backfill, the signs of attacks as somebody's duty."""
        lines = items_of(self.between(now - DAY, now))
        signs = [line for line in lines if line.get("alert", {}).get("category", DECODE) != DECODE]
        traffic = [line for line in lines if line.get("alert", {}).get("category", DECODE) == DECODE]
        return [(SOURCE, traffic, True), (SOURCE, signs, False)]

    def _slot(self, slot: datetime) -> Iterator[Sent]:
        draw = dice(self.world.seed, "sensors", slot.isoformat(), self.factor)
        for number in range(poisson(draw, self.mean(slot) * SLOT / timedelta(hours=1))):
            at = slot + SLOT * draw.random()
            line = {**self._line(draw, at), "simulated": self.world.tag}
            yield Sent(at, SOURCE, f"{slot:%y%m%d%H%M}-{number}", line)

    def _line(self, draw: Random, at: datetime) -> dict[str, Any]:
        ours = draw.choice(draw.choice(self.systems).addresses)
        theirs = _stranger(draw)
        kind = draw.choices(("flow", "dns", "tls", "http", "fileinfo", "noise"), (44, 20, 15, 11, 4, 6))[0]
        if kind == "noise":
            number, signature = draw.choice(NOISE)
            return _alert(draw, at, theirs, ours, number, signature, DECODE, 3)
        line = _base(draw, at, kind, ours, theirs, {"dns": 53, "http": 80}.get(kind, 443))
        line[kind] = _DETAILS[kind]
        return line

    def _episodes(self, day: Any) -> tuple[Episode, ...]:
        return _day(self.world.seed, day, tuple(self.systems)) if not self.world.scenario.quiet else ()

    def _intrusion(self) -> Iterator[Episode]:
        draw = dice(self.world.seed, "intrusion", self.world.started.isoformat())
        victim, web = draw.choice(self.systems[0].addresses), draw.choice(self.systems[-1].addresses)
        start = self.world.started
        yield Episode("attack", start, timedelta(minutes=20), 60, web, _stranger(draw))
        yield Episode("beacon", start + timedelta(minutes=2), timedelta(hours=3), 60, victim, _stranger(draw))
        yield Episode("sweep", start + timedelta(minutes=5), timedelta(minutes=4), 40, victim, web)


@lru_cache(maxsize=100)
def _day(seed: int, day: Any, systems: tuple[Machines, ...]) -> tuple[Episode, ...]:
    """Return the episodes of a day: a web attack or two, some tries at a log-in, at times an infected machine."""
    draw = dice(seed, "episodes", day)
    midnight = datetime(day.year, day.month, day.day, tzinfo=LOCAL)
    kinds = (
        ["attack"] * draw.choice((0, 1, 1, 2)) + ["login"] * draw.choice((0, 1, 2)) + ["beacon"] * (draw.random() < 0.3)
    )
    return tuple(
        Episode(
            kind=kind,
            start=midnight + timedelta(hours=draw.uniform(0, 23.9)),
            lasting=timedelta(minutes=draw.uniform(180, 300) if kind == "beacon" else draw.uniform(10, 40)),
            count=draw.randint(15, 50),
            ours=draw.choice(draw.choice(systems).addresses),
            theirs=_stranger(draw),
        )
        for kind in kinds
    )


def _lines(seed: int, episode: Episode) -> Iterator[Sent]:
    name = f"{episode.kind}-{episode.start:%y%m%d%H%M%S}-{episode.ours}"
    draw = dice(seed, "lines", name)
    for number in range(episode.count):
        at = episode.start + episode.lasting * draw.random()
        line = {**_hostile(draw, episode, at, number), "simulated": f"sim-{seed}"}
        yield Sent(at, SOURCE, f"{name}-{number}", line)


def _hostile(draw: Random, episode: Episode, at: datetime, number: int) -> dict[str, Any]:
    ours, theirs = episode.ours, episode.theirs
    if episode.kind == "sweep":
        line = _base(draw, at, "flow", ours, theirs, 20 + number * 3)
        line["flow"] = _DETAILS["flow"]
        return line
    number, signature, classtype, level = draw.choice(_SIGNATURES[episode.kind])
    ends = (ours, theirs) if episode.kind == "beacon" else (theirs, ours)
    return _alert(draw, at, *ends, number, signature, classtype, level)


_SIGNATURES = {
    "attack": (
        (2006446, "ET WEB_SERVER Possible SQL Injection Attempt UNION SELECT", "Web Application Attack", 1),
        (2009714, "ET WEB_SERVER Script tag in URI Possible Cross Site Scripting", "Web Application Attack", 1),
        (2016184, "ET WEB_SERVER PHP Possible Local File Inclusion", "Web Application Attack", 1),
    ),
    "login": ((2001219, "ET SCAN Potential SSH Scan", "Attempted Information Leak", 2),),
    "beacon": (
        (2033000, "ET MALWARE Generic CnC Beacon", "Malware Command and Control Activity Detected", 1),
        (2025275, "ET INFO Suspicious User-Agent", "A Network Trojan was detected", 1),
    ),
}
_DETAILS: dict[str, dict[str, Any]] = {
    "flow": {"pkts_toserver": 8, "pkts_toclient": 9, "state": "closed", "reason": "timeout", "alerted": False},
    "dns": {"type": "query", "rrname": "cap-nhat.example.vn", "rrtype": "A"},
    "tls": {"sni": "dich-vu.example.vn", "version": "TLS 1.3"},
    "http": {"hostname": "dich-vu.example.vn", "url": "/", "http_method": "GET", "status": 200},
    "fileinfo": {"filename": "/tai-lieu.pdf", "state": "CLOSED", "size": 48_211},
}


def _stranger(draw: Random) -> str:
    return draw.choice(STRANGERS).format(n=draw.randint(1, 254))


def _base(draw: Random, at: datetime, kind: str, src: str, dest: str, port: int) -> dict[str, Any]:
    return {
        "timestamp": at.astimezone(LOCAL).isoformat(timespec="microseconds"),
        "flow_id": draw.getrandbits(50),
        "event_type": kind,
        "host": draw.choice(SENSORS),
        "src_ip": src,
        "src_port": draw.randint(32_768, 60_999),
        "dest_ip": dest,
        "dest_port": port,
        "proto": "UDP" if kind == "dns" else "TCP",
    }


def _alert(
    draw: Random, at: datetime, src: str, dest: str, number: int, signature: str, classtype: str, level: int
) -> dict[str, Any]:
    line = _base(draw, at, "alert", src, dest, 443)
    line["alert"] = {
        "action": "allowed",
        "gid": 1,
        "signature_id": number,
        "signature": signature,
        "category": classtype,
        "severity": level,
    }
    return line
