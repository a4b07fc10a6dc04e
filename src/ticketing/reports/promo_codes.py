"""What promo codes did: how many tickets and how much was given away; and the recount of their uses from the orders."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from ticketing.orders.models import Order, OrderLine
from ticketing.orders.states import CANCELED, EXPIRED
from ticketing.promos.models import PromoCode, PromoUse
from ticketing.staff.models import Person

GAVE_BACK = (EXPIRED, CANCELED)
"""The states of orders that ended unpaid, so that their uses came back."""


@dataclass(frozen=True)
class Done:
    """What a code did so far: `sold` tickets were paid with it, `away_minor` taken off their prices; what was refunded
    since counts too."""

    row: PromoCode
    sold: int = 0
    away_minor: int = 0


def of_event(session: Session, event_id: int) -> list[Done]:
    """All codes of an event, those in force first, each time the newest first."""
    sums = (
        select(PromoUse.promo_code_id, func.sum(OrderLine.quantity), func.sum(OrderLine.quantity * OrderLine.off_minor))
        .join(OrderLine, OrderLine.order_id == PromoUse.order_id)
        .join(Order, Order.id == PromoUse.order_id)
        .where(Order.event_id == event_id, Order.paid_at.is_not(None), OrderLine.off_minor > 0)
        .group_by(PromoUse.promo_code_id)
    )
    found = {key: (int(sold), int(away)) for key, sold, away in session.execute(sums)}
    mine = select(PromoCode).where(PromoCode.event_id == event_id)
    rows = session.scalars(mine.order_by(PromoCode.withdrawn_at.is_not(None), PromoCode.made_at.desc(), PromoCode.id))
    return [Done(row, *found.get(row.id, ())) for row in rows]


def words(session: Session, event_id: int) -> dict[str, str]:
    """The words of the codes of an event by their ids, in the order of the alphabet."""
    mine = select(PromoCode.id, PromoCode.word).where(PromoCode.event_id == event_id)
    return {key: word for key, word in session.execute(mine.order_by(PromoCode.word, PromoCode.made_at))}


def among(promo_code_id: str) -> ColumnElement[bool]:
    """The condition on orders that this code made them cheaper, or would have, had they been paid."""
    return Order.id.in_(select(PromoUse.order_id).where(PromoUse.promo_code_id == promo_code_id))


def wrong_uses(session: Session) -> Iterator[str]:
    """A line for each code whose counter is not the number of tickets in its orders, and for each order whose uses
    came back although it did not end unpaid, or did not although it did."""
    cheaper = (
        select(PromoUse.promo_code_id, Order.state, func.sum(OrderLine.quantity))
        .join(Order, Order.id == PromoUse.order_id)
        .join(OrderLine, OrderLine.order_id == Order.id)
        .where(OrderLine.off_minor > 0)
        .group_by(PromoUse.promo_code_id, Order.state)
    )
    true: dict[str, int] = {}
    for key, state, count in session.execute(cheaper):
        true[key] = true.get(key, 0) + (0 if state in GAVE_BACK else int(count))
    for row in session.scalars(select(PromoCode).order_by(PromoCode.id)):
        if row.used != true.get(row.id, 0):
            yield f"promo code {row.word}: used says {row.used}, orders say {true.get(row.id, 0)}"
    uses = select(Order.code, Order.state, PromoUse.returned_at).join(PromoUse, PromoUse.order_id == Order.id)
    for code, state, returned_at in session.execute(uses.order_by(Order.code)):
        if (state in GAVE_BACK) != (returned_at is not None):
            yield f"order {code} is {state}, its uses of a promo code came back: {returned_at is not None}"


def makers(session: Session, rows: Sequence[PromoCode]) -> dict[str, str]:
    """The e-mail of who made each of these codes, by what its `made_by` says."""
    ids = {row.made_by.removeprefix("person:") for row in rows}
    found = session.execute(select(Person.id, Person.email).where(Person.id.in_(ids)))
    return {f"person:{person_id}": email for person_id, email in found}
