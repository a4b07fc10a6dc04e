"""Checkout sessions: from the call that makes one to paid, expired, or waiting for a convenience store."""

from typing import Any

from ticketing.standin.errors import invalid, refused
from ticketing.standin.events import emit
from ticketing.standin.forms import items_of, merged, metadata_changes, read_fields, text
from ticketing.standin.ids import new_id
from ticketing.standin.intents import cancel
from ticketing.standin.session_form import Life, life, read_session_form
from ticketing.standin.store import Obj
from ticketing.standin.world import Action

# What the stand-in's merchant has switched on, in the order of its page.
METHODS = ("card", "konbini")
_LEAST_CARD_YEN = 50
_KONBINI_YEN = range(120, 300_001)


def create(action: Action, values: dict[str, Any], lead: int = 0) -> Obj:
    """Makes an open session; `lead` is how far the stand-in's clock is ahead of the machine's."""
    form = read_session_form(values)
    span = life(form.get("expires_at"), action.now, lead)
    items = [_line_item(item, action.now) for item in form["line_items"]]
    total = sum(item["amount_total"] for item in items)
    session = _session(action, form, total, span)
    session["payment_method_types"] = _methods(form, total)
    action.add(session, {"line_items": items, "payment_intent_data": form.get("payment_intent_data", {})})
    action.set_timer(span.ends, "expire_session", session["id"])
    return session


def _methods(form: dict[str, Any], total: int) -> list[str]:
    """The payment methods that are allowed, not excluded, and possible for this amount."""
    allowed = form.get("allowed_payment_method_types") or METHODS
    excluded = form.get("excluded_payment_method_types") or ()
    chosen = [method for method in METHODS if method in allowed and method not in excluded]
    if form["currency"] != "jpy" or total not in _KONBINI_YEN:
        chosen = [method for method in chosen if method != "konbini"]
    if form["currency"] == "jpy" and 0 < total < _LEAST_CARD_YEN:
        message = f"The Checkout Session's total amount must be at least ¥{_LEAST_CARD_YEN}."
        raise invalid(message, None, "amount_too_small")
    if not chosen:
        raise invalid("No valid payment method types for this Checkout Session.", "allowed_payment_method_types")
    return chosen


def _line_item(item: dict[str, Any], now: int) -> Obj:
    price = item["price_data"]
    product = price["product_data"]
    total = price["unit_amount"] * item["quantity"]
    return {
        "id": new_id("li_"),
        "object": "item",
        "adjustable_quantity": None,
        "amount_discount": 0,
        "amount_subtotal": total,
        "amount_tax": 0,
        "amount_total": total,
        "currency": price["currency"].lower(),
        "description": product["name"],
        "metadata": item.get("metadata", {}),
        "price": {
            "id": new_id("price_"),
            "object": "price",
            "active": False,
            "billing_scheme": "per_unit",
            "created": now,
            "currency": price["currency"].lower(),
            "custom_unit_amount": None,
            "livemode": False,
            "lookup_key": None,
            "metadata": {},
            "nickname": None,
            "product": new_id("prod_", 14),
            "recurring": None,
            "tax_behavior": price.get("tax_behavior", "unspecified"),
            "tiers_mode": None,
            "transform_quantity": None,
            "type": "one_time",
            "unit_amount": price["unit_amount"],
            "unit_amount_decimal": str(price["unit_amount"]),
        },
        "quantity": item["quantity"],
    }


_UNUSED = (
    "after_expiration",
    "allow_promotion_codes",
    "billing_address_collection",
    "client_secret",
    "collected_information",
    "consent",
    "consent_collection",
    "currency_conversion",
    "customer",
    "customer_account",
    "integration_identifier",
    "invoice",
    "origin_context",
    "payment_intent",
    "payment_link",
    "payment_method_configuration_details",
    "permissions",
    "recovered_from",
    "saved_payment_method_options",
    "setup_intent",
    "shipping_address_collection",
    "shipping_cost",
    "subscription",
    "wallet_options",
)
_FIXED: Obj = dict.fromkeys(_UNUSED) | {
    "object": "checkout.session",
    "adaptive_pricing": {"enabled": False},
    "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
    "custom_fields": [],
    "custom_text": {"after_submit": None, "shipping_address": None, "submit": None}
    | {"terms_of_service_acceptance": None},
    "discounts": [],
    "livemode": False,
    "managed_payments": {"enabled": False},
    "mode": "payment",
    "payment_method_collection": "if_required",
    "payment_status": "unpaid",
    "phone_number_collection": {"enabled": False},
    "shipping_options": [],
    "status": "open",
    "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
    "ui_mode": "hosted_page",
}
_INVOICE = {"account_tax_ids": None, "custom_fields": None, "description": None, "footer": None, "issuer": None}


def _session(action: Action, form: dict[str, Any], total: int, span: Life) -> Obj:
    session_id = new_id("cs_test_a1", 56)
    email = form.get("customer_email")
    return _FIXED | {
        "id": session_id,
        "amount_subtotal": total,
        "amount_total": total,
        "allowed_payment_method_types": form.get("allowed_payment_method_types"),
        "excluded_payment_method_types": form.get("excluded_payment_method_types"),
        "cancel_url": form.get("cancel_url"),
        "client_reference_id": form.get("client_reference_id"),
        "created": span.created,
        "currency": form["currency"],
        "customer_creation": form.get("customer_creation", "if_required"),
        "customer_details": details(email) if email else None,
        "customer_email": email,
        "expires_at": span.expires_at,
        "invoice_creation": {
            "enabled": False,
            "invoice_data": _INVOICE | {"metadata": {}, "rendering_options": None},
        },
        "locale": form.get("locale"),
        "metadata": form.get("metadata", {}),
        "payment_method_options": _method_options(form),
        "submit_type": form.get("submit_type"),
        "success_url": form["success_url"],
        "url": f"{action.settings.base_url}/c/pay/{session_id}",
    }


def _method_options(form: dict[str, Any]) -> dict[str, Any]:
    options: dict[str, Any] = form.get("payment_method_options", {})
    return options | {"card": {"request_three_d_secure": "automatic"} | options.get("card", {})}


def details(email: str | None) -> dict[str, Any]:
    """What is known of the buyer."""
    nobody = dict.fromkeys(("address", "business_name", "individual_name", "name", "phone"))
    return nobody | {"email": email, "tax_exempt": "none", "tax_ids": None}


def expire(action: Action, session: Obj) -> Obj:
    """Ends an open session; a complete or expired one is refused."""
    if session["status"] != "open":
        raise refused(
            'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has '
            f"a status of {session['status']}."
        )
    action.drop_timers(session["id"])
    session |= {"status": "expired", "url": None}
    action.save(session)
    if session["payment_intent"]:
        intent = action.get("payment_intent", session["payment_intent"])
        cancel(action, intent, "automatic")
    emit(action, "checkout.session.expired", session)
    return session


def update(action: Action, session: Obj, values: dict[str, Any]) -> Obj:
    """Changes the metadata of a session; the stand-in changes nothing else of it."""
    form = read_fields(values, {"expand": items_of(text()), "metadata": metadata_changes})
    session["metadata"] = merged(session["metadata"], form.get("metadata", {}))
    return action.save(session)


def complete(action: Action, session: Obj, payment_status: str) -> Obj:
    """The buyer has done their part: paid, or holds a voucher (then `payment_status` is unpaid)."""
    action.drop_timers(session["id"])
    session |= {"status": "complete", "payment_status": payment_status, "url": None}
    action.save(session)
    emit(action, "checkout.session.completed", session)
    return session


def check_cancelable(action: Action, intent: Obj) -> None:
    """Refuses to cancel the intent of a session that is still open: such a session is expired instead."""
    for session in action.of_intent("checkout.session", intent["id"]):
        if session["status"] == "open":
            raise refused(
                "You cannot cancel the PaymentIntent of a Checkout Session. Expire the Checkout Session instead.",
                "payment_intent_unexpected_state",
            )
