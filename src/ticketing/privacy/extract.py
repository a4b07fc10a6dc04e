"""What is known of one person, for them to read and take along: plain values, JSON as it stands."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.door.models import Scan
from ticketing.events.catalog import load_by_id
from ticketing.orders.desk_models import OrderNote
from ticketing.orders.models import Order, Receipt
from ticketing.privacy.known import Known
from ticketing.promos.uses import word_of
from ticketing.staff.models import Grant, StaffSession
from ticketing.tickets.models import Ticket

Row = dict[str, Any]


def extract(session: Session, known: Known) -> Row:
    """All of it, by what it is about."""
    return {
        "email": known.email,
        "orders": [_order(session, order) for order in known.orders],
        "tickets_passed_on_to_you": [
            {"at": _at(one.at), "name": one.name, "ticket": _ticket(session, session.get_one(Ticket, one.ticket_id))}
            for one in known.passed
        ],
        "changes_of_address": [
            {"asked_at": _at(one.asked_at), "from": one.address_before, "to": one.address, "state": one.state}
            for one in known.addresses
        ],
        "waiting_list": [
            {"joined_at": _at(one.joined_at), "places": one.quantity, "state": one.state, "language": one.language}
            for one in known.waiting
        ],
        "letters": [
            {"queued_at": _at(one.queued_at), "sent_at": _at(one.sent_at), "about": one.kind, "state": one.state}
            for one in known.letters
        ],
        "invitations": [
            {"invited_at": _at(one.invited_at), "role": one.role, "state": one.state} for one in known.invitations
        ],
        "account": _account(session, known),
    }


def _order(session: Session, order: Order) -> Row:
    tickets = session.scalars(select(Ticket).where(Ticket.order_code == order.code).order_by(Ticket.number))
    receipts = session.scalars(select(Receipt).where(Receipt.order_id == order.id).order_by(Receipt.number))
    notes = session.scalars(select(OrderNote).where(OrderNote.order_id == order.id).order_by(OrderNote.at))
    return {
        "code": order.code,
        "event": load_by_id(session, order.event_id).slug,
        "state": order.state,
        "created_at": _at(order.created_at),
        "paid_at": _at(order.paid_at),
        "name": order.buyer_name,
        "kana": order.buyer_kana,
        "email": order.buyer_email,
        "language": order.language,
        "names_given": order.attendees,
        "total": {"amount": order.total_minor, "currency": order.currency},
        "promo_code": word_of(session, order.id),
        "tickets": [_ticket(session, ticket) for ticket in tickets],
        "receipts": [{"number": one.number, "addressee": one.addressee} for one in receipts],
        "notes_of_the_office": [{"at": _at(one.at), "text": one.text} for one in notes],
    }


def _ticket(session: Session, ticket: Ticket) -> Row:
    scans = session.scalars(select(Scan).where(Scan.ticket_id == ticket.id).order_by(Scan.scanned_at))
    return {
        "ticket": f"{ticket.order_code}-{ticket.number}",
        "name": ticket.attendee,
        "kana": ticket.kana,
        "state": ticket.state,
        "scans": [{"at": _at(one.scanned_at), "kind": one.kind, "decision": one.decision} for one in scans],
    }


def _account(session: Session, known: Known) -> Row | None:
    if known.person is None:
        return None
    grants = session.scalars(select(Grant.role).where(Grant.person_id == known.person.id))
    sign_ins = session.scalars(select(StaffSession).where(StaffSession.person_id == known.person.id))
    return {
        "since": _at(known.person.created_at),
        "left_at": _at(known.person.disabled_at),
        "roles": list(grants),
        "sign_ins": [{"at": _at(one.created_at), "browser": one.browser, "address": one.address} for one in sign_ins],
    }


def _at(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
