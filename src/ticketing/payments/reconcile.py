"""Reconciling: Stripe's events since the last look, and both sets of books compared as a whole.

A comparison is made while the house goes on selling. So a difference counts only where two comparisons in a row see it:
what was merely on its way in the first has arrived in the second.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from ticketing.core import clock
from ticketing.core.db import changed, reading, writing
from ticketing.payments import inbox, payouts
from ticketing.payments.books import Books, ask_stripe, beginning, put_together
from ticketing.payments.differences import Difference, told
from ticketing.payments.models import Payment, Reconciliation, StripeEvent
from ticketing.payments.outcome import Hint
from ticketing.payments.reconcile_balance import moved
from ticketing.payments.reconcile_lines import fills, foreign, lines
from ticketing.payments.reconcile_refunds import disputes, refunds
from ticketing.payments.reconcile_repair import fill_in, put_takings_right, repair
from ticketing.payments.reconcile_sessions import sessions
from ticketing.payments.start import gateway

EVENTS, FULL = "events", "full"
# An event may become visible a little after younger ones.
OVERLAP = timedelta(minutes=5)
STRIPE_KEEPS = timedelta(days=30)
AT_ONCE = 100
KEPT = 100
ROUNDS = 3
_Key = tuple[str, str | None, str | None]


@dataclass(frozen=True)
class Result:
    """What came of a comparison. `left` needs a person, `repaired` does not any more."""

    checked: Mapping[str, Any]
    left: Sequence[Difference]
    repaired: Sequence[Difference]

    def kept(self) -> dict[str, Any]:
        """As it is kept, the differences that are left first."""
        both = [one.kept() for one in (*self.left, *self.repaired)]
        return {"matches": not self.left, "checked": dict(self.checked), "differences": both}

    def plain(self) -> dict[str, Any]:
        """For programs, with texts in the language in force."""
        kept = self.kept()
        return {**kept, "differences": [told(one) for one in kept["differences"]]}


def catch_up(now: datetime) -> int:
    """Put Stripe's events since the last time into the inbox, where those that webhooks brought lie already.

    Says how many were new. Raises Unreachable or Rejected; then the next time begins where this one did.
    """
    with reading() as session:
        since = _begin_events(session, now)
    hints = list(gateway().events(since - OVERLAP))
    new = sum(_keep(hints[start : start + AT_ONCE], now) for start in range(0, len(hints), AT_ONCE))
    upto = max([since, *(hint.created_at for hint in hints)])
    checked = {"events": len(hints), "new": new}
    made = Reconciliation(scope=EVENTS, started_at=now, upto=upto, matches=True, checked=checked, differences=[])
    with writing() as session:
        _record(session, made)
    return new


def reconcile(since: datetime | None = None) -> Result:
    """Catch up on events, compare everything since `since`, repair what is safe, compare again, and keep the result.

    Without `since`, everything that may still change. Raises Unreachable or Rejected when Stripe cannot be asked; then
    nothing is kept, and what was repaired until then stays right.
    """
    now = clock.now()
    new_events = catch_up(now)
    with reading() as session:
        since = since or beginning(session, now)
    first = look = _look(since, now)
    left, repaired = look.differences, dict[_Key, Difference]()
    for _ in range(ROUNDS if left else 0):
        repaired |= {one.key: replace(one, repaired=True) for one in look.differences.values() if repair(one, now)}
        look, before = _look(since, now), look
        left = {key: one for key, one in look.differences.items() if key in before.differences}
        if len(left) == len(look.differences):
            break
    done = [one for key, one in repaired.items() if key not in left]
    checked = {
        "since": since.isoformat(),
        "new_events": new_events,
        **_counts(look.books),
        "fees_filled": first.filled,
        "payouts": payouts.take_over(look.books.theirs.lines, now),
        "balance": moved(look.books),
    }
    result = Result(checked, list(left.values()), done)
    put_takings_right()
    with writing() as session:
        _record(session, Reconciliation(scope=FULL, started_at=now, upto=now, **result.kept()))
    return result


def latest(session: Session, scope: str) -> Reconciliation | None:
    """The last comparison of this scope; None where there was none yet."""
    newest = select(Reconciliation).where(Reconciliation.scope == scope).order_by(Reconciliation.id.desc())
    return session.scalars(newest.limit(1)).first()


@dataclass(frozen=True)
class _Look:
    books: Books
    differences: Mapping[_Key, Difference]
    filled: int


def _look(since: datetime, now: datetime) -> _Look:
    """Compare once. Our side is read last: what happens meanwhile is then known here sooner than there."""
    theirs = ask_stripe(gateway(), since)
    with reading() as session:
        books = put_together(session, theirs, since, now)
    filled = fill_in(fills(books))
    found = [*sessions(books), *refunds(books), *disputes(books), *lines(books)]
    return _Look(books, {one.key: one for one in found}, filled)


def _counts(books: Books) -> dict[str, int]:
    theirs = books.theirs
    strangers = [checkout for checkout in theirs.checkouts if checkout.payment_id is None]
    intents = [one.payment_intent for one in theirs.refunds] + [one.payment_intent for one in theirs.disputes]
    others = [intent for intent in intents if books.of_intent(intent) is None]
    return {
        "payments": sum(1 for payment_id in books.payments if books.is_asked(payment_id)),
        "sessions": len(theirs.checkouts),
        "refunds": len(theirs.refunds),
        "paid_outside": sum(1 for one in books.refunds if one.paid_outside_at and books.is_asked(one.payment_id)),
        "disputes": len(theirs.disputes),
        "balance_lines": len(theirs.lines),
        "foreign": len(strangers) + len(others) + foreign(books),
    }


def _begin_events(session: Session, now: datetime) -> datetime:
    """Where the last list of events ended; the first one begins with our oldest payment, as far as Stripe remembers."""
    last = latest(session, EVENTS)
    if last is not None:
        return last.upto
    return max(now - STRIPE_KEEPS, session.scalar(select(func.min(Payment.created_at))) or now)


def _keep(hints: Sequence[Hint], now: datetime) -> int:
    """Keep those that are new; nobody has to wait for a transaction that would change nothing."""
    with reading() as session:
        ids = select(StripeEvent.id).where(StripeEvent.id.in_([hint.id for hint in hints]))
        known = set(session.scalars(ids))
    new = [hint for hint in hints if hint.id not in known]
    if not new:
        return 0
    with writing() as session:
        return sum(inbox.keep(session, hint, now) for hint in new)


def _record(session: Session, made: Reconciliation) -> None:
    """Keep a comparison, and forget those of long ago."""
    made.ended_at = clock.now()
    session.add(made)
    session.flush()
    of_scope = select(Reconciliation.id).where(Reconciliation.scope == made.scope)
    kept = of_scope.order_by(Reconciliation.id.desc()).limit(KEPT).subquery()
    old = delete(Reconciliation).where(Reconciliation.scope == made.scope, Reconciliation.id.not_in(select(kept.c.id)))
    changed(session, old)
