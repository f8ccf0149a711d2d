"""Addresses that people give (webhooks, browsers' push services) lead to the open internet alone.

The name is looked up once, every address it has must be public or in a network that the configuration allows, and the
request goes to that very address: a name that answers differently the second time gains nothing. Redirects are not
followed.
"""

import ipaddress
import socket
from collections.abc import Mapping
from urllib.parse import urlsplit

import httpx

from services.notify.config import Networks
from services.notify.outcomes import AgainError, RefusedError
from services.notify.sending.http import build

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def guarded(method: str, url: str, *, headers: Mapping[str, str], content: bytes, allow: Networks) -> httpx.Request:
    """Return a request to the address that was checked; RefusedError for one that leads into a private network."""
    host, port, scheme = _parts(url)
    found = _resolve(host, port)
    private = [one for one in found if not is_public(one) and not any(one in network for network in allow)]
    if private:
        message = f"{host} leads to {private[0]}, which is no public address"
        raise RefusedError(message)
    if scheme != "https" and not all(any(one in network for network in allow) for one in found):
        message = "only https, except in networks that the configuration allows"
        raise RefusedError(message)
    request = build(method, url, headers=headers, content=content)
    pinned = str(found[0])
    request.url = request.url.copy_with(host=pinned)
    request.extensions = {**request.extensions, "sni_hostname": host}
    return request


def is_public(address: Address) -> bool:
    """Tell whether an address belongs to the open internet, also when it is IPv4 written as IPv6."""
    inner = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None)
    plain: Address = inner or address
    return plain.is_global and not plain.is_multicast and not plain.is_reserved


def check(url: str) -> None:
    """Raise RefusedError for an address that can be no webhook, without looking its name up."""
    _parts(url)


def _parts(url: str) -> tuple[str, int, str]:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise RefusedError(str(error)) from error
    if parts.scheme not in {"https", "http"} or not host or parts.username or parts.password:
        message = "the address must be https://host/…, without a user name"
        raise RefusedError(message)
    return host, port or (443 if parts.scheme == "https" else 80), parts.scheme


def _resolve(host: str, port: int) -> list[Address]:
    try:
        rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        message = f"{host}: {error}"
        raise AgainError(message, whole=False) from error
    return [ipaddress.ip_address(str(row[4][0]).partition("%")[0]) for row in rows]
