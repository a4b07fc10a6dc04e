"""The review page: the final confirmation before the order.

Japan's Act on Specified Commercial Transactions (article 12-6) wants quantity, price and total, time and method of
payment, the day of the service and the terms of canceling on this page, easy to check and to correct."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from ticketing.core import i18n
from ticketing.core.addresses import typed_email
from ticketing.core.i18n import gettext as _
from ticketing.core.i18n import pick
from ticketing.core.typos import suggestion
from ticketing.events.catalog import Catalog
from ticketing.events.heading import Heading, heading
from ticketing.inventory.offers import Kept
from ticketing.orders.links import public_url
from ticketing.orders.pricing import Quote
from ticketing.payments.methods import KONBINI
from ticketing.shop.terms import cancellation, change_until


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
class Field:
    """A field of the form with what was typed and what is wrong with it (nothing when it is empty).

    `suggestion` is what was probably meant, for a button that takes it."""

    name: str
    label: str
    hint: str
    value: str
    error: str
    suggestion: str = ""


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
    notices: tuple[str, ...]
    gone: bool
    form_key: str
    offer: str
    hold_minutes: int
    convenience_store: bool
    cancellation: tuple[str, ...]
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
        """Whether the names on the tickets are shown at once: where one was typed or needs a look."""
        return any(field.value or field.error for field in self.attendee_fields)


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
    buyer = _buyer_fields(values, errors)
    attendees = _attendee_fields(catalog, quote, now, values, errors)
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
        notices=tuple(text for field, text in errors.items() if field not in known),
        gone="gone" in errors,
        form_key=values["form_key"],
        offer=offer,
        hold_minutes=catalog.hold_minutes,
        convenience_store=KONBINI in ways.methods,
        cancellation=cancellation(catalog, now),
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


def _buyer_fields(values: Mapping[str, str], errors: Mapping[str, str]) -> tuple[Field, ...]:
    hint = _("As it should stand on the receipt.")
    return (
        Field("name", _("Your name"), hint, values.get("name", ""), errors.get("name", "")),
        email_field(_("Your tickets go to this address."), values, errors),
    )


def email_field(hint: str, values: Mapping[str, str], errors: Mapping[str, str]) -> Field:
    """The field for the address; one that needs a look and may be a slip comes with what was probably meant."""
    typed, error = typed_email(values), errors.get("email", "")
    return Field("email", _("E-mail"), hint, typed, error, suggestion(typed) if error else "")


def _attendee_fields(
    catalog: Catalog, quote: Quote, now: datetime, values: Mapping[str, str], errors: Mapping[str, str]
) -> tuple[Field, ...]:
    """One field per ticket, in the order of the lines, numbered through from 1."""
    until = change_until(catalog, now)
    hint = _("Optional. You can change it until %(until)s.", until=until) if until else _("Optional.")
    tiers = [pick(line.tier.name) for line in quote.lines for _ticket in range(line.quantity)]
    fields = []
    for number, tier in enumerate(tiers, start=1):
        name = f"attendee-{number}"
        label = _("Name on ticket %(number)s (%(tier)s)", number=number, tier=tier)
        fields.append(Field(name, label, hint, values.get(name, ""), errors.get(name, "")))
    return tuple(fields)
