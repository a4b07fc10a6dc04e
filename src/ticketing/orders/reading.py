"""Reading an order whole: what the buyer's page, the letters and the PDF are made from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from ticketing.core.errors import Refused
from ticketing.core.money import Money
from ticketing.events.catalog import Catalog, TierInfo, load_by_id
from ticketing.orders.holders import Away, away
from ticketing.orders.links import opened_once, opens, secret_of
from ticketing.orders.models import Order
from ticketing.orders.pricing import QuoteLine, off_all
from ticketing.promos.uses import word_of
from ticketing.tickets.issue import VALID, code_of, of_order
from ticketing.tickets.models import Ticket


@dataclass(frozen=True)
class TicketView:
    """A ticket as whoever has it sees it; `code` is the T1 code in force.

    `passed_on` is the person that its buyer passed it on to: then it has no code for the buyer's eyes.
    """

    number: int
    tier: TierInfo
    attendee: str
    state: str
    code: str
    passed_on: str = ""

    @property
    def admits(self) -> bool:
        """Whether it lets somebody in, and is here to be shown."""
        return self.state == VALID and not self.passed_on


@dataclass(frozen=True)
class OrderView:
    """An order as its buyer sees it. `payment_url` is there while it can still be paid; `promo` is the word of the
    promo code that made it cheaper."""

    id: str
    code: str
    secret: str
    state: str
    buyer_name: str
    buyer_email: str
    language: str
    total: Money
    tax: Money
    created_at: datetime
    expires_at: datetime
    paid_at: datetime | None
    lines: tuple[QuoteLine, ...]
    tickets: tuple[TicketView, ...]
    payment_url: str | None = None
    at: str = ""
    promo: str = ""

    @property
    def path(self) -> str:
        """The path of the order page; `at` where somebody else than the buyer has a page of their own."""
        return self.at or f"/o/{self.code}/{self.secret}"

    @property
    def off(self) -> Money:
        """What the promo code took off in all."""
        return off_all(self.lines, self.total.currency)

    def ticket(self, number: int) -> TicketView:
        """The ticket with this number; raises Refused("not_found")."""
        for ticket in self.tickets:
            if ticket.number == number:
                return ticket
        raise Refused("not_found", 404)


def find(session: Session, code: str, secret: str) -> Order:
    """The order that a link opens; a wrong secret and a wrong code are told the same way.

    Raises Refused("link_ended", 404) for a link that a later one took the place of.
    """
    order = (
        session.scalars(select(Order).where(Order.code == code).options(joinedload(Order.lines))).unique().one_or_none()
    )
    if order is None:
        raise Refused("not_found", 404)
    if not opens(order.id, order.link_issue, secret):
        raise Refused("link_ended" if opened_once(order.id, order.link_issue, secret) else "not_found", 404)
    return order


def get(session: Session, order_id: str) -> Order:
    """The order that a row of ours points to, with its lines, as it is now."""
    one = select(Order).where(Order.id == order_id).options(joinedload(Order.lines))
    return session.scalars(one.execution_options(populate_existing=True)).unique().one()


def view(session: Session, order: Order, payment_url: str | None = None) -> tuple[Catalog, OrderView]:
    """The order and its event, ready for a page."""
    catalog = load_by_id(session, order.event_id)
    lines = []
    for line in order.lines:
        amount = Money(line.unit_minor * line.quantity, order.currency)
        lines.append(QuoteLine(catalog.tier_by_id(line.tier_id), line.quantity, amount, line.off_minor))
    gone = away(session, order.id) if order.paid_at else {}
    tickets = tuple(_ticket(catalog, ticket, gone.get(ticket.number)) for ticket in of_order(session, order.code))
    return catalog, OrderView(
        id=order.id,
        code=order.code,
        secret=secret_of(order.id, order.link_issue),
        state=order.state,
        buyer_name=order.buyer_name,
        buyer_email=order.buyer_email,
        language=order.language,
        total=Money(order.total_minor, order.currency),
        tax=Money(order.tax_minor, order.currency),
        created_at=order.created_at,
        expires_at=order.expires_at,
        paid_at=order.paid_at,
        lines=tuple(lines),
        tickets=tickets,
        payment_url=payment_url,
        promo=word_of(session, order.id) if any(line.off_minor for line in order.lines) else "",
    )


def _ticket(catalog: Catalog, ticket: Ticket, gone: Away | None) -> TicketView:
    tier = catalog.tier_by_id(ticket.tier_id)
    if gone is not None:
        return TicketView(ticket.number, tier, gone.named, ticket.state, "", passed_on=gone.named)
    return TicketView(ticket.number, tier, ticket.attendee, ticket.state, code_of(ticket))
