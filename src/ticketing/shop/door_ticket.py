"""The ticket that is shown at the door."""

from __future__ import annotations

from dataclasses import dataclass

from ticketing.core import i18n
from ticketing.core.i18n import pick
from ticketing.events.catalog import Catalog
from ticketing.events.titles import short_title
from ticketing.orders.reading import OrderView, TicketView
from ticketing.wallet.links import WalletLink, links

QR_BOX = 33


@dataclass(frozen=True)
class TicketPage:
    """All that `shop/ticket.html` shows: one ticket for the door, with its neighbours."""

    title: str
    when: str
    number: int
    count: int
    sign: int
    tier: str
    attendee: str
    code: str
    typed: str
    qr_path: str
    qr_box: int
    valid: bool
    rehearsal: bool
    order_url: str
    previous_url: str
    next_url: str
    passed_on: str = ""
    wallets: tuple[WalletLink, ...] = ()


def ticket_page(catalog: Catalog, order: OrderView, ticket: TicketView, qr_svg_path: str) -> TicketPage:
    """One ticket; `qr_svg_path` is drawn in a box of 33 × 33 with the quiet zone inside it."""
    numbers = [other.number for other in order.tickets]
    place = numbers.index(ticket.number)
    lang = i18n.language()
    start = catalog.starts_at.astimezone(catalog.zone)
    day = f"{start.month}.{start.day}" if lang == "ja" else i18n.date(start, catalog.zone, lang, year=False)
    rooms = ", ".join(dict.fromkeys(pick(program.room.name) for program in catalog.programs_of(ticket.tier)))
    return TicketPage(
        title=short_title(catalog, lang),
        when=f"{day} {i18n.clock_time(start, catalog.zone)} {rooms}",
        number=place + 1,
        count=len(numbers),
        sign=ticket.tier.sign,
        tier=pick(ticket.tier.name),
        attendee=ticket.attendee or order.buyer_name,
        code=f"{order.code}-{ticket.number}",
        typed=" ".join(ticket.code[start : start + 4] for start in range(0, len(ticket.code), 4)),
        qr_path=qr_svg_path,
        qr_box=QR_BOX,
        valid=ticket.admits,
        rehearsal=catalog.rehearsal,
        order_url=order.path,
        passed_on=ticket.passed_on,
        previous_url=f"{order.path}/t/{numbers[place - 1]}" if place > 0 else "",
        next_url=f"{order.path}/t/{numbers[place + 1]}" if place + 1 < len(numbers) else "",
        wallets=wallets_of(catalog, order, ticket),
    )


def wallets_of(catalog: Catalog, order: OrderView, ticket: TicketView) -> tuple[WalletLink, ...]:
    """The wallets that take this ticket, where it is of any use."""
    useful = ticket.admits and not catalog.canceled_at
    return links(order.path, ticket.number) if useful else ()
