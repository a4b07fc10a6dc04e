"""Reading Stripe's answers into plain facts. API version 2026-10-28.endive."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from ticketing.payments.outcome import BalanceLine, Charged, Checkout, Hint, StripeDispute, StripeRefund, Voucher
from ticketing.payments.payout_facts import StripePayout

Answer = Mapping[str, Any]


def read_checkout(session: Answer) -> Checkout:
    """A Checkout Session, its payment intent expanded or not."""
    intent = session["payment_intent"]
    whole: Answer | None = intent if isinstance(intent, Mapping) else None
    return Checkout(
        id=session["id"],
        status=session["status"],
        payment_status=session["payment_status"],
        amount=session["amount_total"],
        currency=session["currency"],
        url=session["url"],
        payment_intent=whole["id"] if whole else intent,
        payment_id=(session["metadata"] or {}).get("payment_id"),
        created_at=_moment(session["created"]),
        intent_status=whole["status"] if whole else None,
        voucher=_voucher(whole) if whole else None,
        charged=_charged(whole) if whole else None,
    )


def _voucher(intent: Answer) -> Voucher | None:
    details = (intent.get("next_action") or {}).get("konbini_display_details")
    if not details:
        return None
    stores = {chain: numbers for chain, numbers in details["stores"].items() if numbers}
    return Voucher(details["hosted_voucher_url"], _moment(details["expires_at"]), stores)


def _charged(intent: Answer) -> Charged | None:
    charge = intent.get("latest_charge")
    if not isinstance(charge, Mapping) or not charge["paid"]:
        return None
    line = charge["balance_transaction"]
    known = isinstance(line, Mapping)
    method = (charge["payment_method_details"] or {}).get("type", "")
    return Charged(charge["id"], method, line["fee"] if known else None, line["net"] if known else None)


def read_refund(refund: Answer) -> StripeRefund:
    """A refund."""
    return StripeRefund(
        id=refund["id"],
        status=refund["status"],
        amount=refund["amount"],
        currency=refund["currency"],
        payment_intent=refund["payment_intent"],
        refund_id=(refund["metadata"] or {}).get("refund_id"),
        failure_reason=refund.get("failure_reason"),
        created_at=_moment(refund["created"]),
    )


def read_dispute(dispute: Answer) -> StripeDispute:
    """A dispute."""
    due_by = (dispute["evidence_details"] or {}).get("due_by")
    return StripeDispute(
        id=dispute["id"],
        status=dispute["status"],
        reason=dispute["reason"],
        amount=dispute["amount"],
        currency=dispute["currency"],
        payment_intent=dispute["payment_intent"],
        evidence_due_by=_moment(due_by) if due_by else None,
        created_at=_moment(dispute["created"]),
        fee=sum(line["fee"] for line in dispute["balance_transactions"]),
    )


def read_balance_line(line: Answer) -> BalanceLine:
    """A balance transaction, its source expanded or not."""
    source = line["source"]
    whole: Answer = source if isinstance(source, Mapping) else {}
    return BalanceLine(
        id=line["id"],
        type=line["type"],
        source=whole["id"] if whole else source,
        amount=line["amount"],
        fee=line["fee"],
        net=line["net"],
        currency=line["currency"],
        created_at=_moment(line["created"]),
        payment_id=(whole.get("metadata") or {}).get("payment_id"),
        payout=_payout(whole) if whole.get("object") == "payout" else None,
    )


def _payout(payout: Answer) -> StripePayout:
    """A payout. Its arrival is a day, written as the beginning of that day in UTC."""
    return StripePayout(
        id=payout["id"],
        status=payout["status"],
        amount=payout["amount"],
        currency=payout["currency"],
        automatic=payout["automatic"],
        created_at=_moment(payout["created"]),
        arrives_on=_moment(payout["arrival_date"]).date(),
        failure=payout["failure_code"],
        reversed_by=payout["reversed_by"],
        reverses=payout["original_payout"],
    )


def read_hint(event: Answer) -> Hint:
    """An event: which object it is about, and no more, because what it says of it may be old."""
    return Hint(
        id=event["id"],
        type=event["type"],
        object_id=event["data"]["object"].get("id", ""),
        created_at=_moment(event["created"]),
    )


def _moment(epoch: int) -> datetime:
    return datetime.fromtimestamp(epoch, UTC)
