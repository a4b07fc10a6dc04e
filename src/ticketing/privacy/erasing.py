"""Erasing: names and addresses become empty; what the books need stays, and points at nobody any more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, delete, func, or_, select, update
from sqlalchemy.orm import Session

from ticketing.core import audit
from ticketing.core.db import changed
from ticketing.core.errors import Refused
from ticketing.mail import outbox
from ticketing.orders.desk_models import OrderCorrection, OrderNote
from ticketing.orders.holders import NOBODY, away
from ticketing.orders.models import AddressChange, Order, TicketChange
from ticketing.orders.search_key import renew
from ticketing.payments.models import Payment
from ticketing.privacy.known import Known, is_, of_somebody, somebodys, tickets, unfinished
from ticketing.staff import second_factor
from ticketing.staff.models import Invitation, Person, StaffSession
from ticketing.tickets.models import Ticket
from ticketing.waiting import joining
from ticketing.waiting.models import WaitingEntry

NOTHING = ""
VALID = "valid"


@dataclass(frozen=True)
class Erased:
    """What was erased, in numbers."""

    orders: int
    tickets: int
    waiting: int
    letters: int


def erase(session: Session, email: str, now: datetime, actor: str) -> Erased:
    """Erase one person, in one transaction; safe to repeat. Tickets that others have now keep their names.

    Raises Refused("privacy_unknown", 404) where nothing is known, Refused("privacy_staff") for somebody who works
    here, Refused("privacy_unfinished") with `orders` while money is on its way or a bank asks.
    """
    known = of_somebody(session, email)
    check(session, known)
    count = len({ticket.order_code for ticket in tickets(session, known, VALID)})
    others = _other_addresses(session, known)
    _erase_bought(session, known, now)
    _erase_passed(session, known, now)
    _erase_addresses(session, known)
    for entry in known.waiting:
        joining.leave(session, entry, now)
        changed(session, update(WaitingEntry).where(WaitingEntry.id == entry.id).values(email=NOTHING))
    _erase_staff(session, known, now)
    letters = outbox.forget(session, known.email)
    letters += outbox.forget_where(session, outbox.address().in_(others) & ~somebodys())
    facts = {"orders": [order.id for order in known.orders], "waiting": len(known.waiting), "letters": letters}
    audit.record(session, now, actor, "privacy.erase", "privacy", passed=len(known.passed), **facts)
    return Erased(len(known.orders), count, len(known.waiting), letters)


def check(session: Session, known: Known) -> None:
    """Raises what `erase` would, but for who is not known at all."""
    if known.person is not None and known.person.disabled_at is None:
        raise Refused("privacy_staff")
    if busy := unfinished(session, known.orders):
        raise Refused("privacy_unfinished", orders=", ".join(busy))


def empty_orders(session: Session, orders: Sequence[Order], now: datetime) -> None:
    """Empty everything personal about these orders, whoever has their tickets."""
    ids, codes = [order.id for order in orders], [order.code for order in orders]
    _empty_rows(session, ids, now)
    _empty_tickets(session, Ticket.order_code.in_(codes), now)
    changed(session, update(TicketChange).where(TicketChange.order_id.in_(ids)).values(_gone()))


def _empty_rows(session: Session, ids: Sequence[str], now: datetime) -> None:
    """The order itself is found by its code alone. Its page at Stripe and the voucher tell who paid, and notes of the
    office say what they like."""
    mine = update(Order).where(Order.id.in_(ids), Order.erased_at.is_(None))
    empty = {"buyer_name": NOTHING, "buyer_email": NOTHING, "buyer_kana": NOTHING, "attendees": {}, "readings": {}}
    changed(session, mine.values(**empty, search_key=func.lower(Order.code), erased_at=now))
    changed(session, update(Payment).where(Payment.order_id.in_(ids)).values(url=None, voucher=None))
    changed(session, delete(OrderNote).where(OrderNote.order_id.in_(ids)))
    corrections = update(OrderCorrection).where(OrderCorrection.order_id.in_(ids))
    changed(session, corrections.values(before=NOTHING, after=NOTHING))
    wishes = update(AddressChange).where(AddressChange.order_id.in_(ids))
    changed(session, wishes.values(address=NOTHING, address_before=NOTHING))


def _erase_bought(session: Session, known: Known, now: datetime) -> None:
    ids, codes = [order.id for order in known.orders], [order.code for order in known.orders]
    _empty_rows(session, ids, now)
    with_others = [
        gone.change.ticket_id
        for key in ids
        for gone in away(session, key).values()
        if gone.change.email.lower() != known.email
    ]
    _empty_tickets(session, Ticket.order_code.in_(codes) & Ticket.id.not_in(with_others), now)
    changes = update(TicketChange).where(TicketChange.order_id.in_(ids))
    changed(session, changes.values(name_before=NOTHING))
    changed(session, changes.where(TicketChange.email == NOTHING).values(name=NOTHING))
    for key in ids:  # who has a ticket of it still finds the order
        renew(session, key)


def _other_addresses(session: Session, known: Known) -> set[str]:
    """Where letters of their orders went once, or were to go."""
    wishes = select(AddressChange).where(AddressChange.order_id.in_([order.id for order in known.orders]))
    found = {one for wish in session.scalars(wishes) for one in (wish.address.lower(), wish.address_before.lower())}
    return found - {NOTHING}


def _empty_tickets(session: Session, which: ColumnElement[bool], now: datetime) -> None:
    """Tablets that show names learn of it as of any other change."""
    named = update(Ticket).where(which, or_(Ticket.attendee != NOTHING, Ticket.kana != NOTHING))
    changed(session, named.values(attendee=NOTHING, kana=NOTHING, changed_at=now))


def _erase_passed(session: Session, known: Known, now: datetime) -> None:
    """Tickets that others passed on to this person."""
    for change in known.passed:
        mine = update(TicketChange).where(TicketChange.id == change.id)
        changed(session, mine.values(_gone()))
        after = update(TicketChange).where(TicketChange.ticket_id == change.ticket_id)
        changed(session, after.where(TicketChange.issue >= change.issue).values(name_before=NOTHING))
        by_name = after.where(TicketChange.issue == change.issue, TicketChange.email == NOTHING)
        changed(session, by_name.values(name=NOTHING))
        _empty_tickets(session, (Ticket.id == change.ticket_id) & (Ticket.issue == change.issue), now)
        renew(session, change.order_id)


def _gone() -> dict[str, Any]:
    """A change of a ticket without its people; that somebody has the ticket stays true."""
    somebody = case((TicketChange.email == NOTHING, NOTHING), else_=NOBODY)
    return {"name_before": NOTHING, "name": NOTHING, "email": somebody}


def _erase_addresses(session: Session, known: Known) -> None:
    """Wishes about orders of others: one that waits for this person's yes ends."""
    stop = update(AddressChange).where(is_(AddressChange.address, known.email), AddressChange.state == "asked")
    changed(session, stop.values(state="stopped"))
    for column in (AddressChange.address, AddressChange.address_before):
        changed(session, update(AddressChange).where(is_(column, known.email)).values({column: NOTHING}))


def _erase_staff(session: Session, known: Known, now: datetime) -> None:
    """The account of somebody who has left stays as a number that the log refers to."""
    theirs = update(Invitation).where(is_(Invitation.email, known.email))
    changed(session, theirs.where(Invitation.state == "open").values(state="ended", settled_at=now))
    changed(session, theirs.values(email=NOTHING))
    if known.person is None:
        return
    key = known.person.id
    gone = {"email": f"erased:{key}", "password_hash": "-"}  # no password has this hash
    changed(session, update(Person).where(Person.id == key).values(gone))
    changed(session, delete(StaffSession).where(StaffSession.person_id == key))
    second_factor.forget(session, key)
