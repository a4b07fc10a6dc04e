"""The pages on which a ticket gets another name or another person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from ticketing.core import i18n
from ticketing.core.i18n import gettext as _
from ticketing.events.catalog import Catalog
from ticketing.events.heading import Heading, heading
from ticketing.orders.changes import changes_until
from ticketing.orders.holders import HOLDER
from ticketing.orders.reading import OrderView
from ticketing.shop.bearers import Bearer
from ticketing.shop.fields import Field, email_field, reading_field
from ticketing.shop.purchase import TicketRow, ticket_rows

LANGUAGES = (("ja", "日本語"), ("en", "English"))


@dataclass(frozen=True)
class Typed:
    """What was typed, field by field, and what is wrong with it."""

    values: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ChangePage:
    """All that `shop/name.html` and `shop/transfer.html` show. `path` is where the ticket is changed, `back` its page;
    `kana` is how the name is read, None where the event asks nobody for names, or nobody would know what is meant.

    `checking`: the person was named, and is shown before anything happens. `by_holder`: who passes the ticket on
    was passed it themselves.
    """

    event: Heading
    code: str
    path: str
    back: str
    ticket: TicketRow
    until: str
    typed: Typed
    email: Field
    kana: Field | None
    by_holder: bool
    checking: bool = False
    issue: int = 0
    languages: tuple[tuple[str, str], ...] = LANGUAGES


def change_page(one: Bearer, typed: Typed, *, checking: bool = False, issue: int = 0) -> ChangePage:
    """The form for this ticket, with what was typed."""
    email = email_field(_("The letter with the ticket goes there."), typed.values, typed.errors)
    return ChangePage(
        event=heading(one.catalog),
        code=f"{one.order.code}-{one.ticket.number}",
        path=one.path,
        back=one.order.path,
        ticket=row_of(one.catalog, one.order, one.ticket.number),
        until=until(one.catalog, changes_until(one.catalog)),
        typed=typed,
        email=replace(email, label=_("Their e-mail address")),
        kana=reading_field(one.catalog, typed.values, typed.errors),
        by_holder=one.who == HOLDER,
        checking=checking,
        issue=issue,
    )


def row_of(catalog: Catalog, order: OrderView, number: int) -> TicketRow:
    """The row of one ticket."""
    return next(row for row in ticket_rows(catalog, order) if row.number == number)


def until(catalog: Catalog, at: datetime) -> str:
    """25 October 18:00, in the event's zone."""
    return f"{i18n.day(at, catalog.zone)} {i18n.clock_time(at, catalog.zone)}"
