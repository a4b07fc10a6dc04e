"""The routes under /v1, in Stripe's names."""

from typing import Any

from flask import Blueprint, Response

from ticketing.standin import balance, bank_refunds, events, intents, merchant, refunds, sessions
from ticketing.standin.calls import Caller
from ticketing.standin.expand import line_items
from ticketing.standin.forms import boolean, integer, items_of, one_of, read_fields, shape, text
from ticketing.standin.lists import Listing, body_filter, page
from ticketing.standin.store import Obj
from ticketing.standin.world import Action

_EXPAND = {"expand": items_of(text())}
_DELIVERED = "(NOT EXISTS (SELECT 1 FROM deliveries WHERE event = objects.id AND state <> 'delivered')) = ?"
_INTENT = (text(), "intent = ?")
LISTINGS = (
    Listing(
        "checkout.session",
        "/v1/checkout/sessions",
        {
            "customer_details": (
                shape({"email": text()}, ("email",)),
                "json_extract(body, '$.customer_email') = json_extract(?, '$.email')",
            ),
            "payment_intent": _INTENT,
            "status": (one_of("complete", "expired", "open"), "json_extract(body, '$.status') = ?"),
        },
    ),
    Listing("payment_intent", "/v1/payment_intents"),
    Listing("charge", "/v1/charges", {"payment_intent": _INTENT}),
    Listing("refund", "/v1/refunds", {"payment_intent": _INTENT, "charge": body_filter("charge")}),
    Listing("dispute", "/v1/disputes", {"payment_intent": _INTENT, "charge": body_filter("charge")}),
    Listing(
        "balance_transaction",
        "/v1/balance_transactions",
        {
            **{name: body_filter(name) for name in ("currency", "source", "type")},
            "payout": (text(), "json_extract(private, '$.payout') = ?"),
        },
    ),
    Listing("payout", "/v1/payouts", {name: body_filter(name) for name in ("destination", "status")}),
    Listing(
        "event",
        "/v1/events",
        {
            "type": body_filter("type"),
            "types": (items_of(text(), 20), "json_extract(body, '$.type') IN (SELECT value FROM json_each(?))"),
            "delivery_success": (boolean, _DELIVERED),
        },
    ),
)


def blueprint(caller: Caller) -> Blueprint:
    """The whole API of one stand-in."""
    api = Blueprint("api", __name__, url_prefix="/v1")
    for listing in LISTINGS:
        _add_reading(api, caller, listing)
    _add_sessions(api, caller)
    _add_intents(api, caller)
    _add_refunds(api, caller)
    merchant.add_reading(api, caller)
    return api


def _add_reading(api: Blueprint, caller: Caller, listing: Listing) -> None:
    """The list of a kind and the single object."""
    path = listing.url.removeprefix("/v1")

    def many() -> Response:
        def work(action: Action, values: dict[str, Any]) -> Obj:
            found = page(action, listing, values)
            return found | {"data": [_seen(action, obj) for obj in found["data"]]}

        return caller.read(work)

    def single(object_id: str) -> Response:
        def work(action: Action, values: dict[str, Any]) -> Obj:
            read_fields(values, _EXPAND)
            return _seen(action, action.get(listing.kind, object_id))

        return caller.read(work)

    api.add_url_rule(path, f"list {path}", many, methods=["GET"])
    api.add_url_rule(f"{path}/<object_id>", f"get {path}", single, methods=["GET"])


def _seen(action: Action, obj: Obj) -> Obj:
    """The object with what depends on the moment."""
    if obj["object"] == "event":
        return events.seen_now(action, obj)
    if obj["object"] == "balance_transaction":
        return balance.seen_now(action, obj)
    return obj


def _add_sessions(api: Blueprint, caller: Caller) -> None:
    @api.post("/checkout/sessions")
    def create_session() -> Response:
        lead = caller.world.clock.lead
        return caller.write(lambda action, values: sessions.create(action, values, lead))

    @api.post("/checkout/sessions/<session_id>")
    def update_session(session_id: str) -> Response:
        return caller.write(
            lambda action, values: sessions.update(action, action.get("checkout.session", session_id), values)
        )

    @api.post("/checkout/sessions/<session_id>/expire")
    def expire_session(session_id: str) -> Response:
        def work(action: Action, values: dict[str, Any]) -> Obj:
            read_fields(values, _EXPAND)
            return sessions.expire(action, action.get("checkout.session", session_id))

        return caller.write(work)

    @api.get("/checkout/sessions/<session_id>/line_items")
    def list_line_items(session_id: str) -> Response:
        def work(action: Action, values: dict[str, Any]) -> Obj:
            action.get("checkout.session", session_id)
            return _line_item_page(session_id, line_items(action, session_id), values)

        return caller.read(work)


def _line_item_page(session_id: str, items: list[Obj], values: dict[str, Any]) -> Obj:
    form = read_fields(values, _EXPAND | {"limit": integer(1, 100), "starting_after": text()})
    names = [item["id"] for item in items]
    start = names.index(form["starting_after"]) + 1 if form.get("starting_after") in names else 0
    end = start + form.get("limit", 10)
    url = f"/v1/checkout/sessions/{session_id}/line_items"
    return {"object": "list", "data": items[start:end], "has_more": end < len(items), "url": url}


def _add_intents(api: Blueprint, caller: Caller) -> None:
    @api.post("/payment_intents/<intent_id>/cancel")
    def cancel_intent(intent_id: str) -> Response:
        def work(action: Action, values: dict[str, Any]) -> Obj:
            reasons = one_of("abandoned", "duplicate", "fraudulent", "requested_by_customer")
            form = read_fields(values, _EXPAND | {"cancellation_reason": reasons})
            intent = action.get("payment_intent", intent_id)
            sessions.check_cancelable(action, intent)
            return intents.cancel(action, intent, form.get("cancellation_reason"))

        return caller.write(work)


def _add_refunds(api: Blueprint, caller: Caller) -> None:
    @api.post("/refunds")
    def create_refund() -> Response:
        return caller.write(refunds.create)

    @api.post("/refunds/<refund_id>")
    def update_refund(refund_id: str) -> Response:
        return caller.write(lambda action, values: refunds.update(action, action.get("refund", refund_id), values))

    @api.post("/refunds/<refund_id>/cancel")
    def cancel_refund(refund_id: str) -> Response:
        def work(action: Action, values: dict[str, Any]) -> Obj:
            read_fields(values, _EXPAND)
            return bank_refunds.cancel(action, action.get("refund", refund_id))

        return caller.write(work)

    @api.post("/test_helpers/refunds/<refund_id>/expire")
    def expire_refund(refund_id: str) -> Response:
        def work(action: Action, values: dict[str, Any]) -> Obj:
            read_fields(values, _EXPAND)
            refund = action.get("refund", refund_id)
            bank_refunds.expire(action, refund)
            return refund

        return caller.write(work)
