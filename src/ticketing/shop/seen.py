"""What a link shows: the buyer's opens a whole order, that of whoever a ticket was passed on to this ticket only."""

from __future__ import annotations

from ticketing.events.catalog import Catalog
from ticketing.orders.reading import OrderView
from ticketing.shop.bearers import opened_ticket
from ticketing.shop.order_views import opened

BY_ORDER = "/o/<order_code>/<secret>"
BY_TICKET = "/t/<order_code>/<int:held>/<secret>"


def seen(order_code: str, secret: str, held: int | None = None) -> tuple[Catalog, OrderView]:
    """The order behind a buyer's link; with the number of the ticket that is held, the one behind its holder's."""
    if held is not None:
        with opened_ticket(order_code, held, secret) as (_, mine):
            return mine.catalog, mine.order
    with opened(order_code, secret) as (_, catalog, view):
        return catalog, view
