"""Refunds: money back to the buyer, whole or in parts."""

from typing import Any

from ticketing.standin import bank_refunds
from ticketing.standin.cards import published
from ticketing.standin.errors import StripeError, invalid, refused
from ticketing.standin.events import emit
from ticketing.standin.forms import integer, items_of, merged, metadata, metadata_changes, one_of, read_fields, text
from ticketing.standin.ids import new_id
from ticketing.standin.money import amount_text
from ticketing.standin.refund_steps import count, pay_out
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
    _check(action, charge, amount, left)
    refund = _refund(action, charge, amount, form)
    if charge["payment_method_details"]["type"] == "konbini":
        bank_refunds.start(action, refund, form.get("instructions_email") or _buyer(action, charge))
    else:
        _start_on_card(action, refund)
    action.add(refund)
    emit(action, "refund.created", refund)
    count(action, refund, amount)
    return refund


def _start_on_card(action: Action, refund: Obj) -> None:
    behaviour = published(action.private(refund["charge"]).get("card", "")).refund
    if behaviour == "pending":
        refund["pending_reason"] = "processing"
        action.set_timer(action.now + _LATE, "succeed_refund", refund["id"])
        return
    refund["status"] = "succeeded"
    pay_out(action, refund)
    if behaviour == "fails_later":
        action.set_timer(action.now + _LATE, "fail_refund", refund["id"])


def _buyer(action: Action, charge: Obj) -> str | None:
    """The buyer's address, as the session knows it."""
    session = action.of_intent("checkout.session", charge["payment_intent"])[0]
    email: str | None = session["customer_email"] or charge["receipt_email"]
    return email


def update(action: Action, refund: Obj, values: dict[str, Any]) -> Obj:
    """Changes the metadata of a refund."""
    form = read_fields(values, {"expand": items_of(text()), "metadata": metadata_changes})
    refund["metadata"] = merged(refund["metadata"], form.get("metadata", {}))
    action.save(refund)
    emit(action, "refund.updated", refund)
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


def _check(action: Action, charge: Obj, amount: int, left: int) -> None:
    if not charge["paid"]:
        raise refused(f"Charge {charge['id']} has not been paid.", "charge_not_refundable", "charge")
    disputes = action.of_intent("dispute", charge["payment_intent"])
    if not all(dispute["is_charge_refundable"] for dispute in disputes):
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
