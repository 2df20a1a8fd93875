"""Which addresses are of the whole internet, and which of a place (docs/protocol.md §8.1)."""

import ipaddress
import re

_ADDRESS = re.compile(r"(https?)://([^/?#@\\\s]+?)/?", re.IGNORECASE)

NEIGHBOURS = tuple(
    map(ipaddress.ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"))
)
"""RFC 1918 and RFC 4193: what routers of homes and offices give out. Not 169.254.0.0/16 and not
100.64.0.0/10: there, machines of data centres answer that give away secrets."""

METADATA = (ipaddress.ip_network("fd00:ec2::/32"),)
"""The same, inside of fc00::/7."""

NOT_OURS = tuple(
    map(ipaddress.IPv6Network, ("::/96", "64:ff9b::/96", "64:ff9b:1::/48", "2002::/16"))
)
"""Ways from IPv6 to an IPv4 address that stands inside: nobody has to be reached through them."""


class PrivateAddressError(OSError):
    """The address is inside a home or this machine, and that was not allowed."""


def is_public(host: str) -> bool:
    """Whether this is the one spelling of an IP address of the whole internet."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            address = address.ipv4_mapped
        elif any(address in block for block in NOT_OURS) or address.is_site_local:
            return False
    return address.is_global and not address.is_multicast


def is_inside(host: str) -> bool:
    """Whether this is an IP address that is not of the whole internet; of a name it is unknown.

    >>> is_inside("127.0.0.1"), is_inside("9.9.9.9"), is_inside("group.example")
    (True, False, False)
    """
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return not is_public(host)


def is_neighbour(host: str) -> bool:
    """Whether this is the one spelling of an address that a local network gives to its machines."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return any(address in one for one in NEIGHBOURS) and not any(address in one for one in METADATA)


def plain_url(text: str) -> str:
    """An address of a node as records have it: small letters, umlauts as in the DNS (IDNA).

    What is no such address comes back as it was, for somebody to be told.

    >>> plain_url("HTTPS://Gärten.Example/"), plain_url("https://group.example:8480")
    ('https://xn--grten-gra.example', 'https://group.example:8480')
    """
    from yarl import URL  # as aiohttp dials it

    found = _ADDRESS.fullmatch(text.strip())
    if found is None:
        return text
    try:
        url = URL(f"{found[1].lower()}://{found[2]}")
        host, port = url.raw_host or "", url.explicit_port
    except ValueError:
        return text
    shown = f"[{host}]" if ":" in host else host
    return f"{url.scheme}://{shown.lower()}" + (f":{port}" if port is not None else "")
