"""A copy of the project with two more monitors, made by ``manage.py startmonitor``."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ioc.machine.places import ROOT
from tests.harness.plugin import SERVERS

ELEVENTH, TWELFTH = "water_supply", "street_lights"
_PROGRAM = ("ioc", "services", "monitors", "fixtures", "tests", "script", "manage.py", "pyproject.toml")
_AS_IT_IS = ("frontend", "locale", "requirements.txt")


@contextmanager
def with_two_more_monitors() -> Iterator[Path]:
    """Copy the project's tree to where PostgreSQL's user may go; the copy is gone at the end."""
    root = SERVERS.folder / "project"
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir()
    for name in _PROGRAM:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, root / name)
        else:
            shutil.copy2(ROOT / name, root / name)
    for name in _AS_IT_IS:
        (root / name).symlink_to(ROOT / name)
    made = run(root, "manage.py", "startmonitor", ELEVENTH, "--title-vi", "Cấp nước")
    assert f"monitors/{ELEVENTH}/rules.py" in made
    run(root, "manage.py", "startmonitor", TWELFTH, "--title-vi", "Chiếu sáng", "--title-en", "Street lights")
    yield root
    shutil.rmtree(root)


def run(root: Path, *arguments: str) -> str:
    """Run Python in a copy, with nothing of this run in its environment, and return what it said."""
    env = {"PATH": "/usr/bin:/bin", "HOME": str(root), "DJANGO_SETTINGS_MODULE": "ioc.settings", "PYTHONPATH": "."}
    command = [sys.executable, *arguments]
    done = subprocess.run(command, cwd=root, env=env, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
