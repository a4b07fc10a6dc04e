"""Notes: what people in the office want each other to know about an order."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.core import audit
from ticketing.core.errors import Refused
from ticketing.orders.changes import Act, lock
from ticketing.orders.desk_models import OrderNote
from ticketing.orders.models import Order

LONGEST_NOTE = 1000


def add(session: Session, order: Order, key: str, text: str, act: Act) -> None:
    """Add a note, once for each `key` of a form.

    Raises Refused("order_note_missing", 400) and, above 1000 characters, Refused("order_note_too_long", 400).
    """
    text = "\n".join(line.rstrip() for line in text.strip().splitlines())
    if not text:
        raise Refused("order_note_missing", 400)
    if len(text) > LONGEST_NOTE:
        raise Refused("order_note_too_long", 400, limit=LONGEST_NOTE)
    lock(session, order)
    if session.get(OrderNote, key) is not None:
        return
    session.add(OrderNote(id=key, order_id=order.id, text=text, by=act.by, at=act.at))
    audit.record(session, act.at, act.by, "order.note", f"order:{order.id}", note=key)


def of_order(session: Session, order_id: str) -> list[OrderNote]:
    """All notes about an order, the first one first."""
    rows = select(OrderNote).where(OrderNote.order_id == order_id).order_by(OrderNote.at, OrderNote.id)
    return list(session.scalars(rows))
