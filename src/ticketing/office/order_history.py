"""What has happened to an order, in one line each, the first thing first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from ticketing.core import i18n
from ticketing.core.i18n import gettext as _
from ticketing.core.money import Money
from ticketing.office.order_desk_rows import Found, of_the_desk
from ticketing.office.order_rows import actor_word
from ticketing.office.scan_rows import REASONS as DOOR_REASONS
from ticketing.orders.holders import NAME, REISSUE, TRANSFER
from ticketing.orders.states import REFUNDED
from ticketing.payments.methods import CASH
from ticketing.reports.dossier import Dossier, TicketScan
from ticketing.reports.words import ACTIONS, DISPUTES, LETTERS, METHODS, ORDERS, REFUNDS, word

_OF_REFUNDS = frozenset({"order.refund", "order.refund_again"})
_TOLD = frozenset({"ticket.name", "ticket.transfer", "ticket.return", "ticket.reissue", "order.note", "order.correct"})


@dataclass(frozen=True)
class Happened:
    """One thing that happened; `who` did it, where somebody did, and from `where`. A `note` is what somebody wrote."""

    day: str
    time: str
    text: str
    who: str
    where: str = ""
    note: str = ""


def history(file: Dossier, *, with_places: bool) -> tuple[Happened, ...]:
    """All of it from every room, and what the audit log has; from which browser and address only `with_places`."""
    found = [
        *_of_the_order(file),
        *_of_the_money(file),
        *_of_letters(file),
        *_of_scans(file),
        *_of_changes(file),
        *of_the_desk(file),
        *_noted(file),
    ]
    places = file.places if with_places else {}
    return tuple(_happened(file, one, places) for one in sorted(found, key=lambda one: one.at))


def _happened(file: Dossier, one: Found, places: Mapping[tuple[datetime, str], str]) -> Happened:
    zone = file.catalog.zone
    return Happened(
        day=i18n.date(one.at, zone, year=False),
        time=f"{one.at.astimezone(zone):%H:%M:%S}",
        text=one.text,
        who=actor_word(file, one.by),
        where=places.get((one.at, one.by), ""),
        note=one.note,
    )


def _of_the_order(file: Dossier) -> Iterator[Found]:
    order = file.order
    count = sum(line.quantity for line in file.view.lines)
    total = i18n.money(file.view.total)
    yield Found(order.created_at, _("Ordered for %(total)s, tickets: %(count)s", count=count, total=total))
    if order.ended_at:
        back = order.state == REFUNDED  # the tickets; what became of the money stands with the refunds
        ended = (
            _("No ticket is valid any more") if back else _("Order ended: %(state)s", state=word(ORDERS, order.state))
        )
        yield Found(order.ended_at, ended)


def _of_the_money(file: Dossier) -> Iterator[Found]:
    for payment in file.payments:
        if payment.confirmed_at:
            amount = i18n.money(Money(payment.amount_minor, payment.currency))
            how = word(METHODS, payment.method or "")
            text = (
                _("Paid %(amount)s (%(how)s)", amount=amount, how=how) if how else _("Paid %(amount)s", amount=amount)
            )
            yield Found(payment.confirmed_at, text)
    for refund in file.refunds:
        amount = i18n.money(Money(refund.amount_minor, refund.currency))
        asked = _("Refund of %(amount)s asked for", amount=amount)
        yield Found(refund.requested_at, asked, refund.requested_by)
        if refund.settled_at:
            state = word(REFUNDS, "cash_owed" if refund.failure == CASH else refund.state)
            yield Found(refund.settled_at, _("Refund of %(amount)s: %(state)s", amount=amount, state=state))
    for dispute in file.disputes:
        yield Found(dispute.opened_at, _("The cardholder disputed the payment"))
        if dispute.updated_at > dispute.opened_at:
            yield Found(dispute.updated_at, _("Dispute: %(state)s", state=word(DISPUTES, dispute.status)))


def _of_letters(file: Dossier) -> Iterator[Found]:
    for letter in file.letters:
        if letter.sent_at:
            yield Found(letter.sent_at, _("Letter sent: %(kind)s", kind=word(LETTERS, letter.kind)))


def _of_scans(file: Dossier) -> Iterator[Found]:
    for scan in file.scans:
        yield Found(scan.received_at, _scanned(scan), f"{scan.gate} {scan.device}")


def _scanned(scan: TicketScan) -> str:
    if scan.decision != "admit":
        why = str(DOOR_REASONS.get(scan.reason, scan.reason))
        return _("Ticket %(number)s turned away: %(why)s", number=scan.number, why=why)
    if scan.kind == "exit":
        return _("Ticket %(number)s went out", number=scan.number)
    return _("Ticket %(number)s came in", number=scan.number)


def _of_changes(file: Dossier) -> Iterator[Found]:
    for change in file.changes:
        facts = {"number": change.number, "before": change.name_before, "name": change.name, "email": change.email}
        if change.kind == NAME:
            text = _("Ticket %(number)s: %(before)s became %(name)s", **facts)
        elif change.kind == TRANSFER:
            text = _("Ticket %(number)s passed on to %(name)s (%(email)s)", **facts)
        elif change.kind == REISSUE:
            text = _("Ticket %(number)s: new code, the former one ended", **facts)
        else:
            text = _("Ticket %(number)s went back to the buyer", **facts)
        yield Found(change.at, text, change.by)


def _noted(file: Dossier) -> Iterator[Found]:
    """What the audit log has, apart from refunds, notes and changed tickets that are told already."""
    told = {refund.requested_at for refund in file.refunds}
    for entry in file.entries:
        if entry.action in _TOLD or (entry.action in _OF_REFUNDS and entry.at in told):
            continue
        yield Found(entry.at, word(ACTIONS, entry.action), entry.actor)
