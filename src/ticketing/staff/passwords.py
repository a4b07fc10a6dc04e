"""Passwords: argon2id with 19 MiB, two passes, one lane (OWASP's first recommendation), two at a time.

The library's default of 64 MiB would let sixteen log-ins take a gigabyte.
"""

from __future__ import annotations

from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from ticketing.core.errors import Refused

SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 1000

_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_TURNS = BoundedSemaphore(2)
# Compared with when the account is unknown, so that the answer takes as long.
_NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"


def hash_password(password: str) -> str:
    """What is stored of a password."""
    with _TURNS:
        return _HASHER.hash(password)


def hash_new(password: str) -> str:
    """What is stored of a password that somebody chooses: any characters, only long enough (NIST SP 800-63B-4, 3.1.1).

    Raises Refused("password_short", 400) and Refused("password_long", 400)."""
    if len(password) < SHORTEST_PASSWORD:
        raise Refused("password_short", 400, length=SHORTEST_PASSWORD)
    if len(password) > LONGEST_PASSWORD:
        raise Refused("password_long", 400, length=LONGEST_PASSWORD)
    return hash_password(password)


def verify(password_hash: str | None, password: str) -> bool:
    """Whether the password is right; takes as long for an unknown account (None)."""
    with _TURNS:
        try:
            return _HASHER.verify(password_hash or _NOBODY, password) and password_hash is not None
        except (VerificationError, InvalidHashError):
            return False
