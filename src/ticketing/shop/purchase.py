"""The buyer's order page and the ticket that is shown at the door."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ticketing.core import i18n
from ticketing.core.i18n import pick
from ticketing.events.catalog import Catalog, TierInfo
from ticketing.events.heading import Heading, heading
from ticketing.events.titles import short_title
from ticketing.orders.reading import OrderView, TicketView
from ticketing.orders.states import AWAITING, PAID, PARTLY, WAITING
from ticketing.orders.terms import rule_now
from ticketing.payments.vouchers import Store
from ticketing.shop.money_back import MoneyBack, OrderMoney, money_back
from ticketing.shop.terms import cancellation
from ticketing.wallet.links import WalletLink, links

QR_BOX = 33


@dataclass(frozen=True)
class TicketRow:
    """One ticket on the order page."""

    number: int
    sign: int
    tier: str
    attendee: str
    hours: str
    valid: bool
    url: str
    wallets: tuple[WalletLink, ...] = ()


@dataclass(frozen=True)
class OrderLineRow:
    """So many of one tier, as bought."""

    name: str
    sign: int
    quantity: int
    amount: str


@dataclass(frozen=True)
class OrderPage:
    """All that `shop/order.html` shows. `minutes_left` counts down the hold, from `hold_minutes`.

    `giving_back` says what tickets that go back cost, a sentence per step; `returnable` are those that can go back now.
    """

    event: Heading
    art: str
    code: str
    state: str
    path: str
    email: str
    lines: tuple[OrderLineRow, ...]
    total: str
    tax: str
    tickets: tuple[TicketRow, ...]
    payment_url: str
    kept_until: str
    minutes_left: int
    hold_minutes: int
    stores: tuple[Store, ...]
    voucher_url: str
    back: MoneyBack
    disputed: bool
    giving_back: tuple[str, ...]
    returnable: tuple[TicketRow, ...]
    contact: str

    @property
    def waits(self) -> bool:
        """Whether the page asks again by itself."""
        return self.state in WAITING

    @property
    def wallets(self) -> tuple[tuple[str, tuple[WalletLink, ...]], ...]:
        """Each wallet by its name with what it takes, a ticket each."""
        there = [link for ticket in self.tickets for link in ticket.wallets]
        names = dict.fromkeys(link.name for link in there)
        return tuple((name, tuple(link for link in there if link.name == name)) for name in names)

    @property
    def has_valid(self) -> bool:
        """Whether a ticket is there to be shown."""
        return any(ticket.valid for ticket in self.tickets)

    @property
    def quantity(self) -> int:
        """How many tickets were ordered."""
        return sum(line.quantity for line in self.lines)


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
    wallets: tuple[WalletLink, ...] = ()


def order_page(
    catalog: Catalog, order: OrderView, now: datetime, art_svg: str = "", money: OrderMoney | None = None
) -> OrderPage:
    """The order as it stands; `art_svg` is the event's art, shown cropped, `money` what payments know of it."""
    money = money or OrderMoney()
    left = max(0, -int((now - order.expires_at).total_seconds() // 60))
    pay_by = money.voucher.expires_at if money.voucher and order.state == AWAITING else order.expires_at
    tickets = ticket_rows(catalog, order)
    can_return = not (catalog.canceled_at or money.disputed) and rule_now(catalog, now) is not None
    return OrderPage(
        event=heading(catalog),
        art=art_svg,
        code=order.code,
        state=order.state,
        path=order.path,
        email=masked(order.buyer_email),
        lines=_lines(order),
        total=i18n.money(order.total),
        tax=i18n.money(order.tax),
        tickets=tickets,
        payment_url="" if catalog.canceled_at else order.payment_url or "",
        kept_until=_by(catalog, pay_by, now),
        minutes_left=min(left, catalog.hold_minutes),
        hold_minutes=catalog.hold_minutes,
        stores=money.voucher.stores if money.voucher else (),
        voucher_url=money.voucher.url if money.voucher else "",
        back=money_back(catalog, money, whole=order.state not in (PAID, PARTLY)),
        disputed=money.disputed,
        giving_back=cancellation(catalog, now),
        returnable=tuple(row for row in tickets if row.valid and can_return and row.number not in money.used),
        contact=str(catalog.seller.get("email", "")),
    )


def ticket_rows(catalog: Catalog, order: OrderView) -> tuple[TicketRow, ...]:
    """All tickets of the order, those that are not valid any more too."""
    return tuple(_row(catalog, order, ticket) for ticket in order.tickets)


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
        valid=ticket.state == "valid",
        rehearsal=catalog.rehearsal,
        order_url=order.path,
        previous_url=f"{order.path}/t/{numbers[place - 1]}" if place > 0 else "",
        next_url=f"{order.path}/t/{numbers[place + 1]}" if place + 1 < len(numbers) else "",
        wallets=_wallets(catalog, order, ticket),
    )


def masked(email: str) -> str:
    """An address that its owner recognizes and nobody else learns: h•••••o@gmail.com."""
    name, at, domain = email.rpartition("@")
    last = name[-1] if len(name) > 1 else ""
    return f"{name[:1]}{'•' * 5}{last}{at}{domain}"


def _lines(order: OrderView) -> tuple[OrderLineRow, ...]:
    return tuple(
        OrderLineRow(pick(line.tier.name), line.tier.sign, line.quantity, i18n.money(line.amount))
        for line in order.lines
    )


def _row(catalog: Catalog, order: OrderView, ticket: TicketView) -> TicketRow:
    return TicketRow(
        number=ticket.number,
        sign=ticket.tier.sign,
        tier=pick(ticket.tier.name),
        attendee=ticket.attendee or order.buyer_name,
        hours=_hours(catalog, ticket.tier),
        valid=ticket.state == "valid",
        url=f"{order.path}/t/{ticket.number}",
        wallets=_wallets(catalog, order, ticket),
    )


def _wallets(catalog: Catalog, order: OrderView, ticket: TicketView) -> tuple[WalletLink, ...]:
    """The wallets that take this ticket, where it is of any use."""
    useful = ticket.state == "valid" and not catalog.canceled_at
    return links(order.path, ticket.number) if useful else ()


def _hours(catalog: Catalog, tier: TierInfo) -> str:
    """From the first program that a ticket admits to until the end of the last."""
    programs = catalog.programs_of(tier)
    return i18n.span(programs[0].starts_at, programs[-1].ends_at, catalog.zone) if programs else ""


def _by(catalog: Catalog, at: datetime, now: datetime) -> str:
    """10:42 today, with the day when it is another one (vouchers of convenience stores last for days)."""
    time = i18n.clock_time(at, catalog.zone)
    if at.astimezone(catalog.zone).date() == now.astimezone(catalog.zone).date():
        return time
    return f"{i18n.day(at, catalog.zone)} {time}"
