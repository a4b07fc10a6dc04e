"""The uses of promo codes: taken with an order, given back when it ends unpaid. A use is a ticket.

A code's counter is always touched before those of places, so that two buyers never wait for each other in a ring.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Integer, bindparam, or_, select, update
from sqlalchemy.orm import Session

from ticketing.core.batch import Step, adding
from ticketing.core.db import changed
from ticketing.core.states import Outcome
from ticketing.promos.models import PromoCode, PromoUse

COUNT = bindparam("count", type_=Integer)
_THIS = update(PromoCode).where(PromoCode.id == bindparam("promo_code_id"))
TAKE_AGAIN = _THIS.where(or_(PromoCode.max_uses.is_(None), PromoCode.used + COUNT <= PromoCode.max_uses)).values(
    used=PromoCode.used + COUNT
)
TAKE = TAKE_AGAIN.where(PromoCode.withdrawn_at.is_(None)).returning(PromoCode.id)
GIVE_BACK = _THIS.values(used=PromoCode.used - COUNT)


def taking(promo_code_id: str, order_id: str, count: int) -> list[Step]:
    """Take so many uses for an order: steps to run with it, Unmet where too few are left or the code was withdrawn."""
    use = {"order_id": order_id, "promo_code_id": promo_code_id, "count": count, "returned_at": None}
    return [adding(PromoUse, [use]), Step(TAKE, {"promo_code_id": promo_code_id, "count": count}, must=True)]


def give_back(session: Session, order_id: str, now: datetime) -> None:
    """Give the uses of an order that ended unpaid back; a second time, or without a code, changes nothing."""
    mine = update(PromoUse).where(PromoUse.order_id == order_id, PromoUse.returned_at.is_(None))
    if changed(session, mine.values(returned_at=now)) == 1:
        use = session.get_one(PromoUse, order_id, populate_existing=True)
        changed(session, GIVE_BACK, {"promo_code_id": use.promo_code_id, "count": use.count})


def take_again(session: Session, order_id: str) -> Outcome:
    """Take the uses of an order again that was paid late: REFUSED, with nothing changed, where too few are left.

    ALREADY where there are none to take. That the code was withdrawn meanwhile does not matter: the order was placed
    before.
    """
    use = session.get(PromoUse, order_id, populate_existing=True)
    if use is None or (returned_at := use.returned_at) is None:
        return Outcome.ALREADY
    mine = update(PromoUse).where(PromoUse.order_id == order_id)
    if changed(session, mine.where(PromoUse.returned_at.is_not(None)).values(returned_at=None)) == 0:
        return Outcome.ALREADY
    if changed(session, TAKE_AGAIN, {"promo_code_id": use.promo_code_id, "count": use.count}) == 1:
        return Outcome.MOVED
    changed(session, mine.values(returned_at=returned_at))
    return Outcome.REFUSED


def word_of(session: Session, order_id: str) -> str:
    """The word of the code that made an order cheaper, empty where none did."""
    used = select(PromoCode.word).join(PromoUse, PromoUse.promo_code_id == PromoCode.id)
    return session.scalar(used.where(PromoUse.order_id == order_id)) or ""


def code_of(session: Session, order_id: str) -> str | None:
    """The id of the code whose uses an order has now; None without one, and since they came back."""
    mine = select(PromoUse.promo_code_id).where(PromoUse.order_id == order_id, PromoUse.returned_at.is_(None))
    return session.scalar(mine)
