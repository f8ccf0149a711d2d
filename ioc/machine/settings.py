"""What this start was asked for: read from the environment alone, handed on to every child."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from ioc.env import VARIABLES
from ioc.machine.mosquitto import Mosquitto, program
from ioc.machine.places import ROOT, Places, places
from ioc.machine.postgres import Postgres
from ioc.machine.redisserver import RedisServer


@dataclass(frozen=True)
class Machine:
    """One start of the centre: its folders, its own servers (None = external ones), its address."""

    places: Places
    postgres: Postgres | None
    redis: RedisServer | None
    host: str
    port: int
    demo: bool
    env: dict[str, str]
    mosquitto: Mosquitto | None = None

    @property
    def url(self) -> str:
        """The address to open in a browser on this machine."""
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(self.host, self.host)  # noqa: S104 - compared, not bound
        return f"http://{host}:{self.port}"


def machine_from_environment() -> Machine:
    """Read IOC_VAR, IOC_HOST, IOC_PORT, IOC_DEMO, DATABASE_URL, REDIS_URL and MQTT_URL.

    What an earlier start recorded in var/run/env is left out on purpose: it may speak of another database.
    """
    given = os.environ
    where = places(Path(given.get("IOC_VAR") or ROOT / "var"))
    own_postgres = Postgres(where.var / "pg", where.run / "pg")
    own_redis = RedisServer(where.var / "redis", where.run / "redis.sock")
    # Children get the private servers' addresses as everybody else does: by the same two variables.
    postgres = own_postgres if given.get("DATABASE_URL") in {None, "", own_postgres.url()} else None
    redis = own_redis if given.get("REDIS_URL") in {None, "", own_redis.url()} else None
    mosquitto = _own_broker(where, given.get("MQTT_URL"))
    demo = given.get("IOC_DEMO", VARIABLES["IOC_DEMO"].default).strip().lower() not in {"", "0", "no", "off", "false"}
    env = {
        "DATABASE_URL": postgres.url() if postgres else given["DATABASE_URL"],
        "REDIS_URL": redis.url() if redis else given["REDIS_URL"],
        "MQTT_URL": mosquitto.url() if mosquitto else given.get("MQTT_URL", ""),
        "IOC_VAR": str(where.var),
        "IOC_DEMO": "1" if demo else "0",
        "IOC_HOST": _given("IOC_HOST"),
        "IOC_PORT": _given("IOC_PORT"),
        "IOC_PROVINCE": _given("IOC_PROVINCE"),
        "IOC_PUBLIC_URL": _given("IOC_PUBLIC_URL"),
    }
    return Machine(
        places=where,
        postgres=postgres,
        redis=redis,
        host=env["IOC_HOST"],
        port=int(env["IOC_PORT"]),
        demo=demo,
        env={name: value for name, value in env.items() if value},
        mosquitto=mosquitto,
    )


def _own_broker(where: Places, given: str | None) -> Mosquitto | None:
    """Return the private broker; None where another one is named, or none is installed: then nothing comes by MQTT."""
    own = Mosquitto(where.var / "mqtt")
    if given not in {None, "", own.url()} or program("mosquitto") is None:
        return None
    own.create()  # its address has a password and a port of its own, so it is made before anybody asks for it
    return own


def _given(name: str) -> str:
    return os.environ.get(name) or VARIABLES[name].default


def export(machine: Machine) -> None:
    """Put the addresses into this process's environment, for Django and for every child; record them for others."""
    os.environ.update(machine.env)
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    os.environ["PYTHONUNBUFFERED"] = "1"
    os.environ["DJANGO_SETTINGS_MODULE"] = "ioc.settings"
    machine.places.record({name: value for name, value in machine.env.items() if name != "IOC_VAR"})
