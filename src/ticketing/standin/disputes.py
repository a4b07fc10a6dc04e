"""Disputes: the buyer's bank takes the money back, or first asks about the payment (an inquiry).

docs.stripe.com/disputes"""

from ticketing.standin.balance import Movement, book
from ticketing.standin.errors import invalid, refused
from ticketing.standin.events import emit
from ticketing.standin.ids import new_id
from ticketing.standin.store import Obj
from ticketing.standin.world import Action

REASONS = ("fraudulent", "product_not_received", "duplicate", "credit_not_processed", "general", "inquiry")
ENDS = ("won", "lost", "warning_closed")
_FEE_YEN = 1500
_ANSWER_WITHIN = 7 * 86400


def open_dispute(action: Action, intent: Obj, reason: str = "fraudulent") -> Obj:
    """Disputes what was paid; the amount and a fee leave the balance at once, except for an inquiry."""
    charge_id = intent["latest_charge"]
    if intent["status"] != "succeeded" or charge_id is None:
        raise refused("Only a succeeded payment can be disputed.", None, "payment_intent")
    charge = action.get("charge", charge_id)
    if charge["disputed"]:
        raise refused(f"Charge {charge_id} is disputed already.", "charge_disputed", "payment_intent")
    if charge["payment_method_details"]["type"] != "card":
        raise refused("Only card payments can be disputed.", None, "payment_intent")
    inquiry = reason == "inquiry"
    dispute = _dispute(action, charge, inquiry, "fraudulent" if inquiry else reason)
    if not inquiry:
        dispute["balance_transactions"] = [_move(action, dispute, -charge["amount"], _FEE_YEN)]
    charge["disputed"] = True
    action.save(charge)
    action.add(dispute)
    emit(action, "charge.dispute.created", dispute)
    if not inquiry:
        emit(action, "charge.dispute.funds_withdrawn", dispute)
    return dispute


def _dispute(action: Action, charge: Obj, inquiry: bool, reason: str) -> Obj:
    card = charge["payment_method_details"]["card"]
    case = {"brand": card["brand"], "case_type": "inquiry" if inquiry else "chargeback"}
    return {
        "id": new_id("du_1"),
        "object": "dispute",
        "amount": charge["amount"],
        "balance_transactions": [],
        "charge": charge["id"],
        "created": action.now,
        "currency": charge["currency"],
        "enhanced_eligibility_types": [],
        "evidence": dict.fromkeys(_EVIDENCE) | {"enhanced_evidence": {}},
        "evidence_details": {
            "due_by": action.now + _ANSWER_WITHIN,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
            "submission_method": "not_submitted",
        },
        "is_charge_refundable": inquiry,
        "livemode": False,
        "metadata": {},
        "payment_intent": charge["payment_intent"],
        "payment_method_details": {
            "card": case | {"network": card["network"], "network_reason_code": "10.4"},
            "type": "card",
        },
        "reason": reason,
        "status": "warning_needs_response" if inquiry else "needs_response",
    }


_EVIDENCE = (
    "access_activity_log",
    "billing_address",
    "customer_email_address",
    "customer_name",
    "product_description",
    "receipt",
    "refund_policy",
    "service_date",
    "uncategorized_text",
)


def _move(action: Action, dispute: Obj, amount: int, fee: int) -> Obj:
    category = "dispute" if amount < 0 else "dispute_reversal"
    movement = Movement("adjustment", category, dispute["id"], amount, dispute["currency"], fee, "Dispute fee")
    return book(action, movement)


def close(action: Action, dispute: Obj, status: str) -> Obj:
    """Ends a dispute; a won one brings the amount back, not the fee."""
    if status not in ENDS or (status == "warning_closed") != dispute["status"].startswith("warning"):
        raise invalid(f"This dispute cannot end as {status}.", "status")
    if dispute["status"] in ENDS:
        raise refused(f"This dispute has ended as {dispute['status']}.")
    former = {"status": dispute["status"]}
    dispute["status"] = status
    if status == "won":
        dispute["balance_transactions"] = [
            *dispute["balance_transactions"],
            _move(action, dispute, dispute["amount"], 0),
        ]
    dispute["is_charge_refundable"] = status == "warning_closed"
    action.save(dispute)
    emit(action, "charge.dispute.updated", dispute, former)
    emit(action, "charge.dispute.closed", dispute)
    if status == "won":
        emit(action, "charge.dispute.funds_reinstated", dispute)
    return dispute
