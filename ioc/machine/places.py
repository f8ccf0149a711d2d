"""Where the private servers keep their data and sockets, and how other terminals find them."""

import hashlib
import os
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# A unix socket's path holds 107 bytes; PostgreSQL adds its own name and a lock beside it.
_LONGEST_RUN_PATH = 107 - len("/pg/.s.PGSQL.5432.lock")


class MachineError(Exception):
    """Something a person has to put right; the message says what and how."""


@dataclass(frozen=True)
class Places:
    """Directories of one installation (or of one test slot): everything below ``var``, sockets below ``run``."""

    var: Path
    run: Path

    @property
    def env_file(self) -> Path:
        """Addresses of the running servers as KEY=VALUE lines, read by ``ioc.env``."""
        return self.var / "run" / "env"

    @property
    def stamps(self) -> Path:
        """Marks of finished preparation steps."""
        return self.var / "stamps"

    def record(self, variables: dict[str, str]) -> None:
        """Write the addresses that ``manage.py`` in a second terminal needs; whole or not at all."""
        self.env_file.parent.mkdir(parents=True, exist_ok=True)
        draft = self.env_file.with_name(f"env.{os.getpid()}")
        draft.write_text("".join(f"{key}={value}\n" for key, value in variables.items()), encoding="utf-8")
        draft.chmod(0o600)
        draft.replace(self.env_file)


def places(var: Path) -> Places:
    """Return the directories below ``var``, made if needed.

    When ``var`` lies too deep for a socket's path, sockets go to a private folder in the temp directory.
    MachineError when somebody else owns that folder.
    """
    var = var.resolve()
    var.mkdir(parents=True, exist_ok=True)
    run = var / "run"
    if len(os.fsencode(run)) > _LONGEST_RUN_PATH:
        run = _private_temp_folder(var)
    run.mkdir(mode=0o755, exist_ok=True)
    return Places(var, run)


def _private_temp_folder(var: Path) -> Path:
    name = f"ioc-{os.getuid()}-{hashlib.sha256(os.fsencode(var)).hexdigest()[:10]}"
    folder = Path(tempfile.gettempdir()) / name
    folder.mkdir(mode=0o755, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o022:
        message = f"{folder} is not a folder of this user alone; remove it and start again"
        raise MachineError(message)
    return folder
