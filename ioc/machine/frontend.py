"""Front end and translations: made when their sources changed, else left alone."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from ioc.machine.places import ROOT, MachineError
from ioc.machine.stamps import Stamp, content_hash

_FRONTEND = ROOT / "frontend"
_BIN = Path(sys.executable).parent


def install_packages() -> bool:
    """Install the locked npm packages; return whether there was anything to do."""
    stamp, inputs = Stamp("npm"), content_hash([_FRONTEND / "package.json", _FRONTEND / "package-lock.json"])
    with stamp.lock():
        if stamp.holds(inputs) and (_FRONTEND / "node_modules").is_dir():
            return False
        _npm("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
        stamp.set(inputs)
        return True


def build() -> bool:
    """Build the pages' scripts and styles into frontend/dist; return whether there was anything to do."""
    stamp, inputs = Stamp("vite"), content_hash([_FRONTEND, ROOT / "requirements.txt"])
    dist, fresh, old = _FRONTEND / "dist", _FRONTEND / "dist.new", _FRONTEND / "dist.old"
    with stamp.lock():
        if stamp.holds(inputs) and (dist / "manifest.json").exists():
            return False
        # Built aside and swapped in: a running centre never serves half a build.
        _npm("run", "--silent", "build", "--", "--outDir", str(fresh), "--emptyOutDir", "--logLevel", "warn")
        shutil.rmtree(old, ignore_errors=True)
        if dist.exists():
            dist.rename(old)
        fresh.rename(dist)
        shutil.rmtree(old, ignore_errors=True)
        stamp.set(inputs)
        return True


def compile_messages() -> bool:
    """Compile every translation catalogue that is newer than its compiled form; return whether there was one."""
    done = False
    for source in sorted((ROOT / "locale").glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        stamp, inputs = Stamp(f"{source.parts[-3]}-{source.stem}"), content_hash([source])
        with stamp.lock():
            if stamp.holds(inputs) and target.exists():
                continue
            draft = target.with_suffix(f".mo.{os.getpid()}")
            _run(["msgfmt", "--check-format", "-o", str(draft), str(source)])
            draft.replace(target)
            stamp.set(inputs)
            done = True
    return done


def _npm(*arguments: str) -> None:
    _run([str(_BIN / "npm"), *arguments], cwd=_FRONTEND)


def _run(command: list[str], cwd: Path = ROOT) -> None:
    env = {**os.environ, "PATH": os.pathsep.join([str(_BIN), os.environ.get("PATH", os.defpath)])}
    done = subprocess.run(command, cwd=cwd, env=env, check=False, capture_output=True, text=True)
    if done.returncode:
        message = f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}"
        raise MachineError(message)
