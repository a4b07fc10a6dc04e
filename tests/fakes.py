"""Stand-ins for what the house meets outside, handed in through `Outside`; nothing is patched."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any

from ticketing.mail.transports import Later, Never
from ticketing.payments.outcome import Checkout, Hint, NotSigned, Rejected, Unreachable

SIGNATURE = "signed by the fake"


class FakeGateway:
    """Checkout sessions in memory. `down` makes every call fail; `lost_answers` does the work and loses the answer."""

    def __init__(self) -> None:
        self.sessions: dict[str, Checkout] = {}
        self.params: dict[str, Mapping[str, Any]] = {}
        self.keys: dict[str, str] = {}
        self.down = False
        self.refuses_all = False
        self.lost_answers = 0
        self.calls: list[str] = []

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
        )
        if self.lost_answers:
            self.lost_answers -= 1
            raise Unreachable("the answer was lost")
        return self.sessions[session_id]

    def checkout(self, session_id: str) -> Checkout:
        self._reach("read")
        return self.sessions[session_id]

    def expire_checkout(self, session_id: str) -> Checkout:
        self._reach("expire")
        if self.sessions[session_id].status == "open":
            self.sessions[session_id] = replace(self.sessions[session_id], status="expired", url=None)
        return self.sessions[session_id]

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
