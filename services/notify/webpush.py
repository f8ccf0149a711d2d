"""Web push, pure: a message encrypted for one browser (RFC 8291, RFC 8188) and the sender's signature (RFC 8292)."""

import base64
import json
import os
from dataclasses import dataclass
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

RECORD = 4096
"""Bytes of a record; a push service takes messages of one record."""
LARGEST = RECORD - 17
"""Bytes of text that one record holds beside its delimiter and tag."""
Private = ec.EllipticCurvePrivateKey


@dataclass(frozen=True, slots=True)
class Browser:
    """What a browser gave when it subscribed: its public key (65 bytes) and its secret (16 bytes)."""

    public: bytes
    secret: bytes


def browser_of(p256dh: str, auth: str) -> Browser:
    """Return the keys of a subscription from base64url; ValueError unless they are a point of P-256 and 16 bytes."""
    public, secret = from_base64url(p256dh), from_base64url(auth)
    ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), public)
    if len(secret) != 16:
        message = "the secret of a subscription has 16 bytes"
        raise ValueError(message)
    return Browser(public, secret)


def encrypt(text: bytes, browser: Browser, *, key: Private | None = None, salt: bytes | None = None) -> bytes:
    """Return the body of a push request; ``key`` and ``salt`` are fresh for every message (given only by tests).

    ValueError when the text is longer than ``LARGEST``.
    """
    if len(text) > LARGEST:
        message = f"a push message holds {LARGEST} bytes, not {len(text)}"
        raise ValueError(message)
    key = key or ec.generate_private_key(ec.SECP256R1())
    salt = salt or os.urandom(16)
    own = point_of(key)
    shared = key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), browser.public))
    secret = _derive(shared, browser.secret, b"WebPush: info\x00" + browser.public + own, 32)
    content = _derive(secret, salt, b"Content-Encoding: aes128gcm\x00", 16)
    nonce = _derive(secret, salt, b"Content-Encoding: nonce\x00", 12)
    sealed = AESGCM(content).encrypt(nonce, text + b"\x02", None)
    return salt + RECORD.to_bytes(4, "big") + bytes([len(own)]) + own + sealed


def authorization(endpoint: str, key: Private, *, contact: str, expires: int) -> str:
    """Return the ``Authorization`` header that says who sends; ``expires`` in seconds since 1970, within 24 hours."""
    parts = urlsplit(endpoint)
    head = base64url(json.dumps({"typ": "JWT", "alg": "ES256"}).encode())
    claims = base64url(json.dumps({"aud": f"{parts.scheme}://{parts.netloc}", "exp": expires, "sub": contact}).encode())
    r, s = decode_dss_signature(key.sign(f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256())))
    signature = base64url(r.to_bytes(32, "big") + s.to_bytes(32, "big"))
    return f"vapid t={head}.{claims}.{signature}, k={base64url(point_of(key))}"


def point_of(key: Private) -> bytes:
    """Return the public key as 65 bytes, as browsers want it."""
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def base64url(data: bytes) -> str:
    """Return base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def from_base64url(text: str) -> bytes:
    """Return the bytes of base64url with or without padding; ValueError for anything else."""
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def _derive(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=salt, info=info).derive(secret)
