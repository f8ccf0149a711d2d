"""Identifiers: UUIDv7 for addresses (sortable by time), unguessable codes for citizens."""

import secrets
import uuid

import uuid_utils

_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no 0/O, 1/I/L, U: read aloud over the phone and typed on one


def new_public_id() -> uuid.UUID:
    """Return a new UUID version 7 (RFC 9562)."""
    return uuid.UUID(bytes=uuid_utils.uuid7().bytes)


def new_public_code() -> str:
    """Return a citizen's code such as ``7KQ4-M2XW-9HRT-C``: 13 characters of 30, about 63 random bits."""
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(13))
    return "-".join((letters[:4], letters[4:8], letters[8:12], letters[12:]))


def normal_code(typed: str) -> str:
    """Return a code as stored from what a person typed: any case, any spacing, with or without hyphens."""
    letters = "".join(c for c in typed.upper() if c.isalnum())
    return "-".join(filter(None, (letters[:4], letters[4:8], letters[8:12], letters[12:])))
