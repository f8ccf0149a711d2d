"""What a measurement says: a value, and how it stands against a peer or limit measured in the same run."""

import json
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path


@dataclass(frozen=True)
class Figure:
    """One line of a table.

    ``peer`` names what it is compared with, ``peer_value`` is that one's figure in the same unit. ``at_most`` and
    ``at_least`` are promises: a figure beyond them makes the run fail.
    """

    name: str
    value: float
    unit: str
    peer: str = ""
    peer_value: float | None = None
    at_most: float | None = None
    at_least: float | None = None

    @property
    def ratio(self) -> float | None:
        """The value over the peer's; None without a peer."""
        return self.value / self.peer_value if self.peer_value else None

    @property
    def kept(self) -> bool:
        """Whether the promise, if any, is kept."""
        too_much = self.at_most is not None and self.value > self.at_most
        too_little = self.at_least is not None and self.value < self.at_least
        return not (too_much or too_little)


def quantile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that at least ``share`` (0 to 1) of the values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -(-int(share * 1_000_000) * len(ordered) // 1_000_000) - 1))]


def table(figures: Sequence[Figure]) -> str:
    """Return the figures as text, one line each."""
    rows = [("", "measured", "compared with", "", "ratio", "promise")]
    for figure in figures:
        promise = [f"≤ {_short(figure.at_most)}"] if figure.at_most is not None else []
        promise += [f"≥ {_short(figure.at_least)}"] if figure.at_least is not None else []
        rows.append(
            (
                figure.name,
                f"{_short(figure.value)} {figure.unit}",
                figure.peer,
                f"{_short(figure.peer_value)} {figure.unit}" if figure.peer_value is not None else "",
                _short(figure.ratio) if figure.ratio is not None else "",
                " ".join(promise) + ("" if figure.kept else "  BROKEN"),
            )
        )
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def _short(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def write(name: str, figures: Sequence[Figure], folder: Path) -> Path:
    """Write the figures with machine and moment to ``folder/NAME.json``."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{name}.json"
    content = {
        "bench": name,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {
            "processor": platform.machine(),
            "system": platform.platform(),
            "python": platform.python_version(),
        },
        "figures": [asdict(figure) | {"ratio": figure.ratio, "kept": figure.kept} for figure in figures],
    }
    file.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return file
