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
from ticketing.orders.letter_parts import saved
from ticketing.orders.links import public_url
from ticketing.orders.pricing import Quote
from ticketing.orders.term_lines import cancellation, sold_until
from ticketing.payments.methods import KONBINI
from ticketing.shop.fields import Field, attendee_fields, attendees_hint, buyer_fields, code_field


@dataclass(frozen=True)
class ReviewLine:
    """So many of one tier; `before` is what they cost without the promo code, where there is one."""

    field: str
    name: str
    sign: int
    quantity: int
    amount: str
    before: str


@dataclass(frozen=True)
class Choice:
    """A tier with the number chosen now, to change it."""

    field: str
    name: str
    most: int
    quantity: int


@dataclass(frozen=True)
class Ways:
    """How this visitor can come to tickets: the ways to pay, what an offer keeps for one who waited, whether the
    browser has to prove some work first, and whether there are promo codes to ask for."""

    methods: Sequence[str]
    kept: Kept | None = None
    proof: bool = False
    codes: bool = False


@dataclass(frozen=True)
class ReviewPage:
    """All that `shop/review.html` shows. `notices` are refusals that belong to no field; `offer` is the token of an
    offer to one who waited, or empty. `code` is the field for a promo code, None where nobody can have one; `saved`
    says what it takes off, `shown` is the total in minor units, which comes back with the order."""

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
    code: Field | None
    saved: str
    shown: int

    @property
    def email(self) -> str:
        """The address as it stands now: it is shown large, so that a slip is seen."""
        return next(field.value for field in self.buyer_fields if field.name == "email")

    @property
    def faults(self) -> tuple[Field, ...]:
        """The fields that need a look, from the top."""
        return tuple(field for field in (self.code, *self.buyer_fields, *self.attendee_fields) if field and field.error)

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
    code = code_field(values, errors)
    known = {field.name for field in (code, *buyer, *attendees)}
    offer = values.get("offer", "")
    kept = {"offer": offer, "code": code.value}
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
        query=urlencode({**query, **{name: value for name, value in kept.items() if value}}),
        proof=ways.proof,
        canonical=f"{public_url()}/e/{catalog.slug}",
        code=code if ways.codes or code.value else None,
        saved=saved(quote.promo.word, quote.off) if quote.promo else "",
        shown=quote.total.amount,
    )


def _lines(quote: Quote) -> tuple[ReviewLine, ...]:
    return tuple(
        ReviewLine(
            field=f"qty-{line.tier.code}",
            name=pick(line.tier.name),
            sign=line.tier.sign,
            quantity=line.quantity,
            amount=i18n.money(line.amount),
            before=i18n.money(line.full) if line.off_minor else "",
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
