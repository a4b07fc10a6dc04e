"""Payment intents: the one payment behind a checkout session, through all its attempts."""

from typing import Any

from ticketing.standin.charges import Failure, Method, new_charge
from ticketing.standin.errors import refused
from ticketing.standin.events import emit
from ticketing.standin.ids import new_id
from ticketing.standin.store import Obj
from ticketing.standin.world import Action

_UNUSED = (
    "application",
    "application_fee_amount",
    "automatic_payment_methods",
    "canceled_at",
    "cancellation_reason",
    "customer",
    "customer_account",
    "excluded_payment_method_types",
    "last_payment_error",
    "latest_charge",
    "next_action",
    "on_behalf_of",
    "payment_method",
    "payment_method_configuration_details",
    "processing",
    "review",
    "setup_future_usage",
    "shipping",
    "source",
    "statement_descriptor",
    "transfer_data",
    "transfer_group",
)


def new_intent(action: Action, session: Obj) -> Obj:
    """The intent that a session's first attempt to pay creates; it knows which session it belongs to."""
    wishes = action.private(session["id"]).get("payment_intent_data", {})
    intent_id = new_id("pi_3", 23)
    intent = dict.fromkeys(_UNUSED) | {
        "id": intent_id,
        "object": "payment_intent",
        "amount": session["amount_total"],
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": 0,
        "capture_method": "automatic_async",
        "client_secret": f"{intent_id}_secret_{new_id('', 25)}",
        "confirmation_method": "automatic",
        "created": action.now,
        "currency": session["currency"],
        "description": wishes.get("description"),
        "livemode": False,
        "managed_payments": {"enabled": False},
        "metadata": wishes.get("metadata", {}),
        "payment_method_options": session["payment_method_options"],
        "payment_method_types": session["payment_method_types"],
        "receipt_email": wishes.get("receipt_email"),
        "statement_descriptor_suffix": wishes.get("statement_descriptor_suffix"),
        "status": "requires_payment_method",
    }
    action.add(intent, {"session": session["id"]})
    emit(action, "payment_intent.created", intent)
    return intent


def succeed(action: Action, intent: Obj, method: Method) -> Obj:
    """The payment went through: the charge is booked and the intent is done. Answers the charge."""
    charge = new_charge(action, intent, method)
    intent |= {
        "amount_received": intent["amount"],
        "last_payment_error": None,
        "latest_charge": charge["id"],
        "next_action": None,
        "payment_method": method.id,
        "status": "succeeded",
    }
    action.save(intent)
    emit(action, "charge.succeeded", charge)
    emit(action, "payment_intent.succeeded", intent)
    return charge


def fail(action: Action, intent: Obj, method: Method, failure: Failure) -> None:
    """An attempt by card was declined; the intent waits for another payment method."""
    charge = new_charge(action, intent, method, failure)
    intent["latest_charge"] = charge["id"]
    emit(action, "charge.failed", charge)
    give_back(action, intent, failure, charge=charge["id"])


def give_back(action: Action, intent: Obj, failure: Failure, **more: Any) -> None:
    """The attempt is over without money: the intent needs a payment method again."""
    error = {
        "code": failure.code,
        "decline_code": failure.decline_code,
        "message": failure.message,
        "type": "card_error" if failure.decline_code else "invalid_request_error",
        **more,
    }
    intent |= {
        "last_payment_error": {name: value for name, value in error.items() if value is not None},
        "next_action": None,
        "payment_method": None,
        "status": "requires_payment_method",
    }
    action.save(intent)
    emit(action, "payment_intent.payment_failed", intent)


def require_action(action: Action, intent: Obj, method_id: str, next_action: Obj) -> None:
    """The buyer has to do something first: confirm the card, or pay at the till."""
    intent |= {
        "last_payment_error": None,
        "next_action": next_action,
        "payment_method": method_id,
        "status": "requires_action",
    }
    action.save(intent)
    emit(action, "payment_intent.requires_action", intent)


_CANCELABLE = ("requires_payment_method", "requires_action", "requires_confirmation", "requires_capture")


def cancel(action: Action, intent: Obj, reason: str | None) -> Obj:
    """Ends an unpaid intent for good; a succeeded or canceled one is refused."""
    if intent["status"] not in _CANCELABLE:
        raise refused(
            "You cannot cancel this PaymentIntent because it has a status of "
            f"{intent['status']}. Only a PaymentIntent with one of the following statuses may be canceled: "
            "requires_payment_method, requires_capture, requires_confirmation, requires_action, processing.",
            "payment_intent_unexpected_state",
        )
    intent |= {
        "canceled_at": action.now,
        "cancellation_reason": reason,
        "next_action": None,
        "status": "canceled",
    }
    action.drop_timers(intent["id"])
    action.save(intent)
    emit(action, "payment_intent.canceled", intent)
    return intent
