"""A finished sale on the till's screen: its tickets one by one, the change, and the ways to hand the tickets over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ticketing.boxoffice.access import Sold
from ticketing.boxoffice.till_page import sale_word
from ticketing.core import i18n
from ticketing.core.i18n import gettext as _
from ticketing.core.i18n import pick
from ticketing.core.money import Money
from ticketing.events.heading import Heading, heading
from ticketing.orders.links import public_url
from ticketing.orders.states import PAID, PARTLY, PENDING
from ticketing.tickets import qr

QR_BOX = 33


@dataclass(frozen=True)
class SaleTicket:
    """One ticket; `path` is what its QR symbol is drawn with, empty where it lets nobody in."""

    number: int
    tier: str
    sign: int
    code: str
    path: str


@dataclass(frozen=True)
class MailField:
    """The field for the buyer's address, as `_macros.email_field` wants it."""

    name: str
    label: str
    value: str
    hint: str
    error: str
    suggestion: str


@dataclass(frozen=True)
class SalePage:
    """All that `boxoffice/sale.html` shows. `kept` is the query that begins the same choice anew; `owed` are refunds
    with their amounts, which `own_till` (empty without a shift) can give."""

    event: Heading
    code: str
    state: str
    word: str
    way: str
    lines: tuple[tuple[int, str, int, str], ...]
    total: str
    given: str
    change: str
    tickets: tuple[SaleTicket, ...]
    shown: SaleTicket | None
    place: int
    address_path: str
    address_box: int
    has_page: bool
    order_url: str
    mail: MailField
    mailed_to: str
    language: str
    may_void: bool
    owed: tuple[tuple[str, str], ...]
    own_till: str
    again: bool
    done: str
    error: str
    kept: str

    @property
    def is_paid(self) -> bool:
        """Whether tickets are there."""
        return self.state in (PAID, PARTLY)


def sale_page(sold: Sold, asked: Mapping[str, str], *, may_change: bool, error: str = "") -> SalePage:
    """The sale as it stands; `asked` says which ticket, and what was just done."""
    order, sale, catalog = sold.order, sold.sale, sold.catalog
    tickets = tuple(_ticket(sold, number) for number in range(len(order.tickets)))
    valid = [one for one in tickets if one.path]
    place = _place(asked.get("ticket", ""), len(valid))
    drawn, box = _address(sold)
    given = sale.given_minor
    return SalePage(
        event=heading(catalog),
        code=order.code,
        state=order.state,
        word=sale_word(sale, order.state),
        way=sale.way,
        lines=tuple((one.quantity, pick(one.tier.name), one.tier.sign, i18n.money(one.amount)) for one in order.lines),
        total=i18n.money(order.total),
        given=i18n.money(Money(given, catalog.currency)) if given is not None else "",
        change=i18n.money(Money(given, catalog.currency) - order.total) if given is not None else "",
        tickets=tuple(valid),
        shown=valid[place] if valid else None,
        place=place,
        address_path=drawn,
        address_box=box,
        has_page=sold.payment.url is not None,
        order_url=order.path,
        mail=MailField("email", _("The guest's e-mail"), "", "", "", ""),
        mailed_to=order.buyer_email,
        language=order.language,
        may_void=may_change and sale.way == "cash" and sold.shift.state == "open" and order.state == PAID,
        owed=tuple((one.id, i18n.money(Money(one.amount_minor, one.currency))) for one in sold.owed),
        own_till=sold.own.till if sold.own else "",
        again=asked.get("again") == "yes",
        done=asked.get("done", ""),
        error=error,
        kept="&".join(f"qty-{one.tier.code}={one.quantity}" for one in order.lines),
    )


def _place(text: str, count: int) -> int:
    return min(max(int(text) - 1, 0), max(count - 1, 0)) if text.isascii() and text.isdecimal() and len(text) < 4 else 0


def _ticket(sold: Sold, place: int) -> SaleTicket:
    ticket = sold.order.tickets[place]
    code = f"{sold.order.code}-{ticket.number}"
    drawn = qr.svg_path(ticket.code) if ticket.admits else ""
    return SaleTicket(ticket.number, pick(ticket.tier.name), ticket.tier.sign, code, drawn)


def _address(sold: Sold) -> tuple[str, int]:
    """What the guest's phone reads: the way to pay while the order waits, else the page with the tickets."""
    where = public_url() + sold.order.path
    return qr.address_svg(f"{where}/pay" if sold.order.state == PENDING else where)
