"""``manage.py simulate``: realistic events of one seeded world through the real intake, realm ``demo``."""

import logging
import signal
import threading
import time
from argparse import ArgumentTypeError
from datetime import timedelta
from typing import Any

import httpx
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, close_old_connections

from ioc.simulator.building import SEED, SIMULATED, Feeds, build_feeds
from ioc.simulator.officers import Officers
from ioc.simulator.pace import FASTEST, FastClock, behind
from ioc.simulator.publishing import Doors, Publisher
from ioc.simulator.reports import ReportFeed
from ioc.simulator.running import Run, WorldClock
from ioc.simulator.scenarios import SCENARIOS
from ioc.simulator.sending import Sender
from ioc.simulator.stations import SOURCE as OBSERVATIONS
from services.kernel.models import DEMO

ORDINARY = "ordinary"


def _positive(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 < number < 1e6:
        message = f"{text!r} is no number above 0"
        raise ArgumentTypeError(message)
    return number


class Command(BaseCommand):
    """Send the demo world's events until stopped; waits for a server that is away."""

    help = "Send realistic events of one seeded world through the intake, realm demo"

    def add_arguments(self, parser: CommandParser) -> None:
        """Name what to send, how much, how long, and which turn the world takes."""
        parser.add_argument("--monitor", choices=sorted(SIMULATED), help="only this monitor's sources (default: all)")
        parser.add_argument("--rate", type=_positive, help="items a second on average (default: as the hour of day is)")
        parser.add_argument("--seconds", type=_positive, help="stop after so long (default: never)")
        parser.add_argument("--scenario", choices=sorted(SCENARIOS), default=ORDINARY, help="what happens from now on")
        parser.add_argument("--speed", type=_positive, default=1.0, help="play a scenario so many times as fast")
        parser.add_argument("--http", action="store_true", help="post observations too, not over MQTT")
        parser.add_argument("--seed", type=int, default=SEED, help="another number is another world")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run; CommandError where IOC_DEMO=0 leaves no realm to send to, or a speed makes no sense."""
        _check(options)
        for noisy in ("httpx", "paho"):
            logging.getLogger(noisy).setLevel(logging.WARNING)  # httpx would tell of every post
        stop = threading.Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: stop.set())
        monitors = frozenset({options["monitor"]}) if options["monitor"] else SIMULATED
        own = options["scenario"] == ORDINARY and options["rate"] is None and options["seed"] == SEED
        world_clock = WorldClock(DEMO)
        feeds = _feeds(world_clock, options, monitors, own=own, stop=stop)
        if feeds is None:
            return
        with httpx.Client(timeout=httpx.Timeout(10.0, connect=2.0)) as client:
            doors = Doors(Sender(client), _publisher(options), frozenset({OBSERVATIONS}))
            officers = Officers(feeds.of(ReportFeed), DEMO) if own and not options["monitor"] else None
            run = Run(
                feeds, monitors, doors, world_clock, stop, officers=officers, resumes=own, takes_over=_flooded(options)
            )
            if options["speed"] > 1:
                _hurry(run, options)
            run.run(options["seconds"])
            doors.close()
        self.stdout.write(f"sent {doors.sent}, refused or let go {doors.dropped}, still waiting {doors.waiting}")
        if options["speed"] > 1:
            self.stdout.write(f"the demo's clock stands at {run.clock.now():%Y-%m-%d %H:%M} UTC; {_BACK}")


_BACK = "only a fresh demo has a true one (manage.py wipe_realm demo, then seed_demo)"


def _check(options: dict[str, Any]) -> None:
    message = ""
    if not settings.IOC_DEMO:
        message = "IOC_DEMO=0: there is no demo realm to simulate"
    elif options["speed"] != 1 and options["scenario"] == ORDINARY:
        message = "--speed plays a scenario: name one with --scenario"
    elif not 1 <= options["speed"] <= FASTEST:
        message = f"--speed is 1 to {FASTEST:g}"
    if message:
        raise CommandError(message)


def _publisher(options: dict[str, Any]) -> Publisher | None:
    """Return the way of observations over MQTT; None where there is no broker or nobody wants it."""
    return Publisher(settings.MQTT_URL) if settings.MQTT_URL and not options["http"] else None


def _hurry(run: Run, options: dict[str, Any]) -> None:
    """Let the realm's clock run fast until the scenario is over, for this world alone: nobody else speaks meanwhile."""
    now = run.clock.now()
    run.clock = FastClock(DEMO, options["speed"], now, lambda: bool(run.sender.waiting) or behind(DEMO))
    run.speed, run.takes_over = options["speed"], SIMULATED
    run.until = now + SCENARIOS[options["scenario"]].lasting + AFTERWARDS


AFTERWARDS = timedelta(hours=1)
"""What is sent in the scenario's last hour is seen, too."""


def _flooded(options: dict[str, Any]) -> frozenset[str]:
    """Return the monitors whose sources a scenario's bulletins replace."""
    return frozenset({"environment"}) if SCENARIOS[options["scenario"]].bulletins else frozenset()


def _feeds(
    world_clock: WorldClock, options: dict[str, Any], monitors: frozenset[str], *, own: bool, stop: threading.Event
) -> Feeds | None:
    """Build the world as soon as the database answers; None when stopped before."""
    while not stop.is_set():
        try:
            now = world_clock.now()
            variant = "" if own else f"{options['scenario']}-{int(time.time())}"
            scenario = SCENARIOS[options["scenario"]]
            feeds = build_feeds(now=now, seed=options["seed"], scenario=scenario, variant=variant)
            natural = feeds.rate(now, monitors)
            return feeds.times(options["rate"] / natural) if options["rate"] else feeds
        except DatabaseError:
            close_old_connections()
            stop.wait(1.0)
    return None
