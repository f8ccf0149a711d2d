"""Where PostgreSQL and Redis are: an address from the environment, or the private servers under var/."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit


def default_database_url(var: Path) -> str:
    """Return the address of the private cluster: a unix socket under var/, the role ``ioc``, no password (peer)."""
    return f"postgresql://ioc@/ioc?host={var / 'run' / 'pg'}"


def default_redis_url(var: Path) -> str:
    """Return the address of the private Redis: a unix socket under var/."""
    return f"unix://{var / 'run' / 'redis.sock'}?db=0"


def database_from_url(url: str, *, pool: int) -> dict[str, Any]:
    """Turn ``postgresql://user:password@host:port/name?host=/socket/dir`` into Django's setting, with a pool.

    ValueError when the scheme is not PostgreSQL's.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres", "postgis"}:
        message = f"DATABASE_URL must start with postgresql://, not {parts.scheme}://"
        raise ValueError(message)
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    return {
        "ENGINE": "django.contrib.gis.db.backends.postgis",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": query.pop("user", "") or unquote(parts.username or ""),
        "PASSWORD": query.pop("password", "") or unquote(parts.password or ""),
        "HOST": query.pop("host", "") or unquote(parts.hostname or ""),
        "PORT": query.pop("port", "") or str(parts.port or ""),
        "CONN_MAX_AGE": 0,
        "OPTIONS": {"pool": {"min_size": 1, "max_size": pool, "timeout": 10}, **query},
    }
