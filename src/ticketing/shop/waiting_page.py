"""The waiting list as the shop shows it: joining, and one's own place in the line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ticketing.core import i18n
from ticketing.core.i18n import gettext as _
from ticketing.core.i18n import pick
from ticketing.events.catalog import Catalog, TierInfo
from ticketing.events.heading import Heading, heading
from ticketing.inventory.offers import Kept
from ticketing.shop.confirmation import Choice
from ticketing.shop.fields import Field, email_field
from ticketing.waiting.links import path_of, token_of
from ticketing.waiting.models import WaitingEntry
from ticketing.waiting.offers import kept
from ticketing.waiting.states import WAITING


@dataclass(frozen=True)
class JoinPage:
    """All that `shop/waiting.html` shows; `errors` are sentences by field."""

    event: Heading
    tier_code: str
    tier: str
    sign: int
    price: str
    choice: Choice
    together: bool
    email: Field
    errors: Mapping[str, str]
    offer_length: str
    proof: bool


@dataclass(frozen=True)
class EntryPage:
    """All that `shop/waiting_entry.html` shows. `ahead` counts those before this one in the line for this tier;
    `count` places are kept until `until`, and `review` leads to buying them."""

    event: Heading
    path: str
    state: str
    tier: str
    sign: int
    quantity: int
    together: bool
    ahead: int
    count: int
    until: str
    review: str


def join_page(
    catalog: Catalog, tier: TierInfo, values: Mapping[str, str], errors: Mapping[str, str], *, proof: bool
) -> JoinPage:
    """The form to join the line for this tier, with what was typed; `proof`: the browser has to do some work first."""
    typed = values.get("quantity", "")
    quantity = int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= 4 else 1
    length = catalog.offer_length
    return JoinPage(
        event=heading(catalog),
        tier_code=tier.code,
        tier=pick(tier.name),
        sign=tier.sign,
        price=i18n.money(tier.price),
        choice=Choice("quantity", pick(tier.name), tier.max_per_order, min(max(quantity, 1), tier.max_per_order)),
        together=bool(values.get("together")),
        email=email_field(_("The offer goes to this address."), values, errors),
        errors=errors,
        offer_length=i18n.duration(length) if length else "",
        proof=proof,
    )


def entry_page(session: Session, catalog: Catalog, entry: WaitingEntry, now: datetime) -> EntryPage:
    """Where this entry stands now."""
    tier = catalog.tier_by_id(entry.tier_id)
    places: Kept | None = kept(session, catalog, entry, now)
    count = places.count if places else 0
    return EntryPage(
        event=heading(catalog),
        path=path_of(entry.id),
        state=entry.state,
        tier=pick(tier.name),
        sign=tier.sign,
        quantity=entry.quantity,
        together=entry.together,
        ahead=_ahead(session, entry) if entry.state == WAITING else 0,
        count=count,
        until=i18n.date_time(entry.offered_until, catalog.zone) if entry.offered_until else "",
        review=f"/e/{catalog.slug}/review?qty-{tier.code}={count}&offer={token_of(entry.id)}" if count else "",
    )


def _ahead(session: Session, entry: WaitingEntry) -> int:
    line = (WaitingEntry.tier_id == entry.tier_id, WaitingEntry.state == WAITING)
    earlier = (WaitingEntry.joined_at < entry.joined_at) | (
        (WaitingEntry.joined_at == entry.joined_at) & (WaitingEntry.id < entry.id)
    )
    return session.scalar(select(func.count()).where(*line, earlier)) or 0
