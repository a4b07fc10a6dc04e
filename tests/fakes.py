"""Stand-ins for what the house meets outside, handed in through `Outside`; nothing is patched."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any

from ticketing.mail.transports import Later, Never
from ticketing.payments.account_facts import Account, Endpoint, Method
from ticketing.payments.outcome import (
    API_VERSION,
    EVENTS,
    BalanceLine,
    Checkout,
    Hint,
    NotSigned,
    Rejected,
    StripeDispute,
    StripeRefund,
    Unreachable,
    Voucher,
)
from ticketing.payments.payout_facts import StripePayout

SIGNATURE = "signed by the fake"


class FakeGateway:
    """Stripe in memory. `down` makes every call fail; `lost_answers` does the work and loses the answer."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.now = now
        self.sessions: dict[str, Checkout] = {}
        self.params: dict[str, Mapping[str, Any]] = {}
        self.keys: dict[str, str] = {}
        self.down = False
        self.refuses_all = False
        self.lost_answers = 0
        self.calls: list[str] = []
        self.refund_status = "succeeded"
        self.refund_keys: dict[str, str] = {}
        self.made_refunds: dict[str, StripeRefund] = {}
        self.made_disputes: dict[str, StripeDispute] = {}
        self.lines: list[BalanceLine] = []
        self.happened: list[Hint] = []
        self.made_payouts: dict[str, StripePayout] = {}

    def open_checkout(self, params: Mapping[str, Any], key: str) -> Checkout:
        self._reach("open")
        if self.refuses_all:
            raise Rejected("parameter_invalid", "not like this")
        if key in self.keys:
            if self.params[self.keys[key]] != params:
                raise Rejected("idempotency_error", "same key, other parameters")
            return self.sessions[self.keys[key]]
        session_id = f"cs_test_{len(self.sessions) + 1}"
        amount = sum(item["quantity"] * item["price_data"]["unit_amount"] for item in params["line_items"])
        self.keys[key], self.params[session_id] = session_id, params
        self.sessions[session_id] = Checkout(
            id=session_id,
            status="open",
            payment_status="unpaid",
            amount=amount,
            currency="jpy",
            url=f"https://pay.example/{session_id}",
            payment_intent=None,
            payment_id=params["metadata"]["payment_id"],
            created_at=self.now(),
        )
        if self.lost_answers:
            self.lost_answers -= 1
            raise Unreachable("the answer was lost")
        return self.sessions[session_id]

    def checkout(self, session_id: str) -> Checkout:
        self._reach("read")
        return self.sessions[session_id]

    def checkout_of(self, intent_id: str) -> Checkout | None:
        self._reach("list")
        return next((one for one in self.sessions.values() if one.payment_intent == intent_id), None)

    def expire_checkout(self, session_id: str) -> Checkout:
        self._reach("expire")
        if self.sessions[session_id].status == "open":
            self.sessions[session_id] = replace(self.sessions[session_id], status="expired", url=None)
        return self.sessions[session_id]

    def issue_voucher(self, session_id: str, expires_at: datetime) -> None:
        """The buyer chooses a convenience store on the hosted page and gets a voucher."""
        stores = {"lawson": {"confirmation_number": "11111111110", "payment_code": "123456"}}
        self.sessions[session_id] = replace(
            self.sessions[session_id],
            status="complete",
            payment_intent=f"pi_{session_id}",
            intent_status="requires_action",
            voucher=Voucher(f"https://pay.example/{session_id}/voucher", expires_at, stores),
            url=None,
        )

    def end_voucher(self, session_id: str) -> None:
        """The time to pay at the store is over."""
        ended = replace(self.sessions[session_id], intent_status="requires_payment_method", voucher=None)
        self.sessions[session_id] = ended

    def cancel_voucher(self, session_id: str, intent_id: str) -> Checkout:
        self._reach("cancel")
        if self.sessions[session_id].waits:
            self.sessions[session_id] = replace(self.sessions[session_id], intent_status="canceled", voucher=None)
        return self.sessions[session_id]

    def give_back(self, params: Mapping[str, Any], key: str) -> StripeRefund:
        self._reach("give back")
        if key not in self.refund_keys:
            if self.refuses_all:
                raise Rejected("charge_already_refunded", "not like this")
            made = StripeRefund(
                id=f"re_{len(self.made_refunds) + 1}",
                status=self.refund_status,
                amount=params["amount"],
                currency="jpy",
                payment_intent=params["payment_intent"],
                refund_id=params["metadata"]["refund_id"],
                failure_reason=None,
                created_at=datetime.now(UTC),
            )
            self.refund_keys[key], self.made_refunds[made.id] = made.id, made
        if self.lost_answers:
            self.lost_answers -= 1
            raise Unreachable("the answer was lost")
        return self.made_refunds[self.refund_keys[key]]

    def refund(self, stripe_id: str) -> StripeRefund:
        self._reach("read refund")
        return self.made_refunds[stripe_id]

    def refunds_of(self, charge_id: str) -> Iterator[StripeRefund]:
        self._reach("list")
        intent = charge_id.replace("ch_", "pi_")
        yield from reversed([one for one in self.made_refunds.values() if one.payment_intent == intent])

    def dispute(self, stripe_id: str) -> StripeDispute:
        self._reach("read dispute")
        return self.made_disputes[stripe_id]

    def checkouts(self, since: datetime, until: datetime | None = None) -> Iterator[Checkout]:
        self._reach("list")
        made = [one for one in self.sessions.values() if since <= one.created_at <= (until or one.created_at)]
        yield from reversed(made)

    def refunds(self, since: datetime) -> Iterator[StripeRefund]:
        self._reach("list")
        yield from reversed([one for one in self.made_refunds.values() if one.created_at >= since])

    def disputes(self, since: datetime) -> Iterator[StripeDispute]:
        self._reach("list")
        yield from reversed([one for one in self.made_disputes.values() if one.created_at >= since])

    def balance(self, since: datetime) -> Iterator[BalanceLine]:
        self._reach("list")
        yield from [line for line in self.lines if line.created_at >= since]

    def events(self, since: datetime) -> Iterator[Hint]:
        self._reach("list")
        yield from [hint for hint in self.happened if hint.created_at >= since]

    def account(self, now: datetime) -> Account:
        self._reach("account")
        endpoint = Endpoint("we_1", "https://tickets.example/stripe/webhook", True, frozenset(EVENTS), API_VERSION)
        methods = {"card": Method(True, True), "konbini": Method(True, True)}
        return Account(now, API_VERSION, (endpoint,), methods, None, ())

    def read_webhook(self, body: bytes, signature: str) -> Hint:
        if signature != SIGNATURE:
            raise NotSigned("SignatureVerificationError")
        event = json.loads(body)
        return Hint(event["id"], event["type"], event["object_id"], datetime.now(UTC))

    def pay(self, session_id: str, **other: Any) -> None:
        """The buyer pays on the hosted page."""
        paid = {"status": "complete", "payment_status": "paid", "payment_intent": f"pi_{session_id}", "url": None}
        self.sessions[session_id] = replace(self.sessions[session_id], **{**paid, **other})

    def _reach(self, call: str) -> None:
        self.calls.append(call)
        if self.down:
            raise Unreachable("down")


class FakeTransport:
    """Letters in memory. `answer` may be Later or Never, to refuse them."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.answer: type[Later] | type[Never] | None = None

    def send(self, message: EmailMessage, letter_id: str) -> None:
        if self.answer is not None:
            raise self.answer("refused by the test")
        self.letters.append(message)
