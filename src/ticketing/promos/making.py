"""Making, changing and withdrawing promo codes, each with its line in the audit log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ticketing.core import audit
from ticketing.core.db import changed
from ticketing.core.errors import Refused
from ticketing.core.i18n import pick
from ticketing.events.catalog import Catalog
from ticketing.promos.models import PromoCode
from ticketing.promos.terms import LEAST_CHARGE, Promo, can_be_charged
from ticketing.promos.words import LONGEST_WORD, SHORTEST_WORD, is_word, plain

MOST_USES = 9999
LONGEST_NOTE = 200


@dataclass(frozen=True)
class Limits:
    """What may be changed about a code later: how many tickets may use it, in all and in one order, from when until
    when, and a note for the office. None means without a limit."""

    max_uses: int | None = None
    max_per_order: int | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    note: str = ""


@dataclass(frozen=True)
class Wish:
    """A code to make: `percent` or `amount_minor` off each ticket of these tiers, by their codes; none means all."""

    word: str
    percent: int | None
    amount_minor: int | None
    tiers: Sequence[str]
    limits: Limits


def make(session: Session, catalog: Catalog, wish: Wish, key: str, by: str, now: datetime) -> None:
    """Make a code, once for each `key`, which is its id.

    Raises Refused("promo_word"), Refused("promo_word_taken"), Refused("promo_too_cheap") where a ticket of one of its
    tiers would cost less than Stripe charges, and what `change` raises; IntegrityError where the same word, or the same
    form, comes in this moment: the transaction must be rolled back then.
    """
    word = plain(wish.word)
    if session.get(PromoCode, key) is not None:
        return
    if not is_word(word):
        raise Refused("promo_word", 400, least=SHORTEST_WORD, most=LONGEST_WORD)
    in_force = select(PromoCode.id).where(PromoCode.event_id == catalog.id, PromoCode.word == word)
    if session.scalar(in_force.where(PromoCode.withdrawn_at.is_(None))) is not None:
        raise Refused("promo_word_taken", word=word)
    _check_prices(catalog, Promo(key, word, wish.percent, wish.amount_minor, tuple(wish.tiers)))
    _check_window(wish.limits)
    session.add(
        PromoCode(
            id=key,
            event_id=catalog.id,
            word=word,
            percent=wish.percent,
            amount_minor=wish.amount_minor,
            tiers=list(wish.tiers),
            used=0,
            made_by=by,
            made_at=now,
            **vars(wish.limits),
        )
    )
    session.flush()
    off = f"{wish.percent}%" if wish.percent else str(wish.amount_minor)
    audit.record(session, now, by, "promo.made", f"promo:{key}", word=word, off=off, uses=wish.limits.max_uses)


def change(session: Session, row: PromoCode, limits: Limits, by: str, now: datetime) -> None:
    """Change the limits of a code that is in force; orders that were placed keep their price.

    Raises Refused("promo_over"), Refused("promo_window", 400), Refused("promo_used_more") for fewer uses than it has.
    """
    _check_window(limits)
    mine = update(PromoCode).where(PromoCode.id == row.id, PromoCode.withdrawn_at.is_(None))
    if limits.max_uses is not None:
        mine = mine.where(PromoCode.used <= limits.max_uses)
    if changed(session, mine.values(**vars(limits))) == 0:
        present = session.get_one(PromoCode, row.id, populate_existing=True)
        raise Refused("promo_over" if present.withdrawn_at else "promo_used_more", used=present.used)
    audit.record(session, now, by, "promo.changed", f"promo:{row.id}", word=row.word, uses=limits.max_uses)


def withdraw(session: Session, row: PromoCode, by: str, now: datetime) -> None:
    """End a code: orders that were placed with it keep their price. A second time changes nothing."""
    mine = update(PromoCode).where(PromoCode.id == row.id, PromoCode.withdrawn_at.is_(None))
    if changed(session, mine.values(withdrawn_at=now, withdrawn_by=by)) == 1:
        audit.record(session, now, by, "promo.withdrawn", f"promo:{row.id}", word=row.word)


def get(session: Session, key: str) -> PromoCode:
    """One code; raises Refused("not_found", 404)."""
    found = session.get(PromoCode, key, populate_existing=True)
    if found is None:
        raise Refused("not_found", 404)
    return found


def _check_prices(catalog: Catalog, promo: Promo) -> None:
    for tier in catalog.tiers:
        off = promo.off(tier)
        if off.amount and not can_be_charged(tier.price - off):
            raise Refused("promo_too_cheap", tier=pick(tier.name), least=LEAST_CHARGE)


def _check_window(limits: Limits) -> None:
    if limits.starts_at and limits.ends_at and limits.ends_at <= limits.starts_at:
        raise Refused("promo_window", 400)
