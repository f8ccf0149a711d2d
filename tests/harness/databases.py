"""Prepared databases: migrated, with province and demo data, built once for their sources and cloned in a moment."""

import hashlib
import os
import shutil
import subprocess
import sys
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


def prepared(postgres: Postgres, folder: Path, *, demo: bool) -> Template:
    """Return a database with the province and, with ``demo``, accounts and data; built when its sources changed."""
    kind = "demo" if demo else "live"
    province = os.environ.get("IOC_PROVINCE") or VARIABLES["IOC_PROVINCE"].default
    parts = [inputs.migrations(), inputs.province(province), *([inputs.demo()] if demo else [])]
    mark = hashlib.sha256(" ".join(parts).encode()).hexdigest()[:12]
    template = Template(f"prepared_{kind}_{mark}", folder / "prepared" / f"{kind}_{mark}")
    existing = _databases(postgres, f"prepared_{kind}_")
    if template.database in existing and template.folder.is_dir():
        return template
    for outdated in existing:
        drop(postgres, outdated)
    _build(postgres, template, demo=demo)
    return template


def _build(postgres: Postgres, template: Template, *, demo: bool) -> None:
    for outdated in template.folder.parent.glob(template.folder.name.split("_")[0] + "_*"):
        shutil.rmtree(outdated)
    template.folder.mkdir(parents=True)
    draft = f"draft_{os.getpid()}"
    drop(postgres, draft)
    _run(postgres, "CREATE DATABASE {}", draft)
    env = os.environ | {
        "DATABASE_URL": postgres.url(draft),
        "IOC_VAR": str(template.folder),
        "IOC_DEMO": "1" if demo else "0",
        "DJANGO_SETTINGS_MODULE": "ioc.settings",
    }
    for command in ("migrate", "load_province", "load_policies", "load_indicators", *(["seed_demo"] if demo else [])):
        done = subprocess.run(
            [sys.executable, "manage.py", command], cwd=ROOT, env=env, check=False, capture_output=True, text=True
        )
        if done.returncode:
            message = f"manage.py {command} failed while a test database was prepared:\n{done.stdout}{done.stderr}"
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
