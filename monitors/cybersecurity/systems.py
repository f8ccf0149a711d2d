"""Whose machine an address is: the province's information systems and their networks, from the pack."""

from dataclasses import dataclass
from functools import cache, lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from services.directory.pack import pack

OWNER = "so-khoa-hoc-cong-nghe"
"""The department that answers for what belongs to no system in particular."""
PRIVATE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")
"""Addresses that are ours although no system names them (RFC 1918, RFC 4193)."""


@dataclass(frozen=True, slots=True)
class Machine:
    """Where an address belongs: ``ours``, and the system's slug when one names it."""

    ours: bool
    system: str = ""


_STRANGER = Machine(ours=False)


def machine(address: str) -> Machine:
    """Return where a valid address belongs; the narrowest network that holds it wins."""
    return _machine(pack().slug, address)


def department_of(system: str) -> str:
    """Return the department that answers for a system."""
    return next((s.department for s in pack().systems if s.slug == system), OWNER)


def name_of(system: str) -> dict[str, str] | None:
    """Return a system's name as a localised pair, None when there is no such system."""
    return names().get(system)


def names() -> dict[str, dict[str, str]]:
    """Return every system's name as a localised pair, by its slug."""
    return {one.slug: {"vi": one.name["vi"], "en": one.name["en"]} for one in pack().systems}


@lru_cache(maxsize=20_000)
def _machine(slug: str, address: str) -> Machine:
    parsed = ip_address(address)
    for network, found in _networks(slug):
        if parsed.version == network.version and parsed in network:
            return found
    return _STRANGER


@cache
def _networks(_slug: str) -> list[tuple[IPv4Network | IPv6Network, Machine]]:
    named = [(ip_network(cidr), Machine(ours=True, system=s.slug)) for s in pack().systems for cidr in s.networks]
    private = [(ip_network(cidr), Machine(ours=True)) for cidr in PRIVATE]
    return sorted([*named, *private], key=lambda pair: -pair[0].prefixlen)
