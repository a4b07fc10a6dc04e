"""What an event took, kept as sums: the dashboard reads a row for each way to pay instead of every payment.

A payment is counted in the transaction that confirms it; where a repair changes what is known of one, its event is
counted anew. The row is touched last in a transaction, after the counters of places: everybody whose payment is
confirmed waits for it, and so never in a ring. `wrong_takings` recounts, and each night what is wrong is made anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, select, update
from sqlalchemy.orm import Session

from ticketing.core.db import changed, insert_or
from ticketing.payments.methods import FREE
from ticketing.payments.models import Payment, Takings

SUMS = ("count", "taken_minor", "fee_minor", "fees_unknown")
_PAID = Payment.state == "confirmed", Payment.methods != FREE


def taken_by_stripe() -> ColumnElement[int]:
    """What Stripe took: of a payment of a wrong amount that is not what we asked for."""
    known = and_(Payment.flag == "wrong_amount", Payment.net_minor.is_not(None), Payment.fee_minor.is_not(None))
    return case((known, Payment.net_minor + Payment.fee_minor), else_=Payment.amount_minor)


def count_in(session: Session, payment_id: str) -> None:
    """Count a payment that this transaction has confirmed."""
    _add(session, _sums().where(Payment.id == payment_id))


def recount(session: Session, event_id: int) -> None:
    """Make the sums of an event anew from its payments, whatever they said."""
    ways = select(Payment.event_id, Payment.methods, *(literal(0) for _name in SUMS)).distinct()
    missing = _into(session).from_select(
        ["event_id", "methods", *SUMS], ways.where(Payment.event_id == event_id, *_PAID)
    )
    changed(session, missing.on_conflict_do_nothing())
    # Whoever confirms a payment meanwhile waits for these rows, and adds to what is made here.
    emptied = update(Takings).where(Takings.event_id == event_id).values(dict.fromkeys(SUMS, 0))
    mine = session.scalars(emptied.returning(Takings.methods)).all()
    _add(session, _sums().where(Payment.event_id == event_id, Payment.methods.in_(mine)))


def wrong_takings(session: Session) -> Iterator[tuple[int, str]]:
    """The event and a line for each sum that is not what the payments say."""
    columns = Takings.event_id, Takings.methods, *(getattr(Takings, name) for name in SUMS)
    kept, true = (
        {(event_id, methods): tuple(map(int, sums)) for event_id, methods, *sums in session.execute(rows)}
        for rows in (select(*columns), _sums())
    )
    nothing = (0,) * len(SUMS)
    for event_id, methods in sorted({*kept, *true}):
        said, expected = (sums.get((event_id, methods), nothing) for sums in (kept, true))
        if said != expected:
            yield event_id, f"event {event_id}, {methods}: {', '.join(SUMS)} say {said}, payments say {expected}"


def _sums() -> Select[Any]:
    unknown = case((Payment.fee_minor.is_(None), 1), else_=0)
    parts: list[Any] = [literal(1), taken_by_stripe(), func.coalesce(Payment.fee_minor, 0), unknown]
    sums = select(Payment.event_id, Payment.methods, *map(func.sum, parts))
    return sums.where(*_PAID).group_by(Payment.event_id, Payment.methods)


def _into(session: Session) -> Any:
    return insert_or(Takings, session.get_bind().dialect.name)


def _add(session: Session, sums: Select[Any]) -> None:
    adding = _into(session).from_select(["event_id", "methods", *SUMS], sums)
    more = {name: getattr(Takings, name) + adding.excluded[name] for name in SUMS}
    changed(session, adding.on_conflict_do_update(index_elements=[Takings.event_id, Takings.methods], set_=more))
