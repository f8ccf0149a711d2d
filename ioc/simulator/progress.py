"""How far the simulated world has been sent: kept in ``var/``, so that a restart goes on where it stopped."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from django.conf import settings


def _file() -> Path:
    return Path(settings.VAR) / "simulated.json"


def remember(sent_until: Mapping[str, datetime]) -> None:
    """Note, per monitor, until when everything was sent."""
    file = _file()
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_suffix(".draft")
    draft.write_text(json.dumps({name: at.isoformat() for name, at in sent_until.items()}), encoding="utf-8")
    draft.replace(file)


def recall() -> dict[str, datetime]:
    """Return until when each monitor's items were sent; empty when nothing is known."""
    try:
        known = json.loads(_file().read_text(encoding="utf-8"))
        return {name: datetime.fromisoformat(at) for name, at in known.items()}
    except (OSError, ValueError, AttributeError, TypeError):
        return {}
