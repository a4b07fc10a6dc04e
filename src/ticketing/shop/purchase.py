"""The buyer's order page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ticketing.core import i18n
from ticketing.core.i18n import pick
from ticketing.events.catalog import Catalog, TierInfo
from ticketing.events.heading import Heading, heading
from ticketing.orders.changes import changes_until
from ticketing.orders.letter_parts import saved
from ticketing.orders.reading import OrderView, TicketView
from ticketing.orders.states import AWAITING, PAID, PARTLY, WAITING
from ticketing.orders.term_lines import cancellation
from ticketing.orders.terms import rule_now
from ticketing.payments.vouchers import Store
from ticketing.shop.door_ticket import wallets_of
from ticketing.shop.money_back import MoneyBack, OrderMoney, money_back
from ticketing.shop.order_mail import OrderMail
from ticketing.wallet.links import WalletLink, by_name


@dataclass(frozen=True)
class TicketRow:
    """One ticket on the order page. `passed_on` is whom its buyer passed it on to."""

    number: int
    sign: int
    tier: str
    attendee: str
    hours: str
    valid: bool
    url: str
    wallets: tuple[WalletLink, ...] = ()
    passed_on: str = ""


@dataclass(frozen=True)
class OrderLineRow:
    """So many of one tier, as bought; `before` is what they cost without the promo code, where there was one."""

    name: str
    sign: int
    quantity: int
    amount: str
    before: str


@dataclass(frozen=True)
class OrderPage:
    """All that `shop/order.html` shows. `minutes_left` counts down the hold, from `hold_minutes`.

    `mail` is how its letters stand, `asked_address` another address that waits to be confirmed, `changeable` until when
    its tickets may be changed: empty where they may not. `saved` says what a promo code took off.

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
    mail: OrderMail
    asked_address: str
    changeable: str
    used: frozenset[int]
    free: bool
    saved: str

    @property
    def waits(self) -> bool:
        """Whether the page asks again by itself."""
        return self.state in WAITING

    @property
    def wallets(self) -> tuple[tuple[str, tuple[WalletLink, ...]], ...]:
        """Each wallet by its name with what it takes, a ticket each."""
        return by_name([link for ticket in self.tickets for link in ticket.wallets])

    @property
    def has_valid(self) -> bool:
        """Whether a ticket is there to be shown."""
        return any(ticket.valid for ticket in self.tickets)

    @property
    def quantity(self) -> int:
        """How many tickets were ordered."""
        return sum(line.quantity for line in self.lines)


def order_page(
    catalog: Catalog,
    order: OrderView,
    now: datetime,
    art_svg: str = "",
    money: OrderMoney | None = None,
    mail: OrderMail | None = None,
) -> OrderPage:
    """The order as it stands; `art_svg` is the event's art, shown cropped, `money` what payments know of it, `mail` how
    its letters stand."""
    money, mail = money or OrderMoney(), mail or OrderMail()
    left = max(0, -int((now - order.expires_at).total_seconds() // 60))
    pay_by = money.voucher.expires_at if money.voucher and order.state == AWAITING else order.expires_at
    tickets = ticket_rows(catalog, order)
    can_return = not (catalog.canceled_at or money.disputed or money.cash) and rule_now(catalog, now) is not None
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
        mail=mail,
        asked_address=masked(mail.asked) if mail.asked else "",
        changeable=_changeable(catalog, money, now),
        used=money.used,
        free=order.total.amount == 0,
        saved=saved(order.promo, order.off) if order.promo else "",
    )


def _changeable(catalog: Catalog, money: OrderMoney, now: datetime) -> str:
    at = changes_until(catalog)
    if catalog.canceled_at is not None or money.disputed or now > at:
        return ""
    return f"{i18n.day(at, catalog.zone)} {i18n.clock_time(at, catalog.zone)}"


def ticket_rows(catalog: Catalog, order: OrderView) -> tuple[TicketRow, ...]:
    """All tickets of the order, those that are not valid any more too."""
    return tuple(_row(catalog, order, ticket) for ticket in order.tickets)


def masked(email: str) -> str:
    """An address that its owner recognizes and nobody else learns: h•••••o@gmail.com."""
    if not email:
        return ""
    name, at, domain = email.rpartition("@")
    last = name[-1] if len(name) > 1 else ""
    return f"{name[:1]}{'•' * 5}{last}{at}{domain}"


def _lines(order: OrderView) -> tuple[OrderLineRow, ...]:
    return tuple(
        OrderLineRow(
            name=pick(line.tier.name),
            sign=line.tier.sign,
            quantity=line.quantity,
            amount=i18n.money(line.amount),
            before=i18n.money(line.full) if line.off_minor else "",
        )
        for line in order.lines
    )


def _row(catalog: Catalog, order: OrderView, ticket: TicketView) -> TicketRow:
    return TicketRow(
        number=ticket.number,
        sign=ticket.tier.sign,
        tier=pick(ticket.tier.name),
        attendee=ticket.attendee or order.buyer_name,
        hours=_hours(catalog, ticket.tier),
        valid=ticket.admits,
        url=f"{order.path}/t/{ticket.number}",
        wallets=wallets_of(catalog, order, ticket),
        passed_on=ticket.passed_on if ticket.state == "valid" else "",
    )


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
