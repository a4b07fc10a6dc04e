"""The pages that Stripe's mails to the buyer link to: a receipt, and where a bank refund shall go."""

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response as Reply

from ticketing.standin import bank_refunds
from ticketing.standin.rendering import View, render
from ticketing.standin.store import Obj
from ticketing.standin.world import Action, World

_UNKNOWN = View("notice.html", {"kind": "unknown"}, 404)


def blueprint(world: World) -> Blueprint:
    """These pages of one stand-in."""
    pages = Blueprint("mail_pages", __name__, template_folder="templates")

    @pages.get("/receipts/<charge_id>")
    def receipt(charge_id: str) -> Reply:
        with world.action() as action:
            charge = action.find("charge", charge_id)
            if charge is None:
                return render(_UNKNOWN, None)
            return render(View("receipt.html", {"charge": charge}), _session(action, charge))

    @pages.get("/c/refund/<refund_id>")
    def ask(refund_id: str) -> Reply:
        with world.action() as action:
            return _page(action, action.find("refund", refund_id))

    @pages.post("/c/refund/<refund_id>")
    def take(refund_id: str) -> Reply:
        account = request.form.get("account_number", "").strip()
        with world.action() as action:
            refund = action.find("refund", refund_id)
            if refund is None or refund["status"] != "requires_action":
                return _page(action, refund)
            fault = bank_refunds.fault_of(request.form.get("routing_number", "").strip(), account)
            if fault is not None:
                return _page(action, refund, fault)
            bank_refunds.give_details(action, refund, account)
        return redirect(f"/c/refund/{refund_id}", 303)

    return pages


def _page(action: Action, refund: Obj | None, fault: str | None = None) -> Reply:
    if refund is None:
        return render(_UNKNOWN, None)
    view = View("refund.html", {"refund": refund, "fault": fault}, 422 if fault else 200)
    return render(view, _session(action, refund))


def _session(action: Action, obj: Obj) -> Obj:
    """The session that a charge or refund goes back to."""
    return action.of_intent("checkout.session", obj["payment_intent"])[0]
