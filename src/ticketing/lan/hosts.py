"""What a certificate of this house stands for, and what is kept of it."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path

from ticketing.lan.addresses import interface_addresses

Address = IPv4Address | IPv6Address


@dataclass(frozen=True)
class Hosts:
    """Names and addresses that the certificate is to be good for. The first name stands in the authority's title."""

    names: tuple[str, ...]
    addresses: tuple[Address, ...]


@dataclass(frozen=True)
class Kept:
    """The files of one folder. `authority` is its certificate as tablets take it (DER), `fingerprint` the SHA-256 of
    that, for people to compare; `new_authority` says that no tablet can know it yet."""

    certificate: Path
    key: Path
    authority: bytes
    fingerprint: str
    new_authority: bool


def hosts_of_this_machine(*more: str) -> Hosts:
    """Every name and address that this machine may be reached by, and those given."""
    name = socket.gethostname().partition(".")[0].lower()
    name = name if name.isascii() and name else "house"
    names = {name: None, f"{name}.local": None, "localhost": None}
    addresses: dict[Address, None] = {ip_address("127.0.0.1"): None, ip_address("::1"): None}
    addresses |= dict.fromkeys(interface_addresses())
    for one in more:
        try:
            addresses[ip_address(one)] = None
        except ValueError:
            names[one.lower()] = None
    return Hosts(tuple(names), tuple(one for one in addresses if not one.is_unspecified))
