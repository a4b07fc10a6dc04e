"""The keys of this instance, each derived for one purpose from SECRET_KEY."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app

from ticketing.core.ids import derive_key


@dataclass(frozen=True)
class Keys:
    """`ticket_code` makes what the QR carries, `order_link` the secret in a buyer's link, `waiting_link` in that of one
    who waits."""

    ticket_code: bytes
    order_link: bytes
    waiting_link: bytes


def derive_keys(secret_key: str) -> Keys:
    """All keys of an instance."""
    return Keys(*(derive_key(secret_key, purpose) for purpose in ("ticket-code", "order-link", "waiting-link")))


def keys() -> Keys:
    """The keys of the running instance."""
    held: Keys = current_app.extensions["ticketing.keys"]
    return held
