"""Pure: the signed text in a link's address. It names a row and proves that we wrote it; it holds nothing else."""

import secrets
from typing import Final

from django.core.signing import BadSignature, Signer

_LETTERS: Final = "23456789abcdefghjkmnpqrstvwxyz"
_LENGTH: Final = 12


def new_key() -> str:
    """Return the name of a new link: 12 letters of 30, about 58 random bits beside its signature."""
    return "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))


def written(key: str) -> str:
    """Return the text that stands in the address."""
    return _signer().sign(key)


def read(token: str) -> str | None:
    """Return the key of a text that we signed, None for any other."""
    try:
        return _signer().unsign(token)
    except BadSignature:
        return None


def _signer() -> Signer:
    return Signer(salt="services.tickets.links", sep=".")
