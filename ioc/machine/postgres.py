"""A private PostgreSQL cluster with PostGIS: unix socket only, no password (peer), run as a direct child."""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from ioc.machine.places import MachineError

ROLE = "ioc"
DATABASE = "ioc"
EXTENSIONS = ("postgis", "unaccent", "pg_trgm", "btree_gist")
_SUPERUSER = "postgres"
_INSTALLED = Path("/usr/lib/postgresql")
_SHARED = Path("/usr/share/postgresql")

_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0777",  # who may come in is pg_hba.conf's answer (peer), not the file mode's
    "timezone": "UTC",
    "jit": "off",  # short queries: compiling them costs more than it saves
    "shared_buffers": "128MB",
    "wal_compression": "on",
    "log_checkpoints": "off",
    "log_min_messages": "log",  # a refused row is the application's to report
    "log_line_prefix": "",
}
# Tests survive a killed process, never a power cut: nothing waits for a disk.
_FORGETFUL = {"fsync": "off", "full_page_writes": "off", "autovacuum_naptime": "10s"}
# What tests roll back would teach a vacuum that full tables are empty, and the planner to read them whole; without one
# it goes by their size.
_UNTIDY = {"autovacuum": "off"}


@dataclass(frozen=True)
class Postgres:
    """One cluster in ``data`` with its socket in ``sockets``; not ``durable`` and ``tidy`` for tests that roll back."""

    data: Path
    sockets: Path
    durable: bool = True
    tidy: bool = True

    def url(self, database: str = DATABASE) -> str:
        """Return the address of a database for DATABASE_URL."""
        return f"postgresql://{ROLE}@/{database}?host={self.sockets}"

    def create(self) -> None:
        """Make the cluster and its folders when they are not there; MachineError says what a person must do."""
        self._make_folders()
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        self._write_access_rules()

    def command(self) -> list[str]:
        """Return the server's command line; it dies with whoever starts it."""
        settings = {**_SETTINGS, "unix_socket_directories": str(self.sockets)}
        settings |= ({} if self.durable else _FORGETFUL) | ({} if self.tidy else _UNTIDY)
        options = [argument for name, value in settings.items() for argument in ("-c", f"{name}={value}")]
        return [*self._as_owner(), str(self._binaries() / "postgres"), "-D", str(self.data), *options]

    def ready(self) -> bool:
        """Return whether the server takes connections."""
        command = [str(self._binaries() / "pg_isready"), "-q", "-h", str(self.sockets), "-U", ROLE, "-d", "postgres"]
        return subprocess.run(command, check=False).returncode == 0

    def prepare(self, database: str = DATABASE) -> None:
        """Make role, extensions and database in a running cluster; each only when missing.

        The extensions live in template1, so that every database made later has them and the application's role
        needs no superuser rights.
        """
        with self._superuser("template1") as connection:
            for extension in EXTENSIONS:
                connection.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(extension)))
            if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE]).fetchone():
                connection.execute(sql.SQL("CREATE ROLE {} LOGIN CREATEDB").format(sql.Identifier(ROLE)))
        with self._superuser("postgres") as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone():
                statement = sql.SQL("CREATE DATABASE {} OWNER {}")
                connection.execute(statement.format(sql.Identifier(database), sql.Identifier(ROLE)))

    def _superuser(self, database: str) -> "psycopg.Connection[tuple[object, ...]]":
        return psycopg.connect(host=str(self.sockets), user=_SUPERUSER, dbname=database, autocommit=True)

    def _owner(self) -> pwd.struct_passwd:
        """Return the user PostgreSQL runs as: ourselves, but never root, which it refuses."""
        if os.geteuid() != 0:
            return pwd.getpwuid(os.geteuid())
        if self.data.exists() and self.data.stat().st_uid != 0:
            return pwd.getpwuid(self.data.stat().st_uid)
        return pwd.getpwnam("postgres")

    def _as_owner(self) -> list[str]:
        command = ["setpriv", "--pdeathsig", "INT"]
        if os.geteuid() == 0:
            owner = self._owner()
            command += [f"--reuid={owner.pw_uid}", f"--regid={owner.pw_gid}", "--init-groups"]
        return [*command, "--"]

    def _binaries(self) -> Path:
        """Return the folder of the server's programs: of the version the data has, else the newest with PostGIS."""
        installed = sorted((int(p.name) for p in _INSTALLED.glob("[0-9]*") if _has_postgis(p.name)), reverse=True)
        version_file = self.data / "PG_VERSION"
        if version_file.exists():
            wanted = int(version_file.read_text(encoding="ascii"))
            if wanted not in installed:
                message = f"{self.data} is of PostgreSQL {wanted}; install postgresql-{wanted}-postgis-3"
                raise MachineError(message)
            return _INSTALLED / str(wanted) / "bin"
        if not installed:
            message = "No PostgreSQL with PostGIS on this machine; run script/system as root"
            raise MachineError(message)
        return _INSTALLED / str(installed[0]) / "bin"

    def _make_folders(self) -> None:
        self.data.parent.mkdir(parents=True, exist_ok=True)
        self.sockets.mkdir(mode=0o755, parents=True, exist_ok=True)
        if os.geteuid() == 0:
            owner = self._owner()
            os.chown(self.sockets, owner.pw_uid, owner.pw_gid)
            self._check_reachable(owner)
        elif self.data.exists() and self.data.stat().st_uid != os.geteuid():
            owner_name = pwd.getpwuid(self.data.stat().st_uid).pw_name
            message = f"{self.data} belongs to {owner_name}: start as that user or as root, or remove it"
            raise MachineError(message)

    def _check_reachable(self, owner: pwd.struct_passwd) -> None:
        """PostgreSQL runs as another user than root, who must be able to walk down to the data."""
        for folder in [*reversed(self.data.parents)]:
            if subprocess.run([*self._as_owner(), "test", "-x", str(folder)], cwd="/", check=False).returncode:
                message = (
                    f"PostgreSQL runs as user {owner.pw_name}, who may not pass through {folder}. Put the checkout "
                    f"elsewhere, run as a normal user, or allow it: chmod o+x {folder}"
                )
                raise MachineError(message)

    def _initialise(self) -> None:
        # Into a draft that is renamed when whole: a killed start leaves no half cluster that looks like one.
        draft = self.data.with_name(f"{self.data.name}.new")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        if os.geteuid() == 0:
            owner = self._owner()
            os.chown(draft, owner.pw_uid, owner.pw_gid)
        command = [
            *self._as_owner(), str(self._binaries() / "initdb"), "--pgdata", str(draft), "--username", _SUPERUSER,
            "--auth", "peer", "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-instructions", "--no-sync",
        ]  # fmt: skip
        done = subprocess.run(command, cwd="/", check=False, capture_output=True, text=True)
        if done.returncode:
            message = f"PostgreSQL could not make a cluster in {self.data}:\n{done.stdout}{done.stderr}"
            raise MachineError(message)
        draft.rename(self.data)

    def _write_access_rules(self) -> None:
        """Let in only the owner of the data and root, and nobody over a network."""
        names = {self._owner().pw_name, pwd.getpwuid(0).pw_name}
        mapped = [f'ioc "{name}" {role}' for name in sorted(names) for role in (_SUPERUSER, ROLE)]
        self._write("pg_hba.conf", "local all all peer map=ioc\n")
        self._write("pg_ident.conf", "\n".join(mapped) + "\n")

    def _write(self, name: str, content: str) -> None:
        file = self.data / name
        if file.read_text(encoding="utf-8") != content:
            file.write_text(content, encoding="utf-8")


def _has_postgis(version: str) -> bool:
    return (_SHARED / version / "extension" / "postgis.control").exists()
