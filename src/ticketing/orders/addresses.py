"""Sending an order's letters to another address: the new one confirms it, the old one may stop it."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ticketing.core import audit
from ticketing.core.db import changed
from ticketing.core.errors import Refused
from ticketing.core.ids import derive_secret, new_id, same
from ticketing.core.keys import keys
from ticketing.core.states import Outcome, Transitions, move
from ticketing.orders.fulfil import PAID_LETTER, To, write
from ticketing.orders.holders import BUYER
from ticketing.orders.models import AddressChange, Order
from ticketing.orders.reading import get
from ticketing.orders.search_key import renew
from ticketing.orders.states import PAID, PARTLY

CONFIRM_LETTER = "address.confirm"
ASKED_LETTER = "address.asked"
CHANGED_LETTER = "address.changed"

ASKED, CONFIRMED, STOPPED, UNDONE = "asked", "confirmed", "stopped", "undone"
TRANSITIONS: Transitions = {
    CONFIRMED: frozenset({ASKED}),
    STOPPED: frozenset({ASKED}),
    UNDONE: frozenset({CONFIRMED}),
}
LASTS = timedelta(hours=24)
UNDO_WITHIN = timedelta(days=7)
"""How long the former address may take a confirmed change back: whoever had only the order's link is stopped so."""


def path_of(change_id: str, what: str) -> str:
    """The path of the link that is sent to confirm (`confirm`) or to stop (`stop`) a change."""
    return f"/address/{change_id}/{what}/{derive_secret(keys().address_link, what, change_id)}"


def find(session: Session, change_id: str, what: str, secret: str) -> AddressChange:
    """The change that a link is about; raises Refused("not_found", 404) for a wrong secret and a wrong id alike."""
    found = session.get(AddressChange, change_id, populate_existing=True)
    if found is None or not same(derive_secret(keys().address_link, what, change_id), secret):
        raise Refused("not_found", 404)
    return found


def open_change(session: Session, order_id: str, now: datetime) -> AddressChange | None:
    """The change that waits for its confirmation, if there is one."""
    asked = select(AddressChange).where(AddressChange.order_id == order_id, AddressChange.state == ASKED)
    newest = asked.where(AddressChange.expires_at > now).order_by(AddressChange.asked_at.desc())
    return session.scalars(newest.limit(1)).one_or_none()


def ask(session: Session, order: Order, address: str, language: str, now: datetime) -> AddressChange:
    """Ask for another address: it gets a letter to confirm, the present one a letter to stop it. A later wish stands
    for an earlier one; the same wish again, while it waits, writes nothing. Raises Refused("address_same")."""
    session.execute(select(Order.id).where(Order.id == order.id).with_for_update())
    if address == order.buyer_email:
        raise Refused("address_same")
    waiting = open_change(session, order.id, now)
    if waiting is not None and waiting.address == address:
        return waiting
    older = update(AddressChange).where(AddressChange.order_id == order.id, AddressChange.state == ASKED)
    changed(session, older.values(state=STOPPED, settled_at=now))
    change = AddressChange(id=new_id(), order_id=order.id, address_before=order.buyer_email, address=address)
    change.state, change.asked_at, change.expires_at = ASKED, now, now + LASTS
    session.add(change)
    session.flush()
    write(session, order, CONFIRM_LETTER, now, change.id, To(address, language), change=change.id)
    write(session, order, ASKED_LETTER, now, change.id, change=change.id)
    _note(session, change, "asked", now)
    return change


def confirm(session: Session, change: AddressChange, now: datetime) -> None:
    """Change the address, tell the former one, and send the tickets to the new one; a second time changes nothing.

    Raises Refused("address_expired") and, where it was stopped or the address changed otherwise,
    Refused("address_stopped").
    """
    order = _locked(session, change)
    if change.state == CONFIRMED:
        return
    if change.state != ASKED or order.buyer_email != change.address_before:
        raise Refused("address_stopped")
    if now > change.expires_at:
        raise Refused("address_expired")
    if move(session, AddressChange, change.id, TRANSITIONS, CONFIRMED, settled_at=now) is not Outcome.MOVED:
        raise Refused("address_stopped")
    order.buyer_email = change.address
    renew(session, order.id)
    former = To(change.address_before, order.language)
    write(session, order, CHANGED_LETTER, now, change.id, former, change=change.id)
    if order.state in (PAID, PARTLY):
        write(session, order, PAID_LETTER, now, change.id)
    _note(session, change, "confirmed", now)


def stop(session: Session, change: AddressChange, now: datetime) -> None:
    """Stop a change, or take it back within a week after it was confirmed; a second time changes nothing.

    Raises Refused("address_late") where it was confirmed longer ago, or the address changed again since.
    """
    order = _locked(session, change)
    if change.state in (STOPPED, UNDONE):
        return
    if change.state == ASKED:
        move(session, AddressChange, change.id, TRANSITIONS, STOPPED, settled_at=now)
        _note(session, change, "stopped", now)
        return
    if change.settled_at is None or now > change.settled_at + UNDO_WITHIN or order.buyer_email != change.address:
        raise Refused("address_late")
    move(session, AddressChange, change.id, TRANSITIONS, UNDONE, settled_at=now)
    order.buyer_email = change.address_before
    renew(session, order.id)
    _note(session, change, "undone", now)


def _locked(session: Session, change: AddressChange) -> Order:
    session.execute(select(Order.id).where(Order.id == change.order_id).with_for_update())
    session.refresh(change)
    return get(session, change.order_id)


def _note(session: Session, change: AddressChange, what: str, now: datetime) -> None:
    audit.record(session, now, BUYER, f"address.{what}", f"order:{change.order_id}", change=change.id)
