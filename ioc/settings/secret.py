"""The signing key: given, or made once and kept beside the data it protects."""

import os
import secrets
from pathlib import Path


def secret_key(given: str, file: Path) -> str:
    """Return the given key, else the one kept in ``file`` (mode 0600), made at first need; two starters share one."""
    if given:
        return given
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError:
        pass
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f"{file.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as handle:
        handle.write(secrets.token_urlsafe(50))
    try:
        os.link(draft, file)  # atomic: whoever comes second keeps the first one's key
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return file.read_text(encoding="utf-8")
