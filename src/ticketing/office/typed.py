"""What people in the office type into small forms: moments and numbers, in whatever width their keyboard has."""

from __future__ import annotations

import unicodedata
from datetime import datetime

from ticketing.core.errors import Refused
from ticketing.events.catalog import Catalog


def read_moment(catalog: Catalog, text: str) -> datetime | None:
    """A moment in the event's zone, None for nothing; raises Refused("start_unreadable", 400)."""
    try:
        at = datetime.fromisoformat(text.strip()) if text.strip() else None
    except ValueError as error:
        raise Refused("start_unreadable", 400) from error
    return at.replace(tzinfo=catalog.zone) if at and at.tzinfo is None else at


def write_moment(catalog: Catalog, at: datetime | None) -> str:
    """The same the other way around, as the field of a form takes it."""
    return at.astimezone(catalog.zone).strftime("%Y-%m-%dT%H:%M") if at else ""


def read_number(text: str, most: int) -> int | None:
    """A whole number from 1 to `most`; None for anything else, and for nothing."""
    digits = unicodedata.normalize("NFKC", text).replace(",", "").strip()
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= len(str(most))):
        return None
    return int(digits) if 0 < int(digits) <= most else None
