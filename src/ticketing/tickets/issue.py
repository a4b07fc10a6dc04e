"""Issuing tickets, and telling their codes again: a code is derived, only its hash is stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ticketing.core.db import add_rows, changed
from ticketing.core.ids import new_id
from ticketing.core.keys import keys
from ticketing.core.states import Outcome, Transitions, move
from ticketing.tickets.code import code_hash, derive
from ticketing.tickets.models import FormerCode, Ticket

VALID, REVOKED = "valid", "revoked"
TRANSITIONS: Transitions = {REVOKED: frozenset({VALID}), VALID: frozenset({REVOKED})}


@dataclass(frozen=True)
class Seat:
    """One place to issue a ticket for."""

    tier_id: int
    attendee: str
    kana: str = ""


def issue(session: Session, event_id: int, order_code: str, seats: Sequence[Seat], now: datetime) -> None:
    """Issue one ticket for each seat, numbered from 1. The database refuses a second issue of the same order."""
    rows = []
    for number, seat in enumerate(seats, start=1):
        ticket_id = new_id()
        rows.append(
            {
                "id": ticket_id,
                "event_id": event_id,
                "tier_id": seat.tier_id,
                "order_code": order_code,
                "number": number,
                "attendee": seat.attendee,
                "kana": seat.kana,
                "state": VALID,
                "issue": 1,
                "code_hash": code_hash(derive(keys().ticket_code, ticket_id, 1)),
                "issued_at": now,
                "changed_at": now,
            }
        )
    add_rows(session, Ticket, rows)


def code_of(ticket: Ticket) -> str:
    """The code in force of this ticket, as its QR carries it."""
    return derive(keys().ticket_code, ticket.id, ticket.issue)


def of_order(session: Session, order_code: str) -> list[Ticket]:
    """All tickets of an order, by number, revoked ones too."""
    return list(session.scalars(select(Ticket).where(Ticket.order_code == order_code).order_by(Ticket.number)))


def revoke(session: Session, order_code: str, numbers: Sequence[int], now: datetime) -> dict[int, int]:
    """Revoke these tickets of an order; says how many of each tier were valid until now, by tier id."""
    revoked: dict[int, int] = {}
    for ticket in of_order(session, order_code):
        if ticket.number not in numbers:
            continue
        if move(session, Ticket, ticket.id, TRANSITIONS, REVOKED, revoked_at=now, changed_at=now) is Outcome.MOVED:
            revoked[ticket.tier_id] = revoked.get(ticket.tier_id, 0) + 1
    return revoked


def reinstate(session: Session, order_code: str, numbers: Sequence[int], now: datetime) -> None:
    """Make revoked tickets of an order valid again, with the codes that they had."""
    for ticket in of_order(session, order_code):
        if ticket.number in numbers:
            move(session, Ticket, ticket.id, TRANSITIONS, VALID, revoked_at=None, changed_at=now)


def rename(session: Session, ticket: Ticket, attendee: str, kana: str, now: datetime) -> bool:
    """Put another name on a valid ticket, which keeps its code, with how that is read in hiragana, or nothing.

    False where it is not valid in this form any more.
    """
    return _change(session, ticket, attendee=attendee, kana=kana, changed_at=now)


def reissue(session: Session, ticket: Ticket, attendee: str, now: datetime, kana: str = "") -> bool:
    """Give a valid ticket its next code, for this person; the code in force ends at once and for good.

    False where the ticket is not valid, or was reissued since it was read: of several who try, one does it.
    """
    issue = ticket.issue + 1
    new_hash = code_hash(derive(keys().ticket_code, ticket.id, issue))
    values = {"issue": issue, "code_hash": new_hash, "attendee": attendee, "kana": kana}
    if not _change(session, ticket, **values, changed_at=now):
        return False
    session.add(FormerCode(code_hash=ticket.code_hash, ticket_id=ticket.id, ended_at=now))
    session.flush()
    return True


def former(session: Session, event_id: int, hash_or_half: str) -> FormerCode | None:
    """The ended code of a ticket of this event with this hash, of which the first half is enough."""
    among = (FormerCode.code_hash >= hash_or_half) & (FormerCode.code_hash < hash_or_half + "g")
    rows = select(FormerCode).join(Ticket, Ticket.id == FormerCode.ticket_id)
    return session.scalars(rows.where(among, Ticket.event_id == event_id).limit(1)).one_or_none()


def _change(session: Session, ticket: Ticket, **values: object) -> bool:
    same = (Ticket.id == ticket.id) & (Ticket.issue == ticket.issue) & (Ticket.state == VALID)
    return changed(session, update(Ticket).where(same).values(**values)) == 1
