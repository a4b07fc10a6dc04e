"""The buyer's link: an address that only the buyer knows. Its secret is derived, so nothing of it is stored."""

from __future__ import annotations

from ticketing.core.ids import derive_secret, same
from ticketing.core.keys import keys


def secret_of(order_id: str) -> str:
    """The secret in the link of this order: 26 lower-case characters, 128 bits."""
    return derive_secret(keys().order_link, order_id)


def path_of(order_code: str, order_id: str) -> str:
    """The path of the buyer's order page."""
    return f"/o/{order_code}/{secret_of(order_id)}"


def opens(order_id: str, secret: str) -> bool:
    """Whether this secret opens that order."""
    return same(secret_of(order_id), secret)
