"""The ticket code: what a QR carries, made, cleaned up, checked and hashed.

`T1` + 26 Crockford base32 characters (128 bits) + 1 check character (Luhn mod 32 over the 26), 29 upper-case
characters. It holds no personal data; only its SHA-256 is stored, and the server can make it again from its key.
JavaScript does the same; `tests/vectors/codes.json` binds both. The prefix `T2` is kept free.
"""

import hashlib
import hmac
import unicodedata

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford base32: no I, L, O, U
PREFIX = "T1"
LENGTH = 29

_VALUES = {character: value for value, character in enumerate(ALPHABET)}
_BODY_LENGTH = 26
# What people type for 0 and 1. A fixed list, because languages disagree about what white space is.
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"} | dict.fromkeys("\t\n\v\f\r -‐‑‒–—―−ー_\u200b\ufeff"))


class MalformedCodeError(ValueError):
    """The text is no ticket code. `fault` says why: prefix, length, alphabet or check."""

    def __init__(self, fault: str) -> None:
        super().__init__(f"not a ticket code: {fault}")
        self.fault = fault


def derive(key: bytes, ticket_id: str, issue: int) -> str:
    """Return the code of one issue of a ticket: the same for the same key, ticket and issue number."""
    message = f"ticketing|ticket code|1|{ticket_id}|{issue}"
    digest = hmac.new(key, message.encode(), hashlib.sha256).digest()
    return _spell(int.from_bytes(digest[:16], "big"))


def _spell(secret: int) -> str:
    """Write 128 bits as a code; the first of the 26 characters carries the three highest bits only."""
    body = "".join(ALPHABET[secret >> 5 * place & 31] for place in reversed(range(_BODY_LENGTH)))
    return PREFIX + body + check_character(body)


def check_character(body: str) -> str:
    """Return the Luhn mod N check character (N = 32) of base32 characters, doubling from the right."""
    total = 0
    for place, character in enumerate(reversed(body)):
        value = _VALUES[character] * (2 if place % 2 == 0 else 1)
        total += value // 32 + value % 32
    return ALPHABET[-total % 32]


def normalize(text: str) -> str:
    """Clean up what was scanned or typed: NFKC, upper case, no spaces or hyphens, O as 0, I and L as 1."""
    return unicodedata.normalize("NFKC", text).upper().translate(_READ_AS)


def parse(text: str) -> str:
    """Return the 29 characters of the code in `text`; raise MalformedCodeError when it is none.

    A text longer than ten codes is not looked at, however it begins.
    """
    code = normalize(text) if len(text) <= 10 * LENGTH else ""
    if len(code) != LENGTH:
        raise MalformedCodeError("length")
    if not code.startswith(PREFIX):
        raise MalformedCodeError("prefix")
    if any(character not in _VALUES for character in code):
        raise MalformedCodeError("alphabet")
    if check_character(code[len(PREFIX) : -1]) != code[-1]:
        raise MalformedCodeError("check")
    return code


def code_hash(code: str) -> str:
    """Return the SHA-256 of the code's 29 ASCII characters, 64 lower-case hex characters: what the database keeps."""
    return hashlib.sha256(code.encode("ascii")).hexdigest()


def short_hash(code: str) -> str:
    """Return the first 16 bytes of the hash, 32 lower-case hex characters: what tablets carry offline."""
    return code_hash(code)[:32]


def grouped(code: str) -> str:
    """Return the code in groups of four for people to read: T10K 3V9Q …"""
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))
