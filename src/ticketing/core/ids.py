"""The one place where randomness comes in, and how secrets are derived and stored."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import uuid
from typing import Protocol

from flask import current_app

# No 0, O, 1, I, L, 5, S, 8 or B: these codes are read out on the phone and typed on tablets.
SPOKEN_ALPHABET = "234679ACDEFGHJKMNPQRTUVWXYZ"


class Random(Protocol):
    """A source of unguessable bytes."""

    def bytes(self, count: int) -> bytes:
        """`count` unguessable bytes."""
        ...


class SystemRandom:
    """The operating system's source."""

    def bytes(self, count: int) -> bytes:
        """`count` unguessable bytes."""
        return secrets.token_bytes(count)


def _random() -> Random:
    source: Random = current_app.extensions["ticketing.random"]
    return source


def random_bytes(count: int) -> bytes:
    """`count` unguessable bytes."""
    return _random().bytes(count)


def new_id() -> str:
    """A random UUID (version 4) as text: the primary key of rows that other machines also name."""
    return str(uuid.UUID(bytes=_random().bytes(16), version=4))


def new_token() -> str:
    """256 unguessable bits for a cookie or a bearer token; only `hash_token` of it is stored."""
    return base64.urlsafe_b64encode(_random().bytes(32)).decode("ascii").rstrip("=")


def _spoken(length: int) -> str:
    number = int.from_bytes(_random().bytes(16), "big")
    code = ""
    for _ in range(length):
        number, digit = divmod(number, len(SPOKEN_ALPHABET))
        code += SPOKEN_ALPHABET[digit]
    return code


def new_order_code() -> str:
    """Seven characters that people can say on the phone; the database keeps it unique; it is no secret."""
    return _spoken(7)


def new_pairing_code() -> str:
    """Eight characters (about 38 bits) that work once and for 15 minutes."""
    return _spoken(8)


def new_recovery_code() -> str:
    """Ten characters (about 47 bits) in two groups, to write down; only a keyed hash of it is stored."""
    return f"{_spoken(5)}-{_spoken(5)}"


def hash_token(token: str) -> str:
    """What is stored of a token: its SHA-256 in hex. Enough for secrets of 128 bits and more."""
    return hashlib.sha256(token.encode("utf-8")).hexdigest()


def derive_key(secret_key: str, purpose: str) -> bytes:
    """A key for one purpose, so that no two uses of the instance's secret share one."""
    return hmac.new(secret_key.encode("utf-8"), f"ticketing|{purpose}".encode(), hashlib.sha256).digest()


def derive_secret(key: bytes, *parts: str) -> str:
    """128 bits bound to `parts`, as 26 lower-case base32 characters: a link's secret that need not be stored."""
    digest = hmac.new(key, "|".join(parts).encode("utf-8"), hashlib.sha256).digest()
    return base64.b32encode(digest[:16]).decode("ascii").rstrip("=").lower()


def same(left: str, right: str) -> bool:
    """Whether two secrets are equal, in constant time."""
    return hmac.compare_digest(left.encode("utf-8"), right.encode("utf-8"))
