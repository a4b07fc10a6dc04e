"""Comparing sessions with payments, both ways."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from ticketing.payments.books import GIVEN_BACK, Books, OurPayment
from ticketing.payments.differences import Difference
from ticketing.payments.outcome import Checkout

MAY_HAVE_MONEY = frozenset({"confirmed", "pending"})
STILL_OPEN = frozenset({"created", "pending"})
# A voucher can be paid for at most 60 days; docs.stripe.com/payments/konbini
LONGEST_VOUCHER = timedelta(days=62)


def sessions(books: Books) -> Iterator[Difference]:
    """What is wrong between Stripe's sessions and our payments. Sessions without our mark are none of our business."""
    for checkout in books.theirs.checkouts:
        payment = books.by_session.get(checkout.id)
        if payment is not None:
            yield from _compared(payment, checkout)
        elif checkout.payment_id is not None and _has_or_may_get_money(books, checkout):
            named = books.payments.get(checkout.payment_id)
            facts = {"theirs": checkout.amount, "currency": checkout.currency}
            yield Difference("session_unknown", named.order if named else None, checkout.id, facts)
    yield from _missing(books)


def _compared(payment: OurPayment, checkout: Checkout) -> Iterator[Difference]:
    def found(code: str, ours: object, theirs: object) -> Difference:
        facts = {"ours": ours, "theirs": theirs, "currency": checkout.currency}
        return Difference(code, payment.order, checkout.id, facts, subject=payment.id)

    confirmed = payment.state == "confirmed"
    if checkout.paid and not confirmed:
        yield found("paid_not_confirmed", payment.state, checkout.amount)
    if checkout.status == "expired" and payment.state in STILL_OPEN:
        yield found("session_over", payment.state, checkout.amount)
    if confirmed and not checkout.paid:
        yield found("confirmed_not_paid", payment.amount, checkout.payment_status)
    if (checkout.amount, checkout.currency) != (payment.amount, payment.currency) and payment.flag != "wrong_amount":
        yield found("session_amount", payment.amount, checkout.amount)
    if payment.amount != payment.total and (confirmed or checkout.paid) and payment.flag != "wrong_amount":
        yield found("order_amount", payment.total, payment.amount)
    if confirmed and checkout.paid and payment.intent != checkout.payment_intent:
        yield found("intent_differs", payment.intent, checkout.payment_intent)


def _has_or_may_get_money(books: Books, checkout: Checkout) -> bool:
    """Not one that ended unpaid, nor one whose money went back."""
    if not checkout.paid:
        return not checkout.over and checkout.created_at > books.now - LONGEST_VOUCHER
    backs = [one for one in books.theirs.refunds if one.payment_intent == checkout.payment_intent]
    return sum(one.amount for one in backs if one.status in GIVEN_BACK) < checkout.amount


def _missing(books: Books) -> Iterator[Difference]:
    there = {checkout.id for checkout in books.theirs.checkouts}
    there |= {payment.session_id or payment.id for payment in books.by_session.values() if payment.session_id is None}
    for payment in books.payments.values():
        expected = payment.state in MAY_HAVE_MONEY and books.is_asked(payment.id)
        if expected and (payment.session_id or payment.id) not in there:
            facts = {"ours": payment.amount, "currency": payment.currency}
            yield Difference("session_missing", payment.order, payment.session_id, facts, subject=payment.id)
