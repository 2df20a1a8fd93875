"""Where this machine is in the local network: its addresses and names there, as they are now."""

import ipaddress
import re
import socket
from contextlib import suppress

from node.base.addresses import is_neighbour, is_public
from node.web.hosts import own_names

_VIRTUAL = re.compile(
    r"(?:lo|docker|br-|veth|virbr|vmnet|vboxnet|vnic|tun|tap|wg|tailscale|zt|utun|ham|cni|flannel|"
    r"podman|lxc|lxd|bridge1|vEthernet)",
    re.IGNORECASE,
)
"""Networks inside of this machine, and tunnels: no phone is there."""


def house_addresses() -> list[str]:
    """The addresses of this machine in networks of homes and offices (IPv4), without tunnels: first
    that by which it goes into the internet."""
    import ifaddr

    found = {
        ipaddress.ip_address(one.ip)
        for adapter in ifaddr.get_adapters()
        if not _VIRTUAL.match(adapter.name) and not _VIRTUAL.match(adapter.nice_name)
        for one in adapter.ips
        if isinstance(one.ip, str) and is_neighbour(one.ip)
    }
    way_out = address_of_the_way_out()
    return [str(one) for one in sorted(found, key=lambda one: (str(one) != way_out, int(one)))]


def address_of_the_way_out() -> str:
    """The address with which this machine goes into the internet; "" if it does not. Where it has
    several, phones are most likely in that network. Nothing is sent."""
    with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))  # of nobody (RFC 5737)
        return str(probe.getsockname()[0])
    return ""


def has_public_address() -> bool:
    """Whether this machine stands in the internet itself, as rented ones do."""
    import ifaddr

    found = (one.ip for adapter in ifaddr.get_adapters() for one in adapter.ips)
    return any(is_public(one) for one in found if isinstance(one, str))


def local_names() -> list[str]:
    """What this machine may be called in its local network."""
    return sorted(one for one in own_names() if one.endswith(".local"))
