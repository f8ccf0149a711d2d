"""The key by which push services know this centre: made at first need, kept beside the data in ``IOC_VAPID_KEY``."""

import os
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from django.conf import settings

from services.notify.webpush import Private, base64url, point_of


def vapid_key() -> Private:
    """Return the centre's key; browsers that subscribed to another one must subscribe again."""
    return _key(settings.IOC_VAPID_KEY)


def public_key() -> str:
    """Return the public half as browsers want it: base64url of 65 bytes."""
    return base64url(point_of(vapid_key()))


@cache
def _key(file: Path) -> Private:
    if not file.exists():
        _make(file)
    found = load_pem_private_key(file.read_bytes(), None)
    if not isinstance(found, Private) or not isinstance(found.curve, ec.SECP256R1):
        message = f"{file.name} holds no key on P-256"
        raise TypeError(message)
    return found


def _make(file: Path) -> None:
    """Write a new key, mode 0600; of two makers the first one's stays."""
    file.parent.mkdir(parents=True, exist_ok=True)
    key = ec.generate_private_key(ec.SECP256R1())
    draft = file.with_name(f"{file.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as handle:
        handle.write(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    try:
        os.link(draft, file)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
