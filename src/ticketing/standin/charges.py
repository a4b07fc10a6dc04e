"""Charges: one attempt to take money, paid or failed."""

from dataclasses import dataclass
from typing import Any

from ticketing.standin import payouts
from ticketing.standin.balance import Movement, book
from ticketing.standin.ids import new_id
from ticketing.standin.store import Obj
from ticketing.standin.world import Action


@dataclass(frozen=True)
class Method:
    """What the buyer pays with: the id of the payment method, its kind, details for the charge, Stripe's fee."""

    id: str
    type: str
    details: Obj
    fee: int


@dataclass(frozen=True)
class Failure:
    """Why a payment did not go through."""

    code: str
    decline_code: str | None
    message: str


def new_charge(action: Action, intent: Obj, method: Method, failure: Failure | None = None) -> Obj:
    """Books the outcome of an attempt: a succeeded charge with its balance transaction, or a failed one."""
    charge = _charge(action, intent, method)
    if failure is None:
        gross = Movement("charge", "charge", charge["id"], charge["amount"], charge["currency"], method.fee)
        line = book(action, gross)
        charge["balance_transaction"] = line["id"]
        payouts.plan(action, line["available_on"])
    else:
        charge |= {
            "amount_captured": 0,
            "captured": False,
            "failure_code": failure.code,
            "failure_message": failure.message,
            "outcome": _declined(failure),
            "paid": False,
            "receipt_url": None,
            "status": "failed",
        }
    return action.add(charge, {"fee": method.fee})


def _charge(action: Action, intent: Obj, method: Method) -> Obj:
    charge_id = new_id("ch_3" if method.type == "card" else "py_3", 23)
    return {
        "id": charge_id,
        "object": "charge",
        "amount": intent["amount"],
        "amount_captured": intent["amount"],
        "amount_refunded": 0,
        "balance_transaction": None,
        "billing_details": _billing(intent, method),
        "calculated_statement_descriptor": "TICKETING",
        "captured": True,
        "created": action.now,
        "currency": intent["currency"],
        "description": intent["description"],
        "disputed": False,
        "failure_code": None,
        "failure_message": None,
        "fraud_details": {},
        "livemode": False,
        "metadata": intent["metadata"],
        "outcome": _APPROVED,
        "paid": True,
        "payment_intent": intent["id"],
        "payment_method": method.id,
        "payment_method_details": {"type": method.type, method.type: method.details},
        "receipt_email": intent["receipt_email"],
        "receipt_url": f"{action.settings.base_url}/receipts/{charge_id}",
        "refunded": False,
        "statement_descriptor": None,
        "statement_descriptor_suffix": intent["statement_descriptor_suffix"],
        "status": "succeeded",
    } | dict.fromkeys(_UNUSED)


_UNUSED = (
    "application",
    "application_fee",
    "application_fee_amount",
    "customer",
    "failure_balance_transaction",
    "on_behalf_of",
    "receipt_number",
    "review",
    "shipping",
    "source",
    "source_transfer",
    "transfer_data",
    "transfer_group",
)

_APPROVED = {
    "advice_code": None,
    "network_advice_code": None,
    "network_decline_code": None,
    "network_status": "approved_by_network",
    "reason": None,
    "risk_level": "normal",
    "risk_score": 12,
    "seller_message": "Payment complete.",
    "type": "authorized",
}


def _declined(failure: Failure) -> dict[str, Any]:
    return _APPROVED | {
        "network_status": "declined_by_network",
        "reason": failure.decline_code or failure.code,
        "seller_message": "The bank did not return any further details with this decline.",
        "type": "issuer_declined",
    }


def _billing(intent: Obj, method: Method) -> dict[str, Any]:
    place = {"city": None, "country": "JP", "line1": None, "line2": None, "postal_code": None, "state": None}
    return {"address": place, "email": intent["receipt_email"], "name": None, "phone": None, "tax_id": None}
