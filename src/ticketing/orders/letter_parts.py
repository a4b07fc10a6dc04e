"""What letters of different rooms say alike, in the language in force."""

from __future__ import annotations

from dataclasses import replace

from ticketing.core import i18n
from ticketing.core.i18n import gettext as _
from ticketing.core.i18n import pick
from ticketing.core.money import Money
from ticketing.events.catalog import Catalog
from ticketing.events.titles import short_title
from ticketing.mail.outbox import Draft
from ticketing.orders import enclosed
from ticketing.orders.links import public_url
from ticketing.orders.notices import Button, Notice, notice_draft
from ticketing.orders.reading import OrderView


def event_title(catalog: Catalog) -> str:
    """The event's title as people say it."""
    return short_title(catalog, i18n.language())


def about_order(catalog: Catalog, order: OrderView) -> str:
    """Which event the order is for: how most letters begin. A guest has tickets and ordered nothing."""
    if order.total.amount == 0:
        return _("This is about your tickets for %(title)s.", title=event_title(catalog))
    return _("This is about your order for %(title)s.", title=event_title(catalog))


def reach(catalog: Catalog) -> tuple[str, ...]:
    """How to reach the organizer: one sentence, or none where the event names no address."""
    contact = str(catalog.seller.get("email", ""))
    return (_("You reach us at %(address)s.", address=contact),) if contact else ()


def saved(word: str, off: Money) -> str:
    """What a promo code took off, said the same on pages and in letters."""
    return _("The code %(word)s takes off %(off)s.", word=word, off=i18n.money(off))


def sentences(*parts: str) -> str:
    """Sentences as one paragraph, with spaces between only where the language has them."""
    return ("" if i18n.language() == "ja" else " ").join(parts)


def when_and_where(catalog: Catalog) -> tuple[tuple[str, str], ...]:
    """When it begins and ends, when doors open, in which hall."""
    zone, first = catalog.zone, catalog.programs[0]
    when = f"{i18n.date(catalog.starts_at, zone)} {i18n.span(catalog.starts_at, catalog.ends_at, zone)}"
    where = f"{pick(catalog.venue.name)} {pick(first.room.name)}"
    doors = i18n.clock_time(first.doors_open_at, zone)
    return (_("Date and time"), when), (_("Doors open"), doors), (_("Where"), where)


def order_button(order: OrderView) -> Button:
    """The button that opens the order, which to a guest are tickets."""
    label = _("See your tickets") if order.total.amount == 0 else _("See your order")
    return Button(label, public_url() + order.path)


def with_tickets(catalog: Catalog, order: OrderView, notice: Notice) -> Draft:
    """The letter with the tickets that are valid; at least one must be."""
    return replace(notice_draft(catalog, order, notice), attachments=(enclosed.tickets(catalog, order),))
