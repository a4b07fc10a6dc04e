"""Resending: what a buyer needs once more, to the address that is known now."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.core import audit
from ticketing.core.errors import Refused
from ticketing.mail.models import Letter
from ticketing.orders.changes import Act, lock
from ticketing.orders.fulfil import PAID_LETTER, VOUCHER_LETTER, letter_of, write
from ticketing.orders.models import Order
from ticketing.orders.reading import get
from ticketing.orders.states import AWAITING, PAID, PARTLY

KINDS = {PAID: PAID_LETTER, PARTLY: PAID_LETTER, AWAITING: VOUCHER_LETTER}


def resend(session: Session, order: Order, key: str, act: Act) -> None:
    """Send the tickets again, or how to pay; once for each `key` of a form. Raises Refused("nothing_to_send")."""
    lock(session, order)
    order = get(session, order.id)
    if order.state not in KINDS or not order.buyer_email:
        raise Refused("nothing_to_send")
    letter = letter_of(order, KINDS[order.state], key, None, {})
    if session.scalar(select(Letter.id).where(Letter.fact == letter.fact)) is None:
        write(session, order, letter.kind, act.at, key)
        audit.record(session, act.at, act.by, "order.resend", f"order:{order.id}", kind=letter.kind)
