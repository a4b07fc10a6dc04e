"""Everything that the house knows about one order, for the office and for evidence."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.core.audit import AuditEntry
from ticketing.door.models import Scan
from ticketing.events.catalog import Catalog, load_by_id
from ticketing.events.models import Gate
from ticketing.mail.models import Letter
from ticketing.orders import changes, correcting, holders, notes, receipts
from ticketing.orders.desk_models import OrderCorrection, OrderNote
from ticketing.orders.models import Order, Receipt, TicketChange
from ticketing.orders.reading import OrderView, view
from ticketing.payments import comps, disputes, refunds
from ticketing.payments.models import Dispute, Payment, Refund
from ticketing.payments.outside import failed_of
from ticketing.reports.standing import standings
from ticketing.staff.models import Device, Person, StaffSession
from ticketing.tickets.issue import of_order
from ticketing.tickets.models import Ticket


@dataclass(frozen=True)
class TicketScan:
    """One scan of a ticket of the order. `scanned_at` is the tablet's time, `received_at` ours."""

    number: int
    scanned_at: datetime
    received_at: datetime
    gate: str
    device: str
    kind: str
    decision: str
    reason: str


@dataclass(frozen=True)
class Dossier:
    """One order with all that belongs to it, each kind in the order of time. `people` are e-mails by person id.

    `away` says of tickets that were passed on, by number, to whom. The tickets of `view` bear the names on them now.
    `owed` are the ids of failed refunds whose money is not back otherwise, `standing` is one of `words.ORDERS`.
    `places` says from which browser and address somebody did something, by moment and actor, as long as it is kept.
    `purpose` says whom an order is for that was given for nothing.
    """

    catalog: Catalog
    order: Order
    view: OrderView
    tickets: Sequence[Ticket]
    payments: Sequence[Payment]
    refunds: Sequence[Refund]
    disputes: Sequence[Dispute]
    letters: Sequence[Letter]
    scans: Sequence[TicketScan]
    entries: Sequence[AuditEntry]
    people: Mapping[str, str]
    receipt: Receipt | None
    changes: Sequence[TicketChange]
    away: Mapping[int, TicketChange]
    owed: Collection[str]
    standing: str
    notes: Sequence[OrderNote]
    corrections: Sequence[OrderCorrection]
    places: Mapping[tuple[datetime, str], str]
    purpose: str

    @property
    def paid_by(self) -> Payment | None:
        """The payment that paid the order, or did until the bank took it back."""
        bought = [one for one in self.payments if one.state == "confirmed" and one.flag in (None, "disputed")]
        return bought[0] if bought else None


def dossier(session: Session, order: Order) -> Dossier:
    """Read all of it; `order` comes with its lines."""
    tickets = of_order(session, order.code)
    attempts = select(Payment).where(Payment.order_id == order.id).order_by(Payment.attempt)
    written = select(Letter).where(Letter.subject_id == order.id).order_by(Letter.queued_at, Letter.id)
    entries = select(AuditEntry).where(AuditEntry.subject == f"order:{order.id}").order_by(AuditEntry.at, AuditEntry.id)
    noted = session.scalars(entries).all()
    asked = refunds.of_order(session, order.id)
    return Dossier(
        catalog=load_by_id(session, order.event_id),
        order=order,
        view=_named(view(session, order)[1], tickets),
        tickets=tickets,
        payments=session.scalars(attempts).all(),
        refunds=asked,
        disputes=disputes.of_order_rows(session, order.id),
        letters=session.scalars(written).all(),
        scans=_scans(session, tickets),
        entries=noted,
        people=_people(session, {*(entry.actor for entry in noted), *_who(asked)}),
        receipt=receipts.of_order(session, order.id),
        changes=changes.of_order(session, order.id),
        away={number: gone.change for number, gone in holders.away(session, order.id).items()},
        owed={one.id for one in failed_of(session, order.id)},
        standing=standings(session, [order])[order.id],
        notes=notes.of_order(session, order.id),
        corrections=correcting.corrections(session, order.id),
        places=_places(session, noted),
        purpose=comps.purpose_of(session, order.id),
    )


def _named(order: OrderView, tickets: Sequence[Ticket]) -> OrderView:
    """The buyer is not told who has a ticket that was passed on; the organizer is."""
    names = {ticket.number: ticket.attendee for ticket in tickets}
    return replace(order, tickets=tuple(replace(one, attendee=names[one.number]) for one in order.tickets))


def _scans(session: Session, tickets: Sequence[Ticket]) -> list[TicketScan]:
    numbers = {ticket.id: ticket.number for ticket in tickets}
    rows = session.execute(
        select(Scan, Gate.code, Device.name)
        .join(Gate, Gate.id == Scan.gate_id)
        .join(Device, Device.id == Scan.device_id)
        .where(Scan.ticket_id.in_(numbers))
        .order_by(Scan.received_at, Scan.id)
    )
    return [
        TicketScan(
            numbers[scan.ticket_id or ""],
            scan.scanned_at,
            scan.received_at,
            gate,
            device,
            scan.kind,
            scan.decision,
            scan.reason or "",
        )
        for scan, gate, device in rows
    ]


def _who(asked: Sequence[Refund]) -> Iterator[str]:
    for refund in asked:
        yield refund.requested_by
        yield refund.paid_outside_by or ""


def _places(session: Session, entries: Sequence[AuditEntry]) -> dict[tuple[datetime, str], str]:
    asked = {entry.sign_in for entry in entries if entry.sign_in}
    rows = select(StaffSession.id, StaffSession.browser, StaffSession.address).where(StaffSession.id.in_(asked))
    known = {key: " · ".join(filter(None, (browser, address))) for key, browser, address in session.execute(rows)}
    return {(entry.at, entry.actor): known[entry.sign_in] for entry in entries if entry.sign_in in known}


def _people(session: Session, actors: set[str]) -> dict[str, str]:
    ids = [actor.removeprefix("person:") for actor in actors if actor.startswith("person:")]
    rows = session.execute(select(Person.id, Person.email).where(Person.id.in_(ids)))
    return {person_id: email for person_id, email in rows}
