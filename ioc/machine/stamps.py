"""Marks of finished work, by the content that went in: a step whose inputs did not change is skipped."""

import fcntl
import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ioc.machine.places import ROOT

_STAMPS = ROOT / "var" / "stamps"
_NEVER_INPUT = {"__pycache__", "node_modules", "dist", "dist.new", "dist.old"}


def content_hash(paths: Iterable[Path]) -> str:
    """Return a hash of files and folders (walked, sorted); names count, times don't."""
    digest = hashlib.sha256()
    for file in sorted({file for path in paths for file in _files(path)}):
        digest.update(str(file.relative_to(ROOT)).encode())
        digest.update(b"\0")
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _files(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
        return
    for folder, folders, names in os.walk(path):
        folders[:] = [name for name in folders if name not in _NEVER_INPUT]
        yield from (Path(folder, name) for name in names if not name.endswith((".pyc", ".mo")))


class Stamp:
    """The mark of one step that makes files; two starts at once wait for each other."""

    def __init__(self, name: str) -> None:
        self._file = _STAMPS / name

    def holds(self, value: str) -> bool:
        """Return whether the step was last finished with these inputs."""
        try:
            return self._file.read_text(encoding="ascii") == value
        except OSError:
            return False

    def set(self, value: str) -> None:
        """Remember that the step is finished with these inputs."""
        self._file.write_text(value, encoding="ascii")

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Keep other processes out of this step; the kernel lets go when this process dies."""
        _STAMPS.mkdir(parents=True, exist_ok=True)
        with self._file.with_suffix(".lock").open("a") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
