"""Finding the promo code that somebody typed, and whether it can be used now."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, or_, select
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from ticketing.core.errors import Refused
from ticketing.promos.models import PromoCode
from ticketing.promos.words import LONGEST_WORD, plain


def find(session: Session, event_id: int, text: str) -> PromoCode:
    """The code with this word, also one that cannot be used now: of several, the one in force, else the last one.

    Raises Refused("promo_unknown", 400).
    """
    word = plain(text[: 4 * LONGEST_WORD])
    mine = select(PromoCode).where(PromoCode.event_id == event_id, PromoCode.word == word)
    newest = mine.order_by(PromoCode.withdrawn_at.is_not(None), PromoCode.made_at.desc())
    found = session.scalars(newest.limit(1)).first()
    if found is None:
        raise Refused("promo_unknown", 400)
    return found


def any_in_force(connection: Connection, event_id: int, now: datetime) -> bool:
    """Whether somebody may have a code for this event: where there is none, nobody needs to be asked for one."""
    asked = connection.execute(IN_FORCE, {"event_id": event_id, "now": now})
    return asked.first() is not None


IN_FORCE = (
    select(PromoCode.id)
    .where(
        PromoCode.event_id == bindparam("event_id"),
        PromoCode.withdrawn_at.is_(None),
        or_(PromoCode.ends_at.is_(None), PromoCode.ends_at > bindparam("now")),
    )
    .limit(1)
)


def check_open(row: PromoCode, now: datetime) -> None:
    """Whether it can be used at this moment; raises Refused("promo_early"), Refused("promo_over")."""
    if row.withdrawn_at is not None or (row.ends_at is not None and row.ends_at <= now):
        raise Refused("promo_over")
    if row.starts_at is not None and now < row.starts_at:
        raise Refused("promo_early")


def check_left(row: PromoCode, count: int) -> None:
    """Whether so many tickets can still have it; raises Refused("promo_used_up"), or Refused("promo_few_left")."""
    left = count if row.max_uses is None else row.max_uses - row.used
    if left <= 0:
        raise Refused("promo_used_up")
    if left < count:
        raise Refused("promo_few_left", left=left)
