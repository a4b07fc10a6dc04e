"""The page of whoever a ticket was passed on to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ticketing.core.errors import Refused
from ticketing.core.i18n import gettext as _
from ticketing.events.heading import Heading, heading
from ticketing.orders.changes import changes_until, check_open
from ticketing.orders.held import Held
from ticketing.orders.holders import HOLDER, REISSUE, TRANSFER
from ticketing.orders.models import TicketChange
from ticketing.shop.change_page import row_of, until
from ticketing.shop.purchase import TicketRow
from ticketing.wallet.links import WalletLink, by_name


@dataclass(frozen=True)
class HeldPage:
    """All that `shop/held.html` shows. Without a `ticket` the link is a former one, and `moved` says what became of it.

    `changeable` is until when the ticket may be changed; empty where it may not.
    """

    event: Heading
    art: str
    code: str
    path: str
    ticket: TicketRow | None
    moved: str
    changeable: str
    disputed: bool
    used: bool
    contact: str

    @property
    def tickets(self) -> tuple[TicketRow, ...]:
        """The one ticket, where it is here."""
        return (self.ticket,) if self.ticket else ()

    @property
    def wallets(self) -> tuple[tuple[str, tuple[WalletLink, ...]], ...]:
        """Each wallet by its name with what it takes."""
        return by_name(self.ticket.wallets if self.ticket else ())

    @property
    def has_valid(self) -> bool:
        """Whether the ticket is there to be shown."""
        return self.ticket is not None and self.ticket.valid


def held_page(mine: Held, now: datetime, art_svg: str, *, disputed: bool, used: bool) -> HeldPage:
    """The ticket as its holder sees it; `art_svg` is the event's art, shown cropped."""
    number = mine.holder.number
    return HeldPage(
        event=heading(mine.catalog),
        art=art_svg,
        code=f"{mine.order.code}-{number}",
        path=mine.order.path,
        ticket=row_of(mine.catalog, mine.order, number) if mine.next is None else None,
        moved=_moved(mine.next) if mine.next else "",
        changeable="" if disputed or used or not _open(mine, now) else until(mine.catalog, changes_until(mine.catalog)),
        disputed=disputed,
        used=used,
        contact=str(mine.catalog.seller.get("email", "")),
    )


def _open(mine: Held, now: datetime) -> bool:
    try:
        check_open(mine.catalog, now)
    except Refused:
        return False
    return mine.next is None and mine.ticket.admits


def _moved(change: TicketChange) -> str:
    if change.kind == REISSUE:
        return _("This ticket has a new code. Our latest letter to you has the link that opens it.")
    if change.by != HOLDER:
        return _("This ticket went back to the person who bought it.")
    if change.kind == TRANSFER:
        return _("You passed this ticket on to %(name)s.", name=change.name)
    return _("You gave this ticket back to the person who bought it.")
