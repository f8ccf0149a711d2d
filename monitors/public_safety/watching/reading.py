"""Ask a stream for one picture, never for longer than said: the reading is done by a child process that is killed."""

import json
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext_noop

PROBE = Path(__file__).with_name("probe.py")
SECONDS = 8.0
"""How long a camera may take to show a picture (configuration)."""
START = 4.0
"""What a child may need besides on a busy machine before it is killed."""
AT_ONCE = 8
REASONS = {
    "refused": gettext_noop("connection refused"),
    "not_found": gettext_noop("nothing at this address"),
    "forbidden": gettext_noop("user or password refused"),
    "http_error": gettext_noop("the camera's server answers an error"),
    "timeout": gettext_noop("no answer in time"),
    "not_video": gettext_noop("answers, but with no picture"),
    "broken": gettext_noop("breaks off before a whole picture"),
    "too_large": gettext_noop("the picture is too large"),
    "not_allowed": gettext_noop("the address is no RTSP or HTTP address"),
    "unreachable": gettext_noop("not reachable"),
    "failed": gettext_noop("the check itself failed"),
}
"""Why there is no picture (message ids). The address, which may hold a password, is in none of them."""


@dataclass(frozen=True, slots=True)
class Picture:
    """One whole picture: its size, a small JPEG of it and the grid of luma that pictures are compared by."""

    width: int
    height: int
    jpeg: bytes
    grid: bytes


@dataclass(frozen=True, slots=True)
class NoPicture:
    """None could be read; ``reason`` is a key of ``REASONS``."""

    reason: str


def read_picture(address: str, *, seconds: float = SECONDS) -> Picture | NoPicture:
    """Return a picture of the stream or why there is none, after ``seconds`` + ``START`` at the latest. Never raises.

    The child inherits neither environment nor open files: what a hostile stream may do to a decoder finds no secret.
    """
    asked = json.dumps({"address": address, "seconds": seconds}).encode() + b"\n"
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(PROBE)],
            input=asked,
            capture_output=True,
            timeout=seconds + START,
            check=False,
            env={"LANG": "C.UTF-8"},
        )
    except subprocess.TimeoutExpired:
        return NoPicture("timeout")
    except OSError:
        return NoPicture("failed")
    return _answer(done.stdout)


def read_pictures(addresses: Sequence[str], *, seconds: float = SECONDS) -> list[Picture | NoPicture]:
    """Read several streams side by side, in the same time as the slowest ``AT_ONCE`` of them."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(lambda address: read_picture(address, seconds=seconds), addresses))


def _answer(said: bytes) -> Picture | NoPicture:
    line, _end, rest = said.partition(b"\n")
    try:
        told = json.loads(line)
        if "reason" in told:
            return NoPicture(told["reason"] if told["reason"] in REASONS else "failed")
        jpeg, grid = rest[: told["jpeg"]], rest[told["jpeg"] : told["jpeg"] + told["grid"]]
        return Picture(int(told["width"]), int(told["height"]), jpeg, grid)
    except (ValueError, KeyError, TypeError):
        return NoPicture("failed")
