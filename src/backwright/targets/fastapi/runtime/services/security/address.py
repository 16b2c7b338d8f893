from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address


def client_address(connected: str, forwarded: str, trusted: Sequence[IPv4Network | IPv6Network]) -> str:
    """Who sent a request: the socket's address or, behind trusted proxies, the last entry of `X-Forwarded-For` that none
    of them is. What stands before that may be made up.
    """
    address = _canonical(connected)
    entries = forwarded.split(",") if trusted else []
    while address and any(address in network for network in trusted):
        before = _canonical(entries.pop().strip()) if entries else None
        if before is None:
            break
        address = before
    return str(address or connected)


def network(address: str) -> str:
    """The address, or the network that one holder of IPv6 addresses has at least (RFC 6177)."""
    return str(ip_network((address, 64), strict=False)) if ":" in address else address


@lru_cache(4096)
def _canonical(text: str) -> Address | None:
    """An IPv4 address as such, also where an IPv6 socket shows it as `::ffff:192.0.2.1`."""
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address
