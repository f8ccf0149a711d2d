"""The centre's programs: what is run, in which order, and how each is asked to stop."""

import shlex
import sys
from dataclasses import dataclass
from pathlib import Path

from ioc.machine.places import ROOT
from ioc.machine.settings import Machine

_PYTHON = Path(sys.executable)


@dataclass(frozen=True)
class Program:
    """One supervised process. ``once`` ends by itself; ``after`` names the one whose end this one waits for.

    What a ``quiet`` one says goes to its log file alone.
    """

    name: str
    command: list[str]
    stop_signal: str = "TERM"
    stop_seconds: int = 6
    once: bool = False
    after: str = ""
    quiet: bool = False
    folder: Path = ROOT


def servers(machine: Machine) -> list[Program]:
    """Return the private servers of this start; none where external ones are named."""
    programs = []
    if machine.postgres:
        # INT is PostgreSQL's fast shutdown; "/" because its user may not be able to enter the checkout.
        programs.append(Program("postgres", machine.postgres.command(), "INT", 20, quiet=True, folder=Path("/")))
    if machine.redis:
        programs.append(Program("redis", machine.redis.command(), quiet=True, folder=machine.places.var))
    if machine.mosquitto:
        programs.append(Program("broker", machine.mosquitto.command(), quiet=True, folder=machine.places.var))
    return programs


def preparation() -> Program:
    """Return the program that makes whatever is missing."""
    return Program("prepare", _child("-m", "ioc.machine.prepare"), once=True)


def application(machine: Machine) -> list[Program]:
    """Return the centre itself: web, worker, beat, relay; a listener where there is a broker, demo data's simulator.

    Each takes a second of processor time to start: the pages come first, the rest when they answer.
    """
    programs = [
        Program("web", _child("-m", "uvicorn", "ioc.asgi:application", *_web_options(machine)), after="prepare"),
        Program("worker", _child(*_CELERY, "worker", *_WORKER_OPTIONS), stop_seconds=8, after="announce"),
        Program("beat", _child(*_CELERY, "beat", "--loglevel=WARNING", "--pidfile="), after="announce"),
        Program("relay", _child("manage.py", "relay"), after="prepare"),
    ]
    if machine.env.get("MQTT_URL"):
        programs.append(Program("listener", _child("manage.py", "mqtt_listener"), after="announce"))
    if machine.demo:
        programs.append(Program("simulator", _child("manage.py", "simulate"), after="announce"))
    return [*programs, Program("announce", _child("-m", "ioc.machine.announce"), once=True, after="prepare")]


def _child(*arguments: str) -> list[str]:
    """Return a command of this Python that ends when the supervisor does, however that ends."""
    return ["setpriv", "--pdeathsig", "TERM", "--", str(_PYTHON), *arguments]


def _web_options(machine: Machine) -> list[str]:
    return [
        "--host", machine.host, "--port", str(machine.port),
        "--ws", "services.wall.wire:WireProtocol",  # websockets-sansio, and frames that are encoded once
        "--ws-per-message-deflate", "false",  # compressing one frame for each of 2,000 walls is the whole CPU
        "--lifespan", "off", "--log-level", "warning", "--no-access-log",
        "--timeout-graceful-shutdown", "2",
    ]  # fmt: skip


# Without banners, and without the advice not to be root: messages are JSON, never code.
_CELERY = ["-W", "ignore:::celery.platforms", "-m", "celery", "--quiet", "-A", "ioc"]

_WORKER_OPTIONS = [
    "--loglevel=WARNING", "--concurrency=2",
    # One worker knows of no other: nothing to gossip about, and the start is quicker.
    "--without-gossip", "--without-mingle", "--without-heartbeat",
]  # fmt: skip


def configuration(program: Program, log_folder: Path) -> str:
    """Return the program's section for supervisor's configuration file."""
    options = {
        "command": shlex.join(program.command),
        "directory": str(program.folder),
        "autostart": str(not program.after).lower(),
        "autorestart": str(not program.once).lower(),
        "startsecs": "0" if program.once else "1",
        "startretries": "1000000",  # an outage outside (a full disk, a moved database) ends some day; so keep trying
        "stopsignal": program.stop_signal,
        "stopwaitsecs": str(program.stop_seconds),
        "killasgroup": "true",
        "redirect_stderr": "true",
        "stdout_events_enabled": str(not program.quiet).lower(),
        "stdout_logfile": str(log_folder / f"{program.name}.log"),
        "stdout_logfile_maxbytes": "20MB",
        "stdout_logfile_backups": "3",
    }
    lines = [f"{name}={value.replace('%', '%%')}" for name, value in options.items()]
    return "\n".join([f"[program:{program.name}]", *lines, ""])
