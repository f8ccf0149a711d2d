"""The icons the project draws: two files of ``<symbol>`` elements beside the templates.

``lucide.svg`` is written by ``frontend/src/pages/sprite.ts`` from every name that a template or a Python file gives;
``shapes.svg`` holds our own (severity, states of work, the mark).
"""

import re
from functools import cache

from django.conf import settings

FILES = ("lucide.svg", "shapes.svg")
_SYMBOL = re.compile(r'<symbol id="([a-z0-9-]+)" viewBox="([0-9 ]+)">(.*)</symbol>')


@cache
def symbols() -> dict[str, tuple[str, str]]:
    """Return every symbol by id (``i-camera``): its viewBox and its drawing."""
    folder = settings.BASE_DIR / "frontend" / "templates" / "icons"
    text = "".join((folder / name).read_text(encoding="utf-8") for name in FILES)
    return {name: (box, body) for name, box, body in _SYMBOL.findall(text)}
