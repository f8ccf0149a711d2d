"""GDAL and GEOS from the pyogrio and shapely wheels: Debian's GDAL is older than Django 5.2 asks for."""

import importlib.util
from pathlib import Path


def _inside(wheel: str, pattern: str) -> str:
    spec = importlib.util.find_spec(wheel)
    if spec is None or spec.origin is None:
        return ""
    beside = Path(spec.origin).parent.parent / f"{wheel}.libs"
    return str(next(iter(sorted(beside.glob(pattern))), ""))


def gdal_library() -> str:
    """Return the path of the wheel's GDAL, or "" to let Django look for the system's."""
    return _inside("pyogrio", "libgdal-*.so*")


def geos_library() -> str:
    """Return the path of the wheel's GEOS C library, or "" to let Django look for the system's."""
    return _inside("shapely", "libgeos_c-*.so*")
