"""`/_control`: faults, time, disputes and the ledger. Only the stand-in has these; Stripe does not."""

from typing import Any

from flask import Blueprint, Response, jsonify, request

from ticketing.standin import disputes, payouts
from ticketing.standin.errors import invalid
from ticketing.standin.faults import Faults, read_fault
from ticketing.standin.posting import Mode, Outbox
from ticketing.standin.store import Obj, dump
from ticketing.standin.timers import run_due
from ticketing.standin.webhooks import deliveries
from ticketing.standin.world import Action, World

_LEDGER = {
    "sessions": "checkout.session",
    "payment_intents": "payment_intent",
    "charges": "charge",
    "refunds": "refund",
    "disputes": "dispute",
    "payouts": "payout",
    "balance_transactions": "balance_transaction",
    "events": "event",
}


def blueprint(world: World, outbox: Outbox, faults: Faults) -> Blueprint:
    """The controls of one stand-in."""
    control = Blueprint("control", __name__, url_prefix="/_control")

    @control.post("/webhooks")
    def set_webhooks() -> Response:
        body = _body()
        count = _whole(body, "count") if body.get("count") is not None else None
        name = body.get("mode")
        delay_ms = _whole(body, "delay_ms") if body.get("delay_ms") is not None else 1000
        outbox.set_mode(Mode(str(name), count, delay_ms) if count != 0 else Mode())
        return jsonify(mode=name, count=count, delay_ms=delay_ms)

    @control.post("/fail")
    def set_fault() -> Response:
        fault = read_fault(_body())
        faults.order(fault)
        return jsonify(path=fault.path, status=fault.how, count=fault.left, method=fault.method)

    @control.post("/advance")
    def advance() -> Response:
        before = world.clock.now()
        world.clock.advance(_whole(_body(), "seconds"))
        done = run_due(world, before)
        return jsonify(now=world.clock.now(), lead=world.clock.lead, done=done)

    @control.post("/dispute")
    def dispute() -> Response:
        body = _body()
        with world.action() as action:
            return jsonify(_dispute(action, body))

    @control.post("/payout")
    def payout() -> Response:
        body = _body()
        with world.action() as action:
            return jsonify(_payout(action, body))

    @control.get("/ledger")
    def ledger() -> Response:
        return Response(_ledger(world), content_type="application/json")

    return control


def _ledger(world: World) -> str:
    """Everything there is, oldest first. The objects are JSON already and are only strung together."""
    with world.store.transaction() as db:
        lists = {
            name: db.execute("SELECT body FROM objects WHERE kind = ? ORDER BY seq", (kind,)).fetchall()
            for name, kind in _LEDGER.items()
        }
    parts = [f'"{name}":[{",".join(row[0] for row in rows)}]' for name, rows in lists.items()]
    return "{" + ",".join([*parts, f'"deliveries":{dump(deliveries(world))}']) + "}"


def _dispute(action: Action, body: dict[str, Any]) -> Obj:
    """Opens a dispute of a payment, or ends one: `{"dispute": id, "status": "won|lost|warning_closed"}`."""
    if "dispute" in body:
        found = action.get("dispute", str(body["dispute"]), "dispute")
        return disputes.close(action, found, str(body.get("status")))
    reason = body.get("reason", "fraudulent")
    if reason not in disputes.REASONS:
        raise invalid(f"reason must be one of {', '.join(disputes.REASONS)}", "reason")
    intent = action.get("payment_intent", str(body.get("payment_intent")), "payment_intent")
    return disputes.open_dispute(action, intent, reason)


def _payout(action: Action, body: dict[str, Any]) -> Obj:
    """Pays out what is available, or `{"amount": n}` of it, or ends a payout: `{"payout": id, "status": "failed"}`."""
    if "payout" in body:
        return payouts.end(action, action.get("payout", str(body["payout"]), "payout"), str(body.get("status")))
    return payouts.pay_out(action, _whole(body, "amount") if body.get("amount") is not None else None)


def _body() -> dict[str, Any]:
    body = request.get_json(force=True, silent=True)
    if not isinstance(body, dict):
        raise invalid("Send a JSON object.")
    return body


def _whole(body: dict[str, Any], name: str) -> int:
    value = body.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise invalid(f"{name} must be a whole number, 0 or more", name)
    return value
