"""Identifiers that look like Stripe's: a prefix and random letters and digits."""

import os
import string

_ALPHABET = (string.ascii_letters + string.digits).encode()
# One byte chooses one of 62 characters; the slight unevenness does not matter for names.
_TABLE = bytes(_ALPHABET[byte % len(_ALPHABET)] for byte in range(256))


def new_id(prefix: str, length: int = 24) -> str:
    """A fresh identifier: `prefix` followed by `length` random letters and digits."""
    return prefix + os.urandom(length).translate(_TABLE).decode("ascii")
