"""Which addresses a hook may have, and which of a name's machines may be spoken to.

Whoever writes an address here makes our server speak to it. So nothing inside is reached from outside: no loopback, no
private network, no link-local address (where clouds tell their secrets). A name may say one thing when it is written
down and another when it is used: what counts is the address that is connected to, looked at just before.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any
from urllib.parse import urlsplit

from ticketing.core.errors import Refused

LONGEST = 500
NAT64 = IPv6Network("64:ff9b::/96")
Lookup = Callable[..., Sequence[Any]]


class Closed(Exception):
    """The address leads nowhere that may be spoken to."""


@dataclass(frozen=True)
class Target:
    """An address taken apart. `host` is a name or a number, `path` holds the query too."""

    secure: bool
    host: str
    port: int
    path: str

    @property
    def is_loopback(self) -> bool:
        """Whether it names this machine; a name that only leads to it is another thing."""
        if self.host == "localhost":
            return True
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return False


def read(address: str, *, loopback: bool) -> Target:
    """An address as somebody writes it: https; with `loopback`, as rehearsals have it, also http to this machine.

    Raises Refused("hook_address_invalid", 400), Refused("hook_address_closed", 400) for one that is a number inside.
    """
    try:
        target = _taken_apart(address)
    except (ValueError, UnicodeError) as error:
        raise Refused("hook_address_invalid", 400) from error
    if target.is_loopback and loopback:
        return target
    if not target.secure:
        raise Refused("hook_address_invalid", 400)
    if target.is_loopback or _is_closed_number(target.host):
        raise Refused("hook_address_closed", 400)
    return target


def _taken_apart(address: str) -> Target:
    """Raises ValueError for what is no plain address of the web."""
    parts = urlsplit(address)
    plain = address.isascii() and address.isprintable() and " " not in address and "\\" not in address
    if not plain or len(address) > LONGEST or parts.fragment or "@" in parts.netloc:
        raise ValueError(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(address)
    secure = parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    host = parts.hostname.rstrip(".")
    if not host:
        raise ValueError(address)
    return Target(secure, host, port, path)


def _is_closed_number(host: str) -> bool:
    try:
        return not is_open(host)
    except ValueError:
        return False


def machines(target: Target, *, loopback: bool, lookup: Lookup = socket.getaddrinfo) -> list[str]:
    """The numbers of the machines behind a target, in the order to try them.

    Raises Closed where there is none, and where any of them is inside: such a name is not meant well.
    """
    try:
        found = lookup(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Closed(target.host) from error
    numbers = list(dict.fromkeys(str(one[4][0]).partition("%")[0] for one in found))
    if not numbers:
        raise Closed(target.host)
    if loopback and target.is_loopback and all(ip_address(one).is_loopback for one in numbers):
        return numbers
    if not all(is_open(one) for one in numbers):
        raise Closed(target.host)
    return numbers


def is_open(number: str) -> bool:
    """Whether this is the number of a machine on the open internet, also one that carries another number in it."""
    address = ip_address(number)
    inner = _carried(address)
    return address.is_global and not address.is_multicast and (inner is None or inner.is_global)


def _carried(address: IPv4Address | IPv6Address) -> IPv4Address | None:
    """The IPv4 number that a number of IPv6 leads to (RFC 4291, RFC 3056, RFC 4380, RFC 6052)."""
    if isinstance(address, IPv4Address):
        return None
    if address in NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
