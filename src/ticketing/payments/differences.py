"""A difference between Stripe's books and ours, and what to say of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import lazy_gettext as _

from ticketing.core import i18n
from ticketing.core.money import DECIMALS, Money


@dataclass(frozen=True)
class Difference:
    """One thing that is not the same on both sides.

    `order` is the order's code, `object` Stripe's id, `subject` our row's id, each where there is one. `facts` fill the
    texts: `ours` and `theirs`, amounts as numbers of minor units of `currency`.
    """

    code: str
    order: str | None
    object: str | None
    facts: Mapping[str, Any] = field(default_factory=dict)
    subject: str | None = None
    repaired: bool = False

    @property
    def key(self) -> tuple[str, str | None, str | None]:
        """Two comparisons see the same difference where this is the same."""
        return self.code, self.object, self.subject

    def kept(self) -> dict[str, Any]:
        """What is kept of it: everything but texts, which follow the reader's language."""
        facts = {name: value for name, value in self.facts.items() if name in {"ours", "theirs", "currency"}}
        return {
            "code": self.code,
            "order": self.order,
            "object": self.object,
            "repaired": self.repaired,
            "facts": facts,
        }


def told(kept: Mapping[str, Any]) -> dict[str, Any]:
    """A kept difference for people and programs, in the language in force."""
    detail, what_to_do = TEXTS[kept["code"]]
    facts = kept["facts"]
    words = {side: _word(facts.get(side), facts.get("currency", "")) for side in ("ours", "theirs")}
    return {
        "code": kept["code"],
        "order": kept["order"],
        "object": kept["object"],
        "detail": str(detail) % words,
        "repaired": kept["repaired"],
        "what_to_do": str(DONE if kept["repaired"] else what_to_do),
    }


def _word(value: object, currency: str) -> str:
    if not isinstance(value, int):
        return str(STATES.get(str(value), value) or "–")
    return i18n.money(Money(value, currency)) if currency in DECIMALS else f"{value} {currency.upper()}"


STATES = {
    "created": _("just begun"),
    "pending": _("still open"),
    "canceled": _("canceled"),
    "failed": _("failed"),
    "unpaid": _("not paid"),
    "requested": _("asked for"),
    "requires_action": _("waiting for bank details"),
    "succeeded": _("done"),
    "needs_response": _("waiting for an answer"),
    "under_review": _("with the bank"),
    "won": _("won"),
    "lost": _("lost"),
}
DONE = _("Nothing: it has been put right.")
_LOOK = _("Open it in Stripe's Dashboard and find out which side is right.")
_AGAIN = _("See that the worker runs, then compare again. If it stays, its log says why.")
_ACCOUNT = _("Check that the Stripe key belongs to the account that took the money.")
TEXTS = {
    "session_unknown": (
        _("Stripe has a payment of %(theirs)s that names an order of this house, which does not know it."),
        _("Its buyer has no tickets. Refund it in Stripe's Dashboard, or restore the backup that has the order."),
    ),
    "session_missing": (_("Here stands a payment of %(ours)s that Stripe does not have."), _ACCOUNT),
    "paid_not_confirmed": (_("Stripe has the money (%(theirs)s), but here the payment is %(ours)s."), _AGAIN),
    "confirmed_not_paid": (
        _("Here the payment is confirmed (%(ours)s), but at Stripe it is %(theirs)s."),
        _("Open it in Stripe's Dashboard. If no money came, the tickets of the order must not stay valid."),
    ),
    "session_over": (_("At Stripe the payment page ended unpaid, but here the payment is %(ours)s."), _AGAIN),
    "session_amount": (_("Stripe took %(theirs)s, but here the payment is %(ours)s."), _LOOK),
    "order_amount": (
        _("The order is %(ours)s, but its payment is %(theirs)s."),
        _("Compare with the buyer's receipt. If too much was taken, refund what is too much."),
    ),
    "intent_differs": (_("Here the payment is %(ours)s, at Stripe it is %(theirs)s."), _LOOK),
    "refund_unknown": (_("Stripe gave back %(theirs)s, of which nothing is known here."), _AGAIN),
    "refund_missing": (_("Here stands a refund of %(ours)s that Stripe does not have."), _ACCOUNT),
    "refund_unsent": (
        _("A refund of %(ours)s was asked for more than an hour ago and has not reached Stripe."),
        _("See that the worker runs: it sends the refund, once."),
    ),
    "refund_twice": (
        _("Stripe gave back %(theirs)s once more for the same refund, beside %(ours)s."),
        _("Cancel it in Stripe's Dashboard if that is still possible; otherwise write to the buyer."),
    ),
    "refund_state": (_("The refund is %(ours)s here and %(theirs)s at Stripe."), _AGAIN),
    "refund_amount": (_("The refund is %(ours)s here, but %(theirs)s at Stripe."), _LOOK),
    "refund_outside_too": (
        _("%(ours)s was paid back outside Stripe, and Stripe has given it back as well."),
        _("The buyer may have it twice. Find out what arrived, and write to the buyer."),
    ),
    "dispute_unknown": (_("A cardholder disputes %(theirs)s, of which nothing is known here."), _AGAIN),
    "dispute_state": (_("The dispute is %(ours)s here and %(theirs)s at Stripe."), _AGAIN),
    "dispute_fee": (_("The dispute's fee was noted as %(ours)s, but Stripe's books say %(theirs)s."), _AGAIN),
    "dispute_missing": (_("Here stands a dispute over %(ours)s that Stripe does not have."), _ACCOUNT),
    "balance_missing": (
        _("Stripe's books have no line for %(ours)s."),
        _("Open it in Stripe's Dashboard. Compare again tomorrow: a line may come late."),
    ),
    "balance_amount": (_("Stripe's books say %(theirs)s where %(ours)s should stand."), _LOOK),
    "balance_unknown": (
        _("Stripe's books have %(theirs)s for a payment that is not known here."),
        _("Open it in Stripe's Dashboard. If its order is lost, refund it there."),
    ),
    "fee_differs": (_("Stripe's fee was noted as %(ours)s, but its books say %(theirs)s."), _AGAIN),
}
"""For each code, which is stable for programs, what is so and what to do."""
