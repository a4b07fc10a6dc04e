"""The order of a dispute as a text that a bank's clerk can read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from ticketing.core import i18n
from ticketing.core.i18n import gettext as _
from ticketing.core.i18n import pick
from ticketing.core.money import Money
from ticketing.orders.terms import price_of
from ticketing.reports.dossier import Dossier
from ticketing.reports.words import LETTER_STATES, LETTERS, METHODS, ORDERS, REFUNDS, TICKETS, refund_state, word


def order_text(file: Dossier, now: datetime) -> str:
    """What was bought, by whom, when, on what terms, what was sent, and who came; in the language in force."""
    parts = (_order(file, now), _event(file), _bought(file), _terms(file), _sent(file), _came(file), _refunded(file))
    return "\n\n".join("\n".join(part) for part in parts) + "\n"


def _order(file: Dossier, now: datetime) -> Iterator[str]:
    order = file.order
    yield _("Order %(code)s", code=order.code)
    yield _line(_("State"), word(ORDERS, file.standing))
    yield _line(_("Buyer"), order.buyer_name)
    yield _line(_("E-mail"), order.buyer_email)
    yield _line(_("Ordered"), _at(file, order.created_at))
    yield _line(_("Paid"), _at(file, order.paid_at))
    yield _line(_("Paid by"), word(METHODS, (file.paid_by.method if file.paid_by else None) or ""))
    yield _line(_("Total"), i18n.money(file.view.total))
    yield _line(_("This was written"), _at(file, now))


def _event(file: Dossier) -> Iterator[str]:
    catalog = file.catalog
    yield _line(_("Event"), pick(catalog.title))
    yield _line(_("Date and time"), f"{i18n.date(catalog.starts_at, catalog.zone)} {_hours(file)}")
    yield _line(_("Where"), f"{pick(catalog.venue.name)}, {pick(catalog.venue.address)}")
    yield _line(_("Organizer"), pick(catalog.seller.get("name") or {}))


def _bought(file: Dossier) -> Iterator[str]:
    yield _("Tickets")
    for ticket in file.view.tickets:
        price = i18n.money(price_of(file.order, [ticket.number]))
        state = word(TICKETS, ticket.state)
        yield f"- {ticket.number}: {pick(ticket.tier.name)}, {ticket.attendee}, {price} ({state})"
    if not file.view.tickets:
        yield _("None was issued.")


def _terms(file: Dossier) -> Iterator[str]:
    """What the last page before the payment shows, under the button that places the order."""
    yield _("Terms that the buyer saw and accepted by placing the order")
    yield _("(as the event has them now, revision %(revision)s)", revision=file.catalog.revision)
    rules = file.catalog.policy.get("refunds") or ()
    for rule in rules:
        until = rule["until"] if isinstance(rule["until"], datetime) else datetime.fromisoformat(rule["until"])
        fee = int(rule["fee_percent"])
        yield "- " + _("Canceling until %(until)s costs %(fee)s%% of the price.", until=_at(file, until), fee=fee)
    yield "- " + (
        _("After that, and for tickets that were used to enter, there is no refund.")
        if rules
        else _("Tickets cannot be given back.")
    )


def _sent(file: Dossier) -> Iterator[str]:
    yield _("Letters")
    for letter in file.letters:
        when = _at(file, letter.sent_at or letter.queued_at)
        yield f"- {when}: {word(LETTERS, letter.kind)}, {letter.to_address} ({word(LETTER_STATES, letter.state)})"
    if not file.letters:
        yield _("None was written.")


def _came(file: Dossier) -> Iterator[str]:
    yield _("Scans at the door")
    for scan in file.scans:
        admitted = scan.decision == "admit"
        way = (_("went out") if scan.kind == "exit" else _("came in")) if admitted else _("turned away")
        where = f"{scan.gate} {scan.device}"
        yield f"- {_at(file, scan.scanned_at)}: {_('Ticket')} {scan.number}, {way}, {where}"
    if not file.scans:
        yield _("No ticket of this order was scanned.")


def _refunded(file: Dossier) -> Iterator[str]:
    yield _("Refunds")
    for refund in file.refunds:
        amount = i18n.money(Money(refund.amount_minor, refund.currency))
        yield f"- {_at(file, refund.requested_at)}: {amount} ({word(REFUNDS, refund_state(refund))})"
    if not file.refunds:
        yield _("None was asked for.")


def _line(label: str, value: str) -> str:
    return f"{label}: {value or '-'}"


def _at(file: Dossier, when: datetime | None) -> str:
    zone = file.catalog.zone
    return f"{i18n.date(when, zone)} {when.astimezone(zone):%H:%M:%S} {when.astimezone(zone):%Z}" if when else ""


def _hours(file: Dossier) -> str:
    return i18n.span(file.catalog.starts_at, file.catalog.ends_at, file.catalog.zone)
