"""From a buyer's form to a payment page: the same form sent twice is one order, and one visitor has one open order.

Whoever goes back, corrects the form, or starts again in another tab gives up what they had begun: its session at Stripe
ends before the next one is made, so nobody can pay twice, and its places are free for the new order. On another device
there is no cookie: the same tickets for the same address are taken for the same wish. Who only knows the address learns
nothing of the order, and orders for other tickets are left alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask import session as visitor
from sqlalchemy import bindparam, select

from ticketing.core import clock
from ticketing.core.batch import Row, Step, Unmet, run_alone, run_together
from ticketing.core.db import looking, reading, writing
from ticketing.core.errors import Refused
from ticketing.core.ids import hash_token
from ticketing.events.catalog import Catalog
from ticketing.inventory.offers import Kept
from ticketing.orders import checkout
from ticketing.orders.buyer import Buyer
from ticketing.orders.checkout import AlreadyPlacedError
from ticketing.orders.fulfil import fulfil
from ticketing.orders.models import Order
from ticketing.orders.pricing import Quote
from ticketing.orders.reading import get
from ticketing.orders.states import CANCELED, PENDING
from ticketing.payments import start
from ticketing.payments.giving_up import give_up
from ticketing.payments.methods import FREE
from ticketing.payments.models import Payment
from ticketing.payments.outcome import Unreachable
from ticketing.promos import uses
from ticketing.waiting import offers

OPEN_ORDER = "open_order"
"""The key of a visitor's cookie under which their last order stands."""


@dataclass(frozen=True)
class Wish:
    """What a buyer wants: so many tickets, by one of these ways to pay; `offer` is the token of an offer to one who
    waited, or empty."""

    quote: Quote
    methods: Sequence[str]
    offer: str = ""


def place(catalog: Catalog, wish: Wish, buyer: Buyer) -> tuple[Order, Payment]:
    """The order and the payment to start; the second time for the same form, unless it was corrected, the same ones.

    Raises what `checkout.place` raises, Refused("offer_over"), Refused("payment_unreachable", 503) where an earlier
    order of this visitor cannot be given up, and Refused("busy", 503).
    """
    return _give_up_other(catalog, buyer) or _place(catalog, wish, buyer)


def _place(catalog: Catalog, wish: Wish, buyer: Buyer) -> tuple[Order, Payment]:
    for _ in range(5):  # an order code may be taken: then the next one
        try:
            return _write(catalog, wish, buyer)
        except Unmet:  # places were gone and are back already
            continue
        except (AlreadyPlacedError, Refused) as error:  # what this very form holds may be why there is no more
            before = _placed_before(catalog, wish.quote, buyer)
            full = isinstance(error, Refused)
            if before is None and full and not _give_up_elsewhere(catalog, wish.quote, buyer):
                raise
            if before is None:
                continue
            if before[0].state != CANCELED:
                return before
            # Gone back from the payment page and corrected: an order of its own, as often as it is sent.
            buyer = replace(buyer, form_key=hash_token(repr((before[0].id, _content(wish.quote, buyer)))))
    raise Refused("busy", 503)


def lead_to_payment(placed: Order, payment: Payment, catalog: Catalog) -> str:
    """The address of the payment page; raises Refused("payment_unreachable", 503)."""
    return start.open_payment(placed, payment, catalog, clock.now())


def _give_up_other(catalog: Catalog, buyer: Buyer) -> tuple[Order, Payment] | None:
    """End the order that this visitor left open, unless it is this very form's. Returns one paid by then."""
    order_id = visitor.get(OPEN_ORDER)
    if order_id is None:
        return None
    with reading() as session:
        order = session.get(Order, order_id)
    other = order is not None and order.event_id == catalog.id and order.form_key != buyer.form_key
    if not other or order is None or order.state != PENDING:
        return None
    ended = _give_up(order_id)
    return None if ended[0].state == CANCELED else ended


def _give_up_elsewhere(catalog: Catalog, quote: Quote, buyer: Buyer, placed: Order | None = None) -> bool:
    """End the same wish where its buyer left it open on another device, before `placed`; whether there was one.

    Only what was placed before: two that come at once do not end each other. One that is paid by then stays as it is.
    """
    asked = {"event_id": catalog.id, "email": buyer.email, "form_key": buyer.form_key}
    with looking() as connection:
        found = [order_id for (order_id,) in connection.execute(OPEN_ELSEWHERE, asked)]
    ended = False
    for order_id in found:
        with reading() as session:
            other = get(session, order_id)
        before = placed is None or (other.created_at, other.id) < (placed.created_at, placed.id)
        if before and _tickets_of(other) == _tickets(quote):
            ended |= _give_up(order_id)[0].state == CANCELED
    return ended


OPEN_ELSEWHERE = select(Order.id).where(
    Order.event_id == bindparam("event_id"),
    Order.buyer_email == bindparam("email"),
    Order.state == PENDING,
    Order.form_key != bindparam("form_key"),
)


def _give_up(order_id: str) -> tuple[Order, Payment]:
    try:
        give_up(order_id, clock.now())
    except Unreachable as error:
        raise Refused("payment_unreachable", 503) from error
    with reading() as session:
        return get(session, order_id), start.payment_of(session, order_id)


def _write(catalog: Catalog, wish: Wish, buyer: Buyer) -> tuple[Order, Payment]:
    now = clock.now()
    kept = kept_for(catalog, wish.offer, now)
    placed, steps = checkout.placing(catalog, wish.quote, buyer, now, kept)
    payment, noting = start.preparing(placed, ",".join(wish.methods), now)
    free = placed.total_minor == 0
    run, all_steps = (_fulfilling(placed, payment, now), steps) if free else (run_alone, [*steps, noting])
    may_have_others = checkout.place(catalog, wish.quote, buyer, all_steps, kept, run)
    visitor[OPEN_ORDER] = placed.id
    if may_have_others:
        _give_up_elsewhere(catalog, wish.quote, buyer, placed)
    if free:
        with reading() as session:
            return get(session, placed.id), start.payment_of(session, placed.id)
    return placed, payment


def _fulfilling(placed: Order, payment: Payment, now: datetime) -> Callable[[Sequence[Step]], list[Row]]:
    """Place an order that costs nothing and make it true in the same transaction: Stripe never hears of it."""

    def run(steps: Sequence[Step]) -> list[Row]:
        order_id, paid = placed.id, start.paid_at_once(payment, FREE, now)
        with writing() as session:
            rows = run_together(session.connection(), steps)
            session.add(paid)
            session.flush()
            fulfil(session, order_id, now)
        return rows

    return run


def kept_for(catalog: Catalog, offer: str, now: datetime) -> Kept | None:
    """What this offer keeps for the visitor now, nothing without one; raises Refused("offer_over")."""
    if not offer:
        return None
    with reading() as session:
        return offers.read_offer(session, catalog, offer, now)


def _placed_before(catalog: Catalog, quote: Quote, buyer: Buyer) -> tuple[Order, Payment] | None:
    """The order that this form made before, given up now where the form was corrected."""
    with reading() as session:
        order_id = checkout.placed_before(session, buyer.form_key)
        before = (get(session, order_id), start.payment_of(session, order_id)) if order_id else None
        promo = uses.code_of(session, order_id) if order_id else None
    if before and before[0].state == PENDING and _content(quote, buyer) != (*_content_of(before[0]), promo):
        return _give_up(before[0].id)
    if before and before[0].state == PENDING:
        _give_up_elsewhere(catalog, quote, buyer, before[0])  # Stripe may have been away when it was placed
    return before


def _content(quote: Quote, buyer: Buyer) -> tuple[Any, ...]:
    """What two forms must share to be the same order."""
    names = {str(number): name for number, name in buyer.attendees.items()}
    readings = {str(number): kana for number, kana in buyer.readings.items()}
    promo = quote.promo.id if quote.promo else None
    return buyer.name, buyer.email, buyer.kana, names, readings, _tickets(quote), promo


def _content_of(order: Order) -> tuple[Any, ...]:
    return order.buyer_name, order.buyer_email, order.buyer_kana, order.attendees, order.readings, _tickets_of(order)


def _tickets(quote: Quote) -> list[tuple[int, int]]:
    return [(line.tier.id, line.quantity) for line in quote.lines]


def _tickets_of(order: Order) -> list[tuple[int, int]]:
    return [(line.tier_id, line.quantity) for line in order.lines]
