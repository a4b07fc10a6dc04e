"""Addresses: of this house, and the buyer's link, which only the buyer knows: its secret is derived, never stored."""

from __future__ import annotations

from flask import current_app

from ticketing.core.ids import derive_secret, same
from ticketing.core.keys import keys
from ticketing.core.settings import Settings


def public_url() -> str:
    """The address of this house as buyers see it, without a slash at its end."""
    settings: Settings = current_app.extensions["ticketing.settings"]
    return settings.public_url


def secret_of(order_id: str) -> str:
    """The secret in the link of this order: 26 lower-case characters, 128 bits."""
    return derive_secret(keys().order_link, order_id)


def path_of(order_code: str, order_id: str) -> str:
    """The path of the buyer's order page."""
    return f"/o/{order_code}/{secret_of(order_id)}"


def opens(order_id: str, secret: str) -> bool:
    """Whether this secret opens that order."""
    return same(secret_of(order_id), secret)
