"""Reads vector tiles with GDAL's own reader, which knows nothing of how they were made."""

import json
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyogrio
import shapely


@dataclass(frozen=True)
class Feature:
    """One feature: its geometry in EPSG:3857 and its properties, empty ones left out."""

    geometry: Any
    properties: dict[str, Any]


def read(body: bytes, z: int, x: int, y: int) -> list[Feature]:
    """Return the features of a tile's only layer; none for an empty tile."""
    if not body:
        return []
    with TemporaryDirectory() as folder:
        file = Path(folder) / "tile.pbf"
        file.write_bytes(body)
        meta, _fids, geometries, columns = pyogrio.raw.read(f"MVT:{file}", X=str(x), Y=str(y), Z=str(z), CLIP="NO")
    rows = zip(geometries, *columns, strict=True)
    names = meta["fields"]
    return [
        Feature(shapely.from_wkb(geometry), {n: _plain(v) for n, v in zip(names, values, strict=True) if not _none(v)})
        for geometry, *values in rows
    ]


def _none(value: Any) -> bool:
    return value is None or value != value


def _plain(value: Any) -> Any:
    value = value.item() if hasattr(value, "item") else value
    return json.loads(value) if isinstance(value, str) and value[:1] == "{" else value
