"""Challenges for passkeys: each says what it is for and since when, under a signature, so none has to be stored.

That none is answered twice is for whoever takes the answer to see: challenges of one passkey only count upwards.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from datetime import datetime

from ticketing.core.errors import Refused
from ticketing.core.ids import random_bytes
from ticketing.core.keys import keys

LIFE_MS = 5 * 60 * 1000
_TIME, _NOISE, _SEAL = 8, 16, 16


def make(purpose: str, now: datetime) -> bytes:
    """A new challenge for this purpose."""
    body = _milliseconds(now).to_bytes(_TIME, "big") + random_bytes(_NOISE)
    return body + _seal(purpose, body)


def read(purpose: str, client_data: str, now: datetime) -> tuple[bytes, int]:
    """The challenge in what a browser signed (`client_data`, base64url), and when it was made, in milliseconds.

    Raises Refused("wrong_passkey", 401) for one that is not ours, not for this purpose, or older than five minutes.
    """
    try:
        challenge = decode(str(json.loads(decode(client_data))["challenge"]))
    except (ValueError, KeyError, TypeError, binascii.Error) as error:
        raise Refused("wrong_passkey", 401) from error
    body, seal = challenge[: _TIME + _NOISE], challenge[_TIME + _NOISE :]
    made = int.from_bytes(body[:_TIME], "big")
    if not hmac.compare_digest(seal, _seal(purpose, body)) or not 0 <= _milliseconds(now) - made < LIFE_MS:
        raise Refused("wrong_passkey", 401)
    return challenge, made


def decode(text: str) -> bytes:
    """Bytes from base64url without padding."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def encode(data: bytes) -> str:
    """Bytes as base64url without padding."""
    return base64.urlsafe_b64encode(data).decode("ascii").rstrip("=")


def _milliseconds(now: datetime) -> int:
    return int(now.timestamp() * 1000)


def _seal(purpose: str, body: bytes) -> bytes:
    return hmac.new(keys().second_factor, f"passkey|{purpose}|".encode() + body, hashlib.sha256).digest()[:_SEAL]
