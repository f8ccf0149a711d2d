"""Every icon that a template or a Python file names can be drawn."""

import re
from pathlib import Path

from django.conf import settings

from services.kernel.icons import symbols

ROOT = Path(settings.BASE_DIR)
PLACES = (
    ("frontend/templates", "*.html", r'{% icon "([a-z0-9-]+)"', "i-"),
    ("frontend/templates", "*.html", r'{% shape "([a-z0-9-]+)"', ""),
    ("services", "*.py", r'\bicon="([a-z0-9-]+)"', "i-"),
    ("monitors", "*.py", r'\bicon="([a-z0-9-]+)"', "i-"),
)


def test_every_named_icon_is_in_the_sprite():
    missing = {
        f"{name} ({file.relative_to(ROOT)})"
        for folder, pattern, named, prefix in PLACES
        for file in (ROOT / folder).rglob(pattern)
        for name in re.findall(named, file.read_text(encoding="utf-8"))
        if f"{prefix}{name}" not in symbols()
    }
    assert not missing, f"run `node frontend/src/pages/sprite.ts`: {sorted(missing)}"
