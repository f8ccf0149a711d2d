"""Which monitors are installed: those that have a folder, so that a new one needs no line anywhere."""

from pathlib import Path


def monitor_apps(folder: Path) -> list[str]:
    """Return the applications below ``folder``, by name: every folder with an ``apps.py`` is one."""
    return sorted(f"monitors.{found.parent.name}" for found in folder.glob("*/apps.py"))
