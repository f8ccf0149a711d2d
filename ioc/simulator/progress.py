"""How far the simulated world has been sent: kept in ``var/``, so that a restart goes on where it stopped."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path

from django.conf import settings


def _file(name: str = "simulated") -> Path:
    return Path(settings.VAR) / f"{name}.json"


def remember(sent_until: Mapping[str, datetime]) -> None:
    """Note, per monitor, until when everything was sent."""
    _write(_file(), sent_until)


def _write(file: Path, instants: Mapping[str, datetime]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_suffix(".draft")
    draft.write_text(json.dumps({name: at.isoformat() for name, at in instants.items()}), encoding="utf-8")
    draft.replace(file)


def recall() -> dict[str, datetime]:
    """Return until when each monitor's items were sent; empty when nothing is known."""
    return _read(_file())


def take_over(monitors: Iterable[str], until: datetime) -> None:
    """Say that a scenario speaks for these monitors until then: a river cannot have two heights at once."""
    _write(_file("spoken_for"), dict.fromkeys(monitors, until))


def spoken_for(now: datetime) -> frozenset[str]:
    """Return the monitors for which a scenario speaks now."""
    return frozenset(name for name, until in _read(_file("spoken_for")).items() if now < until)


def _read(file: Path) -> dict[str, datetime]:
    try:
        known = json.loads(file.read_text(encoding="utf-8"))
        return {name: datetime.fromisoformat(at) for name, at in known.items()}
    except (OSError, ValueError, AttributeError, TypeError):
        return {}
