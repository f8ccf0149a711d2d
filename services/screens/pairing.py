"""Codes by which a screen asks to be let in. Whoever reads the code confirms it; only the screen has the secret.

After the device authorisation grant of OAuth (RFC 8628): a short code for people, a long secret for the device, both
short-lived.
"""

import secrets
from datetime import timedelta
from hashlib import sha256

from django.db import IntegrityError, transaction

from services.kernel import clock
from services.kernel.ids import normal_code
from services.screens.models import Pairing

LIFE = timedelta(minutes=15)
MOST = 200
"""Codes that wait at once: anybody can ask for one, so the oldest make room."""
_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_TRIES = 5


class UnknownCodeError(LookupError):
    """No screen shows this code, or it does so no longer."""


def ask() -> tuple[Pairing, str]:
    """Return a new code and the secret that goes with it, which is kept nowhere here."""
    secret = secrets.token_urlsafe(32)
    now = clock.now()
    Pairing.objects.filter(expires_at__lte=now).delete()
    crowd = Pairing.objects.order_by("-expires_at", "-pk").values_list("pk", flat=True)[MOST - 1 :]
    Pairing.objects.filter(pk__in=list(crowd)).delete()
    for _try in range(_TRIES):
        code = normal_code("".join(secrets.choice(_LETTERS) for _ in range(8)))
        try:
            with transaction.atomic():
                return Pairing.objects.create(code=code, secret=_digest(secret), expires_at=now + LIFE), secret
        except IntegrityError:
            continue
    message = "no free code was found"
    raise RuntimeError(message)


def of_secret(secret: str) -> Pairing | None:
    """Return what a screen asked for, None when it is too old or was never asked for."""
    if not secret:
        return None
    return (
        Pairing.objects.select_related("screen__user")
        .filter(secret=_digest(secret), expires_at__gt=clock.now())
        .first()
    )


def of_code(typed: str) -> Pairing:
    """Return and lock what waits under a code as a person typed it; UnknownCodeError when nothing does."""
    waiting = Pairing.objects.select_for_update().filter(
        code=normal_code(typed)[:9], expires_at__gt=clock.now(), screen=None
    )
    found = waiting.first()
    if found is None:
        raise UnknownCodeError(typed)
    return found


def _digest(secret: str) -> bytes:
    return sha256(secret.encode()).digest()
