"""Comparing refunds and disputes, both ways."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from ticketing.payments.books import GIVEN_BACK, Books, OurRefund
from ticketing.payments.differences import Difference
from ticketing.payments.outcome import StripeRefund

UNSENT_AFTER = timedelta(hours=1)


def refunds(books: Books) -> Iterator[Difference]:
    """What is wrong between Stripe's refunds and ours, those too that somebody made in Stripe's Dashboard."""
    by_stripe_id = {one.stripe_id: one for one in books.refunds if one.stripe_id}
    by_id = {one.id: one for one in books.refunds}
    for theirs in books.theirs.refunds:
        ours = by_stripe_id.get(theirs.id) or by_id.get(theirs.refund_id or "")
        payment = books.of_intent(theirs.payment_intent)
        if ours is not None:
            yield from _compared(books, ours, theirs)
        elif payment is not None and theirs.status in GIVEN_BACK:
            facts = {"theirs": theirs.amount, "currency": theirs.currency}
            yield Difference("refund_unknown", payment.order, theirs.id, facts)
    yield from _missing(books)
    yield from _paid_outside_too(books)


def _compared(books: Books, ours: OurRefund, theirs: StripeRefund) -> Iterator[Difference]:
    order = books.payments[ours.payment_id].order
    if ours.stripe_id not in (None, theirs.id):
        if theirs.status in GIVEN_BACK:
            twice = {"ours": ours.stripe_id, "theirs": theirs.amount, "currency": theirs.currency}
            yield Difference("refund_twice", order, theirs.id, twice, subject=ours.id)
        return
    if ours.state != theirs.status:
        facts = {"ours": ours.state, "theirs": theirs.status}
        yield Difference("refund_state", order, theirs.id, facts, subject=ours.id)
    if (ours.amount, ours.currency) != (theirs.amount, theirs.currency):
        amounts = {"ours": ours.amount, "theirs": theirs.amount, "currency": theirs.currency}
        yield Difference("refund_amount", order, theirs.id, amounts, subject=ours.id)


def _missing(books: Books) -> Iterator[Difference]:
    there = {one.id for one in books.theirs.refunds}
    ours_there = {one.refund_id for one in books.theirs.refunds}
    for ours in books.refunds:
        if not books.is_asked(ours.payment_id) or ours.id in ours_there:
            continue
        order = books.payments[ours.payment_id].order
        facts = {"ours": ours.amount, "currency": ours.currency}
        if ours.stripe_id is not None and ours.stripe_id not in there:
            yield Difference("refund_missing", order, ours.stripe_id, facts, subject=ours.id)
        elif ours.state == "requested" and ours.requested_at < books.now - UNSENT_AFTER:
            yield Difference("refund_unsent", order, None, facts, subject=ours.id)


def _paid_outside_too(books: Books) -> Iterator[Difference]:
    """Money that somebody paid outside Stripe, and that went back there as well: by the same refund, or another one."""
    given: dict[str, int] = defaultdict(int)
    for one in books.refunds:
        given[one.payment_id] += one.amount if one.goes_back else 0
    for one in (refund for refund in books.refunds if refund.paid_outside_at is not None):
        payment = books.payments[one.payment_id]
        taken = max(payment.amount, one.amount, (payment.net or 0) + (payment.fee or 0))
        if one.state in GIVEN_BACK or given[one.payment_id] > taken:
            facts = {"ours": one.amount, "currency": one.currency}
            yield Difference("refund_outside_too", payment.order, one.stripe_id, facts, subject=one.id)


def disputes(books: Books) -> Iterator[Difference]:
    """What is wrong between Stripe's disputes and ours."""
    known = {one.id: one for one in books.disputes}
    for theirs in books.theirs.disputes:
        payment, ours = books.of_intent(theirs.payment_intent), known.get(theirs.id)
        if payment is None:
            continue
        if ours is None:
            new = {"theirs": theirs.amount, "currency": theirs.currency}
            yield Difference("dispute_unknown", payment.order, theirs.id, new)
        elif ours.status != theirs.status or ours.amount != theirs.amount:
            amounts = {"ours": ours.amount, "theirs": theirs.amount, "currency": theirs.currency}
            states: dict[str, Any] = {"ours": ours.status, "theirs": theirs.status}
            facts = amounts if ours.status == theirs.status else states
            yield Difference("dispute_state", payment.order, theirs.id, facts, subject=ours.id)
    there = {one.id for one in books.theirs.disputes}
    for ours in known.values():
        if books.is_asked(ours.payment_id) and ours.id not in there:
            gone = {"ours": ours.amount, "currency": ours.currency}
            order = books.payments[ours.payment_id].order
            yield Difference("dispute_missing", order, ours.id, gone, subject=ours.id)
