"""Which addresses are of the whole internet, and which of a place (docs/protocol.md §8.1)."""

import ipaddress

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
