"""Money that Stripe could not give back, given back by a person another way, which is noted here.

A bank may send a refund back, and cash from a convenience store has nowhere to go when its buyer names no bank account
within 45 days (docs.stripe.com/payments/konbini#refunds). The money is then in Stripe's balance again. What was paid in
cash at a till never was there.
"""

from __future__ import annotations

import unicodedata
from datetime import datetime

from sqlalchemy.orm import Session

from ticketing.core import audit
from ticketing.core.errors import Refused
from ticketing.payments.models import Refund
from ticketing.payments.owed import again_fact, still_owed, went_back_otherwise
from ticketing.payments.refunds import OUTSIDE_LETTER, is_lost, of_order, write_to_buyer

LONGEST_NOTE = 200


def note_paid_outside(session: Session, refund: Refund, how: str, by: str, now: datetime) -> None:
    """Note that somebody paid the money of a failed refund to the buyer outside Stripe; once, and for good.

    `how` it was paid is told to the buyer. Moves no money. Raises Refused("note_missing"), Refused("note_too_long"),
    and Refused("refund_not_failed"), Refused("disputed"), Refused("refund_too_much") where nothing is owed.
    """
    note = _read(how)
    still_owed(session, refund)
    refund.paid_outside_at, refund.paid_outside_by, refund.paid_outside_note = now, by, note
    session.flush()
    audit.record(session, now, by, "order.refund_outside", f"order:{refund.order_id}", refund=refund.id)
    write_to_buyer(session, refund, OUTSIDE_LETTER, now, how=note)


def failed_of(session: Session, order_id: str) -> list[Refund]:
    """The refunds of an order that failed, were not asked for again, and whose money is not back another way."""
    rows = of_order(session, order_id)
    asked = {one.fact for one in rows}
    lost = [one for one in rows if is_lost(one) and again_fact(one.id) not in asked]
    return [one for one in lost if not went_back_otherwise(session, one)]


def _read(how: str) -> str:
    note = " ".join("".join(" " if unicodedata.category(sign)[0] in "CZ" else sign for sign in how).split())
    if not note:
        raise Refused("note_missing", 400)
    if len(note) > LONGEST_NOTE:
        raise Refused("note_too_long", 400)
    return note
