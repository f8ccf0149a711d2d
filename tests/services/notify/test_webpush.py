"""Web push: the published example of RFC 8291, and what any browser would read."""

import json

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from services.notify.webpush import (
    LARGEST,
    authorization,
    base64url,
    browser_of,
    encrypt,
    from_base64url,
    point_of,
)
from tests.services.notify.kit import FakeBrowser

TEXT = b"When I grow up, I want to be a watermelon"


def private(text):
    return ec.derive_private_key(int.from_bytes(from_base64url(text), "big"), ec.SECP256R1())


def test_the_example_of_the_standard_byte_by_byte():
    """RFC 8291, section 5 and appendix A."""
    browser = browser_of(
        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        "BTBZMqHH6r4Tts7J_aSIgg",
    )
    sealed = encrypt(
        TEXT,
        browser,
        key=private("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"),
        salt=from_base64url("DGv6ra1nlYgDCS1FRnbzlw"),
    )
    assert base64url(sealed) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_"
        "yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


def test_a_browser_reads_what_was_sent_and_every_message_is_sealed_afresh():
    browser = FakeBrowser()
    told = browser_of(browser.p256dh, browser.auth)
    first, second = encrypt("Phiếu ở buôn".encode(), told), encrypt("Phiếu ở buôn".encode(), told)
    assert first != second
    assert browser.read(first) == browser.read(second) == "Phiếu ở buôn".encode()


def test_a_longer_text_than_push_services_take_is_refused():
    browser = FakeBrowser()
    told = browser_of(browser.p256dh, browser.auth)
    assert browser.read(encrypt(b"x" * LARGEST, told)) == b"x" * LARGEST
    with pytest.raises(ValueError, match="holds"):
        encrypt(b"x" * (LARGEST + 1), told)


@pytest.mark.parametrize("key, auth", [("AAAA", "A" * 22), ("", ""), ("é", "é")])
def test_keys_that_are_none_are_refused(key, auth):
    with pytest.raises(ValueError):  # noqa: PT011 - each says it in its own words
        browser_of(key, auth)


def test_the_secret_has_sixteen_bytes():
    with pytest.raises(ValueError, match="16 bytes"):
        browser_of(FakeBrowser().p256dh, "AAAA")


def test_push_services_can_tell_who_sends():
    """RFC 8292: a token for the push service's origin, signed by the key that stands beside it."""
    key = ec.generate_private_key(ec.SECP256R1())
    header = authorization("https://push.example:8443/a/b?c", key, contact="mailto:a@example.vn", expires=1_800_000_000)
    token, public = (part.partition("=")[2] for part in header.removeprefix("vapid ").split(", "))
    head, claims, signature = token.split(".")
    raw = from_base64url(signature)
    der = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    key.public_key().verify(der, f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))
    assert from_base64url(public) == point_of(key)
    told = json.loads(from_base64url(claims))
    assert told == {"aud": "https://push.example:8443", "exp": 1_800_000_000, "sub": "mailto:a@example.vn"}
