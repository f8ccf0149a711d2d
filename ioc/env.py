"""Every environment variable the project reads, with what it means, in one place.

Values come from the process's environment; what is unset there is looked up in ``var/run/env`` (KEY=VALUE lines),
which ``script/server`` writes so that ``manage.py`` in a second terminal finds the running servers.
"""

import os
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("IOC_VAR", ROOT / "var"))


@dataclass(frozen=True)
class Variable:
    """One environment variable: its name, default and help text."""

    name: str
    default: str
    help: str


VARIABLES = {
    v.name: v
    for v in (
        Variable("DATABASE_URL", "", "PostgreSQL with PostGIS; default: the private cluster under var/"),
        Variable(
            "REDIS_URL", "", "Redis for Celery's nudges and the wall's wake-ups; default: the private one under var/"
        ),
        Variable(
            "MQTT_URL",
            "",
            "MQTT broker of the sensors, mqtt://user:password@host:port; default: a private one under var/",
        ),
        Variable("IOC_VAR", str(ROOT / "var"), "where run-time state lives"),
        Variable("IOC_HOST", "127.0.0.1", "address the web server listens on"),
        Variable("IOC_PORT", "8000", "port the web server listens on"),
        Variable("IOC_ALLOWED_HOSTS", "", "comma-separated host names the site answers to, besides localhost"),
        Variable("IOC_PUBLIC_URL", "", "the address people use, e.g. https://ioc.example.vn; used in messages"),
        Variable("IOC_DEMO", "1", "1: demo data, demo accounts and the simulator; 0: none of them"),
        Variable("IOC_DEBUG", "0", "1: Django's debug pages; never on a reachable machine"),
        Variable("IOC_SECRET_KEY", "", "signing key; default: generated once into var/secret"),
        Variable("IOC_PROVINCE", "daklak", "folder below fixtures/province/ with everything provincial"),
        Variable("IOC_ROLE", "all", "all, web (pages and API) or hub (websockets): lets a proxy split them"),
        Variable("IOC_LATE_SECONDS", "120", "seconds a timer may be overdue before the engine counts as stopped"),
        Variable("IOC_DB_POOL", "20", "largest number of database connections of one process"),
        Variable("IOC_INTAKE_MAX_BYTES", str(32 * 1024 * 1024), "largest accepted intake body, in bytes"),
        Variable("IOC_ATTACHMENT_MAX_BYTES", str(20 * 1024 * 1024), "largest file on a ticket, in bytes"),
        Variable(
            "IOC_CAMERA_STREAMS",
            "",
            'TOML file with a table [streams] slug = "rtsp://…" of cameras to look at; holds passwords',
        ),
        Variable(
            "IOC_QUARANTINE_DAYS",
            "30",
            "days until a refused item's own words are emptied (they may name people)",
        ),
        Variable(
            "IOC_EXCHANGE_NUMBER",
            "",
            "telephone number of the exchange that connects officers with reporters by a ticket's extension",
        ),
        Variable(
            "IOC_EMAIL_URL",
            "",
            "smtp://user:password@host:port (smtps://, smtp+starttls://) for live mail; default: files under var/mail",
        ),
        Variable("IOC_EMAIL_FROM", "ioc@localhost", "sender of live mail"),
        Variable(
            "IOC_NOTIFY",
            "",
            "TOML file with the gateways for SMS, Zalo and webhooks (docs/notifications.md); holds passwords",
        ),
        Variable("IOC_PROVINCES_DIR", "", "another folder of province packs, searched before fixtures/province/"),
        Variable("GDAL_LIBRARY_PATH", "", "GDAL; default: the library inside the pyogrio wheel"),
        Variable("GEOS_LIBRARY_PATH", "", "GEOS; default: the library inside the shapely wheel"),
    )
}


def _recorded() -> dict[str, str]:
    try:
        lines = (VAR / "run" / "env").read_text(encoding="utf-8").splitlines()
    except OSError:
        return {}
    return dict(line.split("=", 1) for line in lines if "=" in line)


_RECORDED = _recorded()


def text(name: str) -> str:
    """Return a variable's value; KeyError for a name that is not documented above."""
    variable = VARIABLES[name]
    return os.environ.get(name) or _RECORDED.get(name) or variable.default


def flag(name: str) -> bool:
    """Return whether a variable is switched on."""
    return text(name).strip().lower() not in {"", "0", "no", "off", "false"}


def number(name: str) -> int:
    """Return a whole number; ValueError names the variable when it is none."""
    value = text(name)
    try:
        return int(value)
    except ValueError:
        message = f"{name} must be a whole number, not {value!r}"
        raise ValueError(message) from None
