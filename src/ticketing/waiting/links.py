"""The link of one who waits: its secret is derived, never stored."""

from __future__ import annotations

from sqlalchemy.orm import Session

from ticketing.core.errors import Refused
from ticketing.core.ids import derive_secret, same
from ticketing.core.keys import keys
from ticketing.waiting.models import WaitingEntry


def secret_of(entry_id: str) -> str:
    """The secret in the link of this entry: 26 lower-case characters, 128 bits."""
    return derive_secret(keys().waiting_link, entry_id)


def path_of(entry_id: str) -> str:
    """The path of the page of this entry."""
    return f"/w/{entry_id}/{secret_of(entry_id)}"


def token_of(entry_id: str) -> str:
    """The same key in one word, as the form of an order carries it: `<entry>.<secret>`."""
    return f"{entry_id}.{secret_of(entry_id)}"


def find(session: Session, entry_id: str, secret: str) -> WaitingEntry:
    """The entry behind a link; raises Refused("not_found", 404) for an unknown one and for a wrong secret alike."""
    entry = session.get(WaitingEntry, entry_id)
    if entry is None or not same(secret_of(entry_id), secret):
        raise Refused("not_found", 404)
    return entry
