"""How an order goes on: paid, waiting for a voucher to be paid, ended, taken back.

Each is one transaction with all that follows from it: its places, its tickets, its letter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.core.states import Outcome, Transitions, move
from ticketing.inventory import holds
from ticketing.mail.models import Letter
from ticketing.mail.outbox import queue
from ticketing.orders.holders import away
from ticketing.orders.models import Order
from ticketing.orders.reading import get
from ticketing.orders.states import AWAITING, CANCELED, EXPIRED, PAID, PARTLY, REFUNDED, TRANSITIONS
from ticketing.promos import uses
from ticketing.tickets.issue import VALID, Seat, issue, of_order, revoke

PAID_LETTER = "order.paid"
VOUCHER_LETTER = "order.voucher"
EXPIRED_LETTER = "order.expired"
ENDED_LETTER = "ticket.ended"
REVOKED_LETTER = "order.revoked"
BLOCKED_LETTER = "ticket.blocked"
RESTORED_LETTER = "ticket.restored"
LATE: Transitions = {PAID: frozenset({EXPIRED, CANCELED})}


def fulfil(session: Session, order_id: str, now: datetime) -> Outcome:
    """Make a paid order true: paid, places sold, tickets issued, letter queued.

    ALREADY when that was done before; REFUSED when the order ended otherwise, so that its places are gone.
    """
    outcome = move(session, Order, order_id, TRANSITIONS, PAID, paid_at=now)
    if outcome is not Outcome.MOVED:
        return outcome
    order = get(session, order_id)
    if holds.sell(session, order.hold_id) is not Outcome.MOVED:
        raise RuntimeError(f"order {order.code} was payable without a hold")
    _issue(session, order, now)
    return outcome


def fulfil_late(session: Session, order_id: str, now: datetime) -> Outcome:
    """The same for money that came after the order had ended without tickets.

    REFUSED where its places are gone, or the uses of the promo code that made it cheaper.
    """
    order = get(session, order_id)
    if order.state not in LATE[PAID] or order.paid_at is not None:
        return Outcome.REFUSED
    cheaper = uses.take_again(session, order_id)
    if cheaper is Outcome.REFUSED:
        return cheaper
    if holds.retake(session, order.hold_id) is not Outcome.MOVED:
        if cheaper is Outcome.MOVED:
            uses.give_back(session, order_id, now)
        return Outcome.REFUSED
    if move(session, Order, order_id, LATE, PAID, paid_at=now, ended_at=None) is not Outcome.MOVED:
        raise RuntimeError(f"order {order.code} changed while its places were taken")
    _issue(session, order, now)
    return Outcome.MOVED


def await_payment(session: Session, order_id: str, until: datetime, now: datetime) -> Outcome:
    """A voucher was issued: keep the places until it can no longer be paid, and tell the buyer how to pay."""
    outcome = move(session, Order, order_id, TRANSITIONS, AWAITING, expires_at=until)
    if outcome is Outcome.MOVED:
        order = get(session, order_id)
        holds.extend(session, order.hold_id, until)
        write(session, order, VOUCHER_LETTER, now)
    return outcome


def expire(session: Session, order_id: str, now: datetime) -> Outcome:
    """End an order that was not paid in time and give its places back.

    Who had a voucher is told by letter; who left the payment page knows.
    """
    waited = get(session, order_id).state == AWAITING
    return _end(session, order_id, EXPIRED, now, EXPIRED_LETTER if waited else "")


def cancel_unpaid(session: Session, order_id: str, now: datetime) -> Outcome:
    """End an order that was not paid because somebody said so, and give its places back."""
    return _end(session, order_id, CANCELED, now, "")


def take_back(session: Session, order: Order, numbers: Sequence[int], now: datetime) -> list[int]:
    """Revoke these tickets of a paid order and give their places back; returns those that were valid until now.

    The order is `refunded` with its last ticket, before that `partially_refunded`.
    """
    session.execute(select(Order.id).where(Order.id == order.id).with_for_update())  # one at a time for each order
    valid = [ticket.number for ticket in of_order(session, order.code) if ticket.state == VALID]
    going = sorted(set(valid) & set(numbers))
    for tier_id, count in sorted(revoke(session, order.code, going, now).items()):
        holds.give_back(session, order.hold_id, tier_id, count)
    tell_holders(session, order, going, ENDED_LETTER, now)
    if going == valid:
        move(session, Order, order.id, TRANSITIONS, REFUNDED, ended_at=now)
    elif going:
        move(session, Order, order.id, TRANSITIONS, PARTLY)
    return going


@dataclass(frozen=True)
class To:
    """Where a letter goes that is not for the buyer."""

    address: str
    language: str


def write(
    session: Session, order: Order, kind: str, now: datetime, about: str = "", to: To | None = None, **facts: object
) -> None:
    """Queue the letter of this kind, to the buyer unless it is for somebody else; `about` tells facts of the same kind
    apart. One fact, one letter, and none to a buyer of whom no address is known."""
    letter = letter_of(order, kind, about, to, facts)
    if letter.to_address and session.scalar(select(Letter.id).where(Letter.fact == letter.fact)) is None:
        queue(session, now, letter)


def letter_of(order: Order, kind: str, about: str, to: To | None, facts: Mapping[str, object]) -> Letter:
    """The same letter, not queued: for who knows that it is new."""
    return Letter(
        fact=":".join(part for part in (kind, order.code, about) if part),
        kind=kind,
        subject_id=order.id,
        facts=dict(facts),
        to_address=to.address if to else order.buyer_email,
        language=to.language if to else order.language,
    )


def tell_holders(
    session: Session, order: Order, numbers: Sequence[int], kind: str, now: datetime, about: str = ""
) -> None:
    """Queue the letter of this kind to whoever has one of these tickets without having bought it."""
    for number, gone in away(session, order.id).items():
        if number in numbers:
            holder = gone.change
            to = To(holder.email, holder.language)
            write(session, order, kind, now, holder.id + about, to, change=holder.id)


def seats_of(order: Order) -> list[Seat]:
    """One seat for each ticket, in the order of the lines, with the names that the buyer gave."""
    seats: list[Seat] = []
    for line in order.lines:
        for _ in range(line.quantity):
            number = str(len(seats) + 1)
            name = order.attendees.get(number)
            kana = order.readings.get(number, "") if name else order.buyer_kana
            seats.append(Seat(line.tier_id, name or order.buyer_name, kana))
    return seats


def _issue(session: Session, order: Order, now: datetime) -> None:
    issue(session, order.event_id, order.code, seats_of(order), now)
    write(session, order, PAID_LETTER, now)


def _end(session: Session, order_id: str, state: str, now: datetime, letter: str) -> Outcome:
    outcome = move(session, Order, order_id, TRANSITIONS, state, ended_at=now)
    if outcome is Outcome.MOVED:
        order = get(session, order_id)
        uses.give_back(session, order_id, now)
        holds.release(session, order.hold_id)
        if letter:
            write(session, order, letter, now)
    return outcome
