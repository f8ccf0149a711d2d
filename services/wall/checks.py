"""Every board's declaration is read when the programs start: a wrong one stops them, and says what is wrong."""

from collections.abc import Callable, Iterable
from typing import Any

from django.core.checks import CheckMessage, Error, register

from services import registry
from services.wall.boards import DECLARED, from_file, of_monitor
from services.wall.layouts import LayoutError


@register
def boards_can_be_shown(**_: Any) -> list[CheckMessage]:
    """Return an error for each fault of a declared board."""
    found: list[CheckMessage] = []
    names = [file.stem for file in DECLARED.glob("*.toml")]
    for file in sorted(DECLARED.glob("*.toml")):
        found += _faults(file.stem, lambda file=file: from_file(file))  # type: ignore[misc]
    for monitor in registry.monitors():
        found += _faults(monitor.slug, lambda monitor=monitor: of_monitor(monitor))  # type: ignore[misc]
        if monitor.slug in names:
            found.append(_error(monitor.slug, "two boards have this name"))
    return found


def _faults(board: str, read: Callable[[], object]) -> Iterable[CheckMessage]:
    try:
        read()
    except LayoutError as error:
        return [_error(board, fault) for fault in error.faults]
    return []


def _error(board: str, fault: str) -> CheckMessage:
    return Error(f"board {board}: {fault}", hint="see services/wall/layouts.py", id="wall.E001")
