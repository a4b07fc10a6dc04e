"""Where this machine is reached from the local network. Linux only, as `ticketing serve` is."""

from __future__ import annotations

import fcntl
import socket
import struct
from ipaddress import IPv4Address

_SIOCGIFADDR = 0x8915  # asks the kernel for an interface's first IPv4 address (netdevice(7))
# Kept for documentation (RFC 5737): connecting a datagram socket asks the routing table and sends nothing.
_ANYWHERE = ("192.0.2.1", 9)


def interface_addresses() -> tuple[IPv4Address, ...]:
    """The IPv4 address of each interface of this machine, loopback left out."""
    found = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        for _, name in socket.if_nameindex():
            try:
                answer = fcntl.ioctl(asking, _SIOCGIFADDR, struct.pack("256s", name.encode()[:15]))
            except OSError:
                continue  # this interface has no IPv4 address
            found.append(IPv4Address(answer[20:24]))
    return tuple(address for address in found if not address.is_loopback)


def main_address() -> IPv4Address | None:
    """The address that other machines most likely reach this one by; None without any network."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        try:
            asking.connect(_ANYWHERE)
            address = IPv4Address(asking.getsockname()[0])
        except OSError:
            address = IPv4Address(0)
    if not (address.is_loopback or address.is_unspecified):
        return address
    return next(iter(interface_addresses()), None)
