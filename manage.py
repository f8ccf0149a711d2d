#!/usr/bin/env python3
"""Django's command line for this project."""

import os
import sys
from pathlib import Path


def main() -> None:
    """Run a management command in the project's own virtual environment."""
    venv_python = Path(__file__).resolve().parent / ".venv" / "bin" / "python"
    if venv_python.exists() and Path(sys.prefix) != venv_python.parent.parent:
        # Whoever types ./manage.py gets the pinned packages, whatever shell they came from.
        os.execv(venv_python, [str(venv_python), *sys.argv])  # noqa: S606
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ioc.settings")
    from django.core.management import execute_from_command_line  # noqa: PLC0415

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
