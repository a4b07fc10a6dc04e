"""The shop's view models in one place: what the routes call and the templates show."""

from __future__ import annotations

from ticketing.shop.confirmation import ReviewPage, review_page
from ticketing.shop.door_ticket import TicketPage, ticket_page
from ticketing.shop.legal import IndexPage, LegalPage, index_page, legal_page
from ticketing.shop.poster import EventPage, event_page
from ticketing.shop.purchase import OrderPage, order_page
from ticketing.shop.remains import kept_input, what_is_left

__all__ = [
    "EventPage",
    "IndexPage",
    "LegalPage",
    "OrderPage",
    "ReviewPage",
    "TicketPage",
    "event_page",
    "index_page",
    "kept_input",
    "legal_page",
    "order_page",
    "review_page",
    "ticket_page",
    "what_is_left",
]
