"""The review page: the final confirmation before the order.

Japan's Act on Specified Commercial Transactions (article 12-6) wants quantity, price and total, time and method of
payment, the day of the service, until when one can order, and the terms of canceling on this page, easy to check and
to correct."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from ticketing.core import i18n
from ticketing.core.i18n import pick
from ticketing.events.catalog import Catalog
from ticketing.events.heading import Heading, heading
from ticketing.inventory.offers import Kept
from ticketing.orders.buyer import DEMAND
from ticketing.orders.links import public_url
from ticketing.orders.pricing import Quote
from ticketing.orders.term_lines import cancellation, sold_until
from ticketing.payments.methods import KONBINI
from ticketing.shop.fields import Field, attendee_fields, attendees_hint, buyer_fields


@dataclass(frozen=True)
class ReviewLine:
    """So many of one tier."""

    field: str
    name: str
    sign: int
    quantity: int
    amount: str


@dataclass(frozen=True)
class Choice:
    """A tier with the number chosen now, to change it."""

    field: str
    name: str
    most: int
    quantity: int


@dataclass(frozen=True)
class Ways:
    """How this visitor can come to tickets: the ways to pay, what an offer keeps for one who waited, and whether the
    browser has to prove some work first."""

    methods: Sequence[str]
    kept: Kept | None = None
    proof: bool = False


@dataclass(frozen=True)
class ReviewPage:
    """All that `shop/review.html` shows. `notices` are refusals that belong to no field; `offer` is the token of an
    offer to one who waited, or empty."""

    event: Heading
    lines: tuple[ReviewLine, ...]
    choices: tuple[Choice, ...]
    total: str
    tax: str
    buyer_fields: tuple[Field, ...]
    attendee_fields: tuple[Field, ...]
    attendees_hint: str
    notices: tuple[str, ...]
    gone: bool
    form_key: str
    offer: str
    hold_minutes: int
    convenience_store: bool
    sold_until: str
    cancellation: tuple[str, ...]
    names_required: bool
    query: str
    proof: bool
    canonical: str

    @property
    def email(self) -> str:
        """The address as it stands now: it is shown large, so that a slip is seen."""
        return next(field.value for field in self.buyer_fields if field.name == "email")

    @property
    def faults(self) -> tuple[Field, ...]:
        """The fields that need a look, from the top."""
        return tuple(field for field in (*self.buyer_fields, *self.attendee_fields) if field.error)

    @property
    def attendees_open(self) -> bool:
        """Whether the names on the tickets are shown at once: where one was typed, needs a look, or has to be there."""
        return self.names_required or any(field.value or field.error for field in self.attendee_fields)


def review_page(
    catalog: Catalog,
    quote: Quote,
    now: datetime,
    values: Mapping[str, str],
    errors: Mapping[str, str],
    ways: Ways,
) -> ReviewPage:
    """The choice with its price and the buyer's form; `values` are what was typed, `errors` sentences by field.

    An error under any other key stands as a notice above the form. Under the key `gone` it says that places were
    taken meanwhile: `quote` is then what can still be had (see `remains.what_is_left`), perhaps nothing."""
    buyer = buyer_fields(values, errors)
    attendees = attendee_fields(catalog, quote, values, errors)
    known = {field.name for field in (*buyer, *attendees)}
    offer = values.get("offer", "")
    query = {f"qty-{line.tier.code}": str(line.quantity) for line in quote.lines}
    return ReviewPage(
        event=heading(catalog),
        lines=_lines(quote),
        choices=_choices(catalog, quote, now, ways.kept),
        total=i18n.money(quote.total),
        tax=i18n.money(quote.tax),
        buyer_fields=buyer,
        attendee_fields=attendees,
        attendees_hint=attendees_hint(catalog, now),
        notices=tuple(text for field, text in errors.items() if field not in known),
        gone="gone" in errors,
        form_key=values["form_key"],
        offer=offer,
        hold_minutes=catalog.hold_minutes,
        convenience_store=KONBINI in ways.methods,
        sold_until=sold_until(catalog, [line.tier for line in quote.lines]),
        cancellation=cancellation(catalog, now),
        names_required=catalog.attendee_names == DEMAND,
        query=urlencode({**query, "offer": offer} if offer else query),
        proof=ways.proof,
        canonical=f"{public_url()}/e/{catalog.slug}",
    )


def _lines(quote: Quote) -> tuple[ReviewLine, ...]:
    return tuple(
        ReviewLine(
            f"qty-{line.tier.code}", pick(line.tier.name), line.tier.sign, line.quantity, i18n.money(line.amount)
        )
        for line in quote.lines
    )


def _choices(catalog: Catalog, quote: Quote, now: datetime, kept: Kept | None) -> tuple[Choice, ...]:
    chosen = {line.tier.code: line.quantity for line in quote.lines}
    most = {kept.tier.id: kept.count} if kept else {}
    return tuple(
        Choice(f"qty-{tier.code}", pick(tier.name), most.get(tier.id, tier.max_per_order), chosen.get(tier.code, 0))
        for tier in catalog.tiers
        if tier.sale_state(now) == "open"
    )
