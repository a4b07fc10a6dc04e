"""What the law wants a shop to say, and the list of events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ticketing.core.i18n import gettext as _
from ticketing.core.i18n import pick
from ticketing.events.catalog import Catalog
from ticketing.events.heading import Heading, heading
from ticketing.shop.terms import cancellation


@dataclass(frozen=True)
class IndexPage:
    """All that `shop/index.html` shows."""

    events: tuple[Heading, ...]


@dataclass(frozen=True)
class LegalPage:
    """All that `shop/legal.html` shows: the seller's statements (特定商取引法), terms and privacy."""

    event: Heading
    facts: tuple[tuple[str, str], ...]
    email: str
    cancellation: tuple[str, ...]
    keep_days: int


def index_page(catalogs: Sequence[Catalog]) -> IndexPage:
    """The events in the order given."""
    return IndexPage(tuple(heading(catalog) for catalog in catalogs))


def legal_page(catalog: Catalog, now: datetime) -> LegalPage:
    """Who sells, on what terms, and what becomes of personal data."""
    seller = catalog.seller
    named = (
        (_("Seller"), pick(seller.get("name", {}))),
        (_("Responsible"), pick(seller.get("responsible", {}))),
        (_("Address"), pick(seller.get("address", {}))),
        (_("Phone"), pick(seller.get("phone", {}))),
        (_("Registration number"), str(seller.get("registration_number", ""))),
    )
    statements = ((pick(entry["title"]), pick(entry["text"])) for entry in seller.get("statements", ()))
    return LegalPage(
        event=heading(catalog),
        facts=tuple((label, text) for label, text in (*named, *statements) if text),
        email=str(seller.get("email", "")),
        cancellation=cancellation(catalog, now),
        keep_days=int(catalog.policy.get("keep_personal_data_days", 0)),
    )
