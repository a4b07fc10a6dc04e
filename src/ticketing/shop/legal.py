"""What the law wants a shop to say, and the list of events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ticketing.events.catalog import Catalog
from ticketing.events.heading import Heading, heading
from ticketing.shop.legal_privacy import privacy
from ticketing.shop.legal_seller import Row, rows
from ticketing.shop.legal_terms import Part, terms


@dataclass(frozen=True)
class IndexPage:
    """All that `shop/index.html` shows."""

    events: tuple[Heading, ...]


@dataclass(frozen=True)
class LegalPage:
    """All that `shop/legal.html` shows: the seller's statements (特定商取引法), terms and privacy. While the organizer
    has not `confirmed` them in the event's file, the page says so."""

    event: Heading
    rows: tuple[Row, ...]
    email: str
    terms: tuple[Part, ...]
    privacy: tuple[Part, ...]
    confirmed: bool


def index_page(catalogs: Sequence[Catalog]) -> IndexPage:
    """The events in the order given."""
    return IndexPage(tuple(heading(catalog) for catalog in catalogs))


def legal_page(catalog: Catalog, now: datetime) -> LegalPage:
    """Who sells, on what terms, and what becomes of personal data."""
    return LegalPage(
        event=heading(catalog),
        rows=rows(catalog, now),
        email=str(catalog.seller.get("email", "")),
        terms=terms(catalog, now),
        privacy=privacy(catalog),
        confirmed=bool(catalog.seller.get("confirmed")),
    )
