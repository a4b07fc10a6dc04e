"""Two sets of books as plain facts: what Stripe has, and what stands here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from ticketing.events.models import Event
from ticketing.orders.models import Order
from ticketing.payments.methods import NOT_STRIPE
from ticketing.payments.models import Dispute, Payment, Refund
from ticketing.payments.outcome import BalanceLine, Checkout, Gateway, StripeDispute, StripeRefund

# Stripe's clock and ours may differ.
CLOCKS = timedelta(hours=1)
# Cardholders may dispute a payment for about four months after what they paid for should have taken place.
STILL_MOVES = timedelta(days=180)
CHARGES = frozenset({"charge", "payment"})
"""The types of balance lines that take money; docs.stripe.com/reports/balance-transaction-types"""
GIVEN_BACK = frozenset({"pending", "requires_action", "succeeded"})
"""The states of a refund whose money has left or will leave."""


@dataclass(frozen=True)
class OurPayment:
    """A payment as it stands here; amounts in minor units, `order` is the order's code."""

    id: str
    order: str
    total: int
    state: str
    amount: int
    currency: str
    session_id: str | None
    intent: str | None
    flag: str | None
    charge_id: str | None
    fee: int | None
    net: int | None
    created_at: datetime


@dataclass(frozen=True)
class OurRefund:
    """A refund as it stands here."""

    id: str
    payment_id: str
    state: str
    amount: int
    currency: str
    stripe_id: str | None
    requested_at: datetime
    paid_outside_at: datetime | None

    @property
    def goes_back(self) -> bool:
        """Whether its money has left or will leave: through Stripe, or because somebody paid it another way."""
        return self.state == "requested" or self.state in GIVEN_BACK or self.paid_outside_at is not None


@dataclass(frozen=True)
class OurDispute:
    """A dispute as it stands here."""

    id: str
    payment_id: str
    status: str
    amount: int
    fee: int
    currency: str


@dataclass(frozen=True)
class Theirs:
    """All that Stripe has since a moment."""

    checkouts: Sequence[Checkout]
    refunds: Sequence[StripeRefund]
    disputes: Sequence[StripeDispute]
    lines: Sequence[BalanceLine]


@dataclass(frozen=True)
class Books:
    """Both sides. What was made before `since` is known here, but not asked of Stripe."""

    since: datetime
    now: datetime
    payments: Mapping[str, OurPayment]
    refunds: Sequence[OurRefund]
    disputes: Sequence[OurDispute]
    theirs: Theirs

    @cached_property
    def by_session(self) -> Mapping[str, OurPayment]:
        """Our payments by the session that they name; one whose attempt was given up names none."""
        named = {one.session_id: one for one in self.payments.values() if one.session_id}
        for checkout in self.theirs.checkouts:
            meant = self.payments.get(checkout.payment_id or "")
            if meant is not None and meant.session_id is None:
                named.setdefault(checkout.id, meant)
        return named

    @cached_property
    def by_intent(self) -> Mapping[str, OurPayment]:
        """Our payments by Stripe's payment intent, those too that do not know it yet."""
        known = {one.intent: one for one in self.payments.values() if one.intent}
        for checkout in self.theirs.checkouts:
            if checkout.payment_intent and checkout.id in self.by_session:
                known.setdefault(checkout.payment_intent, self.by_session[checkout.id])
        return known

    def of_intent(self, intent: str | None) -> OurPayment | None:
        """Whose payment intent this is; None where it is none of ours."""
        return self.by_intent.get(intent or "")

    def is_asked(self, payment_id: str) -> bool:
        """Whether Stripe was asked for all that became of this payment."""
        return self.payments[payment_id].created_at >= self.since


def beginning(session: Session, now: datetime) -> datetime:
    """When the oldest payment began that may still change: its event is not long over, or Stripe is to be asked."""
    unsettled = select(Refund.payment_id).where(Refund.check_at.is_not(None))
    moves = or_(Event.ends_at > now - STILL_MOVES, Payment.check_at.is_not(None), Payment.id.in_(unsettled))
    oldest = select(func.min(Payment.created_at)).join(Order, Order.id == Payment.order_id)
    found = session.scalar(oldest.join(Event, Event.id == Order.event_id).where(moves))
    return found or now - timedelta(days=1)


def ask_stripe(stripe: Gateway, since: datetime) -> Theirs:
    """Read all lists to their ends. Raises Unreachable or Rejected."""
    asked = since - CLOCKS
    return Theirs(
        checkouts=list(stripe.checkouts(asked)),
        refunds=list(stripe.refunds(asked)),
        disputes=list(stripe.disputes(asked)),
        lines=list(stripe.balance(asked)),
    )


_PAYMENTS = select(
    Payment.id,
    Order.code.label("order"),
    Order.total_minor.label("total"),
    Payment.state,
    Payment.amount_minor.label("amount"),
    Payment.currency,
    Payment.session_id,
    Payment.payment_intent_id.label("intent"),
    Payment.flag,
    Payment.charge_id,
    Payment.fee_minor.label("fee"),
    Payment.net_minor.label("net"),
    Payment.created_at,
).join(Order, Order.id == Payment.order_id)
# Stripe never heard of cash, nor of what was free.
_PAYMENTS = _PAYMENTS.where(Payment.methods.not_in(NOT_STRIPE))
_REFUNDS = select(
    Refund.id,
    Refund.payment_id,
    Refund.state,
    Refund.amount_minor,
    Refund.currency,
    Refund.stripe_id,
    Refund.requested_at,
    Refund.paid_outside_at,
).join(Payment, Payment.id == Refund.payment_id)
_REFUNDS = _REFUNDS.where(Payment.methods.not_in(NOT_STRIPE))
_DISPUTES = select(
    Dispute.id, Dispute.payment_id, Dispute.status, Dispute.amount_minor, Dispute.fee_minor, Dispute.currency
)


def put_together(session: Session, theirs: Theirs, since: datetime, now: datetime) -> Books:
    """Read our side. All of it: what Stripe has may belong to a payment that is older than `since`."""
    return Books(
        since=since,
        now=now,
        payments={row["id"]: OurPayment(**row) for row in session.execute(_PAYMENTS).mappings()},
        refunds=[OurRefund(*row) for row in session.execute(_REFUNDS)],
        disputes=[OurDispute(*row) for row in session.execute(_DISPUTES)],
        theirs=theirs,
    )
