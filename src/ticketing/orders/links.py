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


def secret_of(order_id: str, issue: int = 1) -> str:
    """The secret in the link of this order: 26 lower-case characters, 128 bits. `issue` is the order's `link_issue`."""
    return derive_secret(keys().order_link, order_id, *([str(issue)] if issue > 1 else []))


def path_of(order_code: str, order_id: str, issue: int = 1) -> str:
    """The path of the buyer's order page."""
    return f"/o/{order_code}/{secret_of(order_id, issue)}"


def opens(order_id: str, issue: int, secret: str) -> bool:
    """Whether this secret opens that order."""
    return same(secret_of(order_id, issue), secret)


def opened_once(order_id: str, issue: int, secret: str) -> bool:
    """Whether it did, before a later link ended it."""
    return any(opens(order_id, former, secret) for former in range(1, issue))
