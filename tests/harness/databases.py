"""Prepared databases, each on top of the one before: tables, a province, demo data; cloned in a moment.

They are built once for their sources, and kept from one run to the next.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from ioc.env import VARIABLES
from ioc.machine import inputs
from ioc.machine.places import ROOT
from ioc.machine.postgres import ROLE, Postgres


@dataclass(frozen=True)
class Template:
    """A prepared database to clone, and the folder with what its preparation wrote beside it (demo.json)."""

    database: str
    folder: Path


_CALL = "import sys, django; django.setup(); from django.core.management import call_command as c; "
_CALL += "[c(name) for name in sys.argv[1:]]"
"""Several management commands in one process: starting Django costs more than most of them."""


@dataclass(frozen=True)
class _Kind:
    """How a template is made: what it stands on, the commands that fill it, and the inputs that it depends on."""

    name: str
    base: "_Kind | None"
    commands: tuple[str, ...]
    inputs: Callable[[], str]

    def mark(self) -> str:
        """Return the hash of everything it is made from."""
        below = self.base.mark() if self.base else ""
        return hashlib.sha256(f"{below} {self.inputs()}".encode()).hexdigest()[:12]


def _province() -> str:
    return inputs.province(os.environ.get("IOC_PROVINCE") or VARIABLES["IOC_PROVINCE"].default)


_BARE = _Kind("bare", None, ("migrate",), inputs.migrations)
_LIVE = _Kind("live", _BARE, ("load_province", "load_policies", "load_indicators"), _province)
_DEMO = _Kind("demo", _LIVE, ("seed_demo",), inputs.demo)


def migrated(postgres: Postgres, folder: Path) -> Template:
    """Return a database with every table and nothing but what migrations lay; built when they changed."""
    return _template(postgres, folder, _BARE)


def prepared(postgres: Postgres, folder: Path, *, demo: bool) -> Template:
    """Return a database with the province and, with ``demo``, accounts and data; built when its sources changed."""
    return _template(postgres, folder, _DEMO if demo else _LIVE)


def _template(postgres: Postgres, folder: Path, kind: _Kind) -> Template:
    mark = kind.mark()
    template = Template(f"prepared_{kind.name}_{mark}", folder / "prepared" / f"{kind.name}_{mark}")
    existing = _databases(postgres, f"prepared_{kind.name}_")
    if template.database in existing and template.folder.is_dir():
        return template
    base = _template(postgres, folder, kind.base) if kind.base else None
    for outdated in existing:
        drop(postgres, outdated)
    _build(postgres, template, kind, base)
    return template


def _build(postgres: Postgres, template: Template, kind: _Kind, base: Template | None) -> None:
    for outdated in template.folder.parent.glob(f"{kind.name}_*"):
        shutil.rmtree(outdated)
    template.folder.mkdir(parents=True)
    draft = f"draft_{os.getpid()}"
    if base:
        clone(postgres, base, draft)
    else:
        drop(postgres, draft)
        _run(postgres, "CREATE DATABASE {}", draft)
    env = os.environ | {
        "DATABASE_URL": postgres.url(draft),
        "IOC_VAR": str(template.folder),
        "IOC_DEMO": "1" if kind is _DEMO else "0",
        "DJANGO_SETTINGS_MODULE": "ioc.settings",
    }
    command = [sys.executable, "-c", _CALL, *kind.commands]
    done = subprocess.run(command, cwd=ROOT, env=env, check=False, capture_output=True, text=True)
    if done.returncode:
        said = f"{done.stdout}{done.stderr}"
        message = f"{', '.join(kind.commands)} failed while a test database was prepared:\n{said}"
        raise RuntimeError(message)
    # Under its final name only when it is whole: an interrupted run leaves a draft that nobody clones.
    with _connection(postgres) as connection:
        statement = sql.SQL("ALTER DATABASE {} RENAME TO {}")
        connection.execute(statement.format(sql.Identifier(draft), sql.Identifier(template.database)))


def clone(postgres: Postgres, template: Template, name: str) -> None:
    """Make database ``name`` with everything that is in the template."""
    drop(postgres, name)
    with _connection(postgres) as connection:
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY")
        connection.execute(statement.format(sql.Identifier(name), sql.Identifier(template.database)))


def drop(postgres: Postgres, name: str) -> None:
    """Remove a database, whoever is connected to it; nothing when there is none."""
    try:
        _run(postgres, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
    except psycopg.errors.InsufficientPrivilege:
        # A worker of autovacuum is in it, which only a superuser may end by force; a plain drop asks it to leave.
        _run(postgres, "DROP DATABASE IF EXISTS {}", name)


def _databases(postgres: Postgres, prefix: str) -> set[str]:
    with _connection(postgres) as connection:
        found = connection.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [prefix])
        return {str(row[0]) for row in found}


def _run(postgres: Postgres, statement: str, name: str) -> None:
    with _connection(postgres) as connection:
        connection.execute(sql.SQL(statement).format(sql.Identifier(name)))


def _connection(postgres: Postgres) -> "psycopg.Connection[tuple[object, ...]]":
    return psycopg.connect(host=str(postgres.sockets), user=ROLE, dbname="postgres", autocommit=True)
