"""Refunds: money back to the buyer, whole or in parts."""

from typing import Any

from ticketing.standin.balance import Movement, book
from ticketing.standin.cards import published
from ticketing.standin.errors import StripeError, invalid, refused
from ticketing.standin.events import emit
from ticketing.standin.forms import integer, items_of, metadata, one_of, read_fields, text
from ticketing.standin.ids import new_id
from ticketing.standin.money import amount_text
from ticketing.standin.store import Obj
from ticketing.standin.world import Action

_FIELDS = {
    "amount": integer(1),
    "charge": text(),
    "expand": items_of(text()),
    "instructions_email": text(),
    "metadata": metadata,
    "payment_intent": text(),
    "reason": one_of("duplicate", "fraudulent", "requested_by_customer"),
}
# Test cards that refund late do so after this time by the stand-in's clock.
_LATE = 180


def create(action: Action, values: dict[str, Any]) -> Obj:
    """Gives back part or all of a charge; more than is left of it is refused."""
    form = read_fields(values, _FIELDS)
    charge = _charge_to_refund(action, form)
    left = charge["amount"] - charge["amount_refunded"]
    amount = form.get("amount", left)
    _check(charge, amount, left)
    behaviour = published(action.private(charge["id"]).get("card", "")).refund
    refund = _refund(action, charge, amount, form)
    refund["status"] = "pending" if behaviour == "pending" else "succeeded"
    if behaviour == "pending":
        refund["pending_reason"] = "processing"
        action.set_timer(action.now + _LATE, "succeed_refund", refund["id"])
    else:
        _pay_out(action, refund)
    if behaviour == "fails_later":
        action.set_timer(action.now + _LATE, "fail_refund", refund["id"])
    action.add(refund)
    emit(action, "refund.created", refund)
    _count(action, charge, amount)
    return refund


def _charge_to_refund(action: Action, form: dict[str, Any]) -> Obj:
    charge_id, intent_id = form.get("charge"), form.get("payment_intent")
    if not charge_id and not intent_id:
        raise invalid("One of the following params should be provided for this request: payment_intent or charge.")
    if intent_id:
        intent = _named(action, "payment_intent", intent_id)
        if intent["status"] != "succeeded" or charge_id not in (None, intent["latest_charge"]):
            message = f"This PaymentIntent ({intent_id}) does not have a successful charge to refund."
            raise refused(message, "payment_intent_unexpected_state", "payment_intent")
        charge_id = intent["latest_charge"]
    return _named(action, "charge", str(charge_id))


def _named(action: Action, kind: str, object_id: str) -> Obj:
    obj = action.find(kind, object_id)
    if obj is None:
        raise invalid(f"No such {kind}: '{object_id}'", kind, "resource_missing")
    return obj


def _check(charge: Obj, amount: int, left: int) -> None:
    if not charge["paid"]:
        raise refused(f"Charge {charge['id']} has not been paid.", "charge_not_refundable", "charge")
    if charge["disputed"]:
        message = f"Charge {charge['id']} has been charged back; cannot issue a refund."
        raise refused(message, "charge_disputed")
    if left == 0:
        message = f"Charge {charge['id']} has already been refunded."
        raise refused(message, "charge_already_refunded")
    if amount > left:
        asked, rest = (amount_text(value, charge["currency"]) for value in (amount, left))
        message = f"Refund amount ({asked}) is greater than unrefunded amount on charge ({rest})"
        raise StripeError(400, message, stored=True, param="amount", code="amount_too_large")


def _refund(action: Action, charge: Obj, amount: int, form: dict[str, Any]) -> Obj:
    card = {"reference": None, "reference_status": "pending", "reference_type": "acquirer_reference_number"}
    return {
        "id": new_id("re_3", 23),
        "object": "refund",
        "amount": amount,
        "balance_transaction": None,
        "charge": charge["id"],
        "created": action.now,
        "currency": charge["currency"],
        "customer": None,
        "customer_account": None,
        "destination_details": {"type": "card", "card": card | {"type": "refund"}},
        "metadata": form.get("metadata", {}),
        "payment_intent": charge["payment_intent"],
        "payment_method": charge["payment_method"],
        "reason": form.get("reason"),
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "pending",
        "transfer_reversal": None,
    }


def _pay_out(action: Action, refund: Obj) -> None:
    out = Movement("refund", "refund", refund["id"], -refund["amount"], refund["currency"])
    refund["balance_transaction"] = book(action, out)["id"]


def _count(action: Action, charge: Obj, amount: int) -> None:
    """The charge shows how much of it has been given back."""
    former = {"amount_refunded": charge["amount_refunded"], "refunded": charge["refunded"]}
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]
    action.save(charge)
    changed = {name: value for name, value in former.items() if charge[name] != value}
    emit(action, "charge.refunded" if amount > 0 else "charge.updated", charge, changed)


def succeed(action: Action, refund: Obj) -> None:
    """A pending refund reaches the buyer."""
    former = {"status": refund["status"]}
    refund["status"] = "succeeded"
    refund.pop("pending_reason", None)
    _pay_out(action, refund)
    action.save(refund)
    emit(action, "refund.updated", refund, former)


def fail(action: Action, refund: Obj) -> None:
    """The buyer's bank sends a refund back: the money returns to the balance, the charge counts it no more."""
    former = {"status": refund["status"]}
    back = Movement("refund_failure", "refund_failure", refund["id"], refund["amount"], refund["currency"])
    refund |= {
        "failure_balance_transaction": book(action, back)["id"],
        "failure_reason": "expired_or_canceled_card",
        "status": "failed",
    }
    action.save(refund)
    emit(action, "refund.updated", refund, former)
    emit(action, "refund.failed", refund)
    _count(action, action.get("charge", refund["charge"]), -refund["amount"])
