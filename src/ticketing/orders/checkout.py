"""Checkout: a buyer's wish becomes an order with its places held, in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Integer, bindparam, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ticketing.core.batch import Row, Step, Unmet, adding, in_turn, run_alone
from ticketing.core.db import looking, reading
from ticketing.core.errors import Refused
from ticketing.core.ids import new_id, new_order_code
from ticketing.events.catalog import Catalog
from ticketing.inventory import holds
from ticketing.inventory.offers import Kept, handing_over
from ticketing.orders.buyer import Buyer
from ticketing.orders.models import Order, OrderLine
from ticketing.orders.pricing import Quote
from ticketing.orders.search_key import Named, search_key
from ticketing.orders.states import PENDING
from ticketing.promos import finding, uses
from ticketing.promos.models import PromoCode


class AlreadyPlacedError(Exception):
    """This very form was sent before and its order exists, or the order's code is taken: see `place`."""


def placing(
    catalog: Catalog, quote: Quote, buyer: Buyer, now: datetime, kept: Kept | None = None, *, limited: bool = True
) -> tuple[Order, list[Step]]:
    """The order, outside the session, with its lines, and the steps that place it and hold its places: see `place`.

    Places that an offer keeps for this buyer come from there. `limited`: an address may have only as many tickets as
    the event's rules say. The counters that all buyers share are touched last, so
    that they stay locked for the shortest time.
    """
    order_id, hold_id, code = new_id(), new_id(), new_order_code()
    names = [
        Named(buyer.name, buyer.kana),
        *(Named(name, buyer.readings.get(n, "")) for n, name in buyer.attendees.items()),
    ]
    expires_at = now + timedelta(minutes=catalog.hold_minutes)
    order: dict[str, Any] = {
        "id": order_id,
        "code": code,
        "form_key": buyer.form_key,
        "event_id": catalog.id,
        "hold_id": hold_id,
        "state": PENDING,
        "buyer_name": buyer.name,
        "buyer_email": buyer.email,
        "language": buyer.language,
        "buyer_kana": buyer.kana,
        "attendees": {str(number): name for number, name in buyer.attendees.items()},
        "readings": {str(number): kana for number, kana in buyer.readings.items()},
        "total_minor": quote.total.amount,
        "tax_minor": quote.tax.amount,
        "currency": quote.total.currency,
        "created_at": now,
        "expires_at": expires_at,
        "search_key": search_key(code, [buyer.email], names),
        "link_issue": 1,
    }
    lines = _lines(order_id, quote)
    steps = [
        # Two orders of one address at once must see each other, or both would stay within its limit.
        in_turn(holds.opening(hold_id, catalog.id, now, expires_at), catalog.id, buyer.email or order_id),
        adding(Order, [order]),
        adding(OrderLine, lines),
        *(_within_limit(catalog, buyer) if limited else []),
        *(uses.taking(quote.promo.id, order_id, quote.promo_uses) if quote.promo else []),
        *_taking(catalog, quote, hold_id, kept, now),
    ]
    return Order(**order, lines=[OrderLine(**line) for line in lines]), steps


def place(
    catalog: Catalog,
    quote: Quote,
    buyer: Buyer,
    steps: Sequence[Step],
    kept: Kept | None = None,
    run: Callable[[Sequence[Step]], list[Row]] = run_alone,
) -> bool:
    """Take the steps that place an order, in one transaction; `kept` as for `placing`. Says whether the buyer's address
    may have other orders here. `run` is another way to take them, which does more in the same transaction.

    Raises AlreadyPlacedError when this form was sent before or the order's code is taken, which whoever calls must tell
    apart by `placed_before` (of 27**7 codes, the next one is taken with a chance of 1 in 100,000 where 100,000 orders
    are, and in every second house of that size it has happened once); Refused("places_gone"),
    Refused("too_many_for_email"), or what says that a promo code has too few uses left or was withdrawn; Unmet when
    places were gone and are back already, or when an offer is no longer what it was.
    """
    try:
        rows = run(steps)
    except IntegrityError as error:
        raise AlreadyPlacedError from error
    except Unmet:
        _check_limit(catalog, quote, buyer)
        _check_promo(quote)
        holds.check_left(catalog, _rest(quote, kept))
        raise
    counted = [row[0] for step, row in zip(steps, rows, strict=True) if row and step.statement is WITHIN_LIMIT]
    return not counted or int(counted[0]) > quote.count


def _taking(catalog: Catalog, quote: Quote, hold_id: str, kept: Kept | None, now: datetime) -> list[Step]:
    rest = _rest(quote, kept)
    steps = holds.taking(catalog, hold_id, rest) if rest else []
    if kept is not None and kept.tier.id in [line.tier.id for line in quote.lines]:
        steps = [*handing_over(kept, hold_id, _from(quote, kept), now), *steps]
    return steps


def _rest(quote: Quote, kept: Kept | None) -> holds.Wish:
    """What an order wants besides the places that an offer keeps for it.

    Raises Refused("offer_over") where it wants more of the offered tier than that: those places are others' to have.
    """
    if kept is None:
        return [(line.tier, line.quantity) for line in quote.lines]
    if _from(quote, kept) > kept.count:
        raise Refused("offer_over")
    return [(line.tier, line.quantity) for line in quote.lines if line.tier.id != kept.tier.id]


def _from(quote: Quote, kept: Kept) -> int:
    return sum(line.quantity for line in quote.lines if line.tier.id == kept.tier.id)


def placed_before(session: Session, form_key: str) -> str | None:
    """The order that this form made before, if any."""
    return session.scalar(select(Order.id).where(Order.form_key == form_key))


def _lines(order_id: str, quote: Quote) -> list[dict[str, Any]]:
    return [
        {
            "order_id": order_id,
            "position": position,
            "tier_id": line.tier.id,
            "quantity": line.quantity,
            "unit_minor": line.amount_each.amount,
            "off_minor": line.off_minor,
            "tax_percent": line.tier.tax_percent,
        }
        for position, line in enumerate(quote.lines)
    ]


COUNTED = func.coalesce(func.sum(OrderLine.quantity), 0)
COUNT_FOR_EMAIL = (
    select(COUNTED.label("count"))
    .join(Order, Order.id == OrderLine.order_id)
    .where(
        Order.event_id == bindparam("event_id"),
        Order.buyer_email == bindparam("email"),
        Order.ended_at.is_(None),
    )
)
WITHIN_LIMIT = COUNT_FOR_EMAIL.having(bindparam("limit", type_=Integer) >= COUNTED)


def _within_limit(catalog: Catalog, buyer: Buyer) -> list[Step]:
    """The step that counts what this address has, with the order that is being placed."""
    limit = catalog.policy.get("max_per_email")
    values = {"event_id": catalog.id, "email": buyer.email, "limit": int(limit or 0)}
    return [Step(WITHIN_LIMIT, values, must=True)] if limit and buyer.email else []


def _check_limit(catalog: Catalog, quote: Quote, buyer: Buyer) -> None:
    limit = catalog.policy.get("max_per_email")
    with looking() as connection:
        count = int(connection.execute(COUNT_FOR_EMAIL, {"event_id": catalog.id, "email": buyer.email}).scalar_one())
    if limit and count + quote.count > int(limit):
        raise Refused("too_many_for_email", count=count, limit=limit)


def _check_promo(quote: Quote) -> None:
    if quote.promo is None:
        return
    with reading() as session:
        row = session.get_one(PromoCode, quote.promo.id)
    if row.withdrawn_at is not None:
        raise Refused("promo_over")
    finding.check_left(row, quote.promo_uses)
