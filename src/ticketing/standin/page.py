"""The hosted payment page, as the buyer sees it. Plain HTML forms; nothing here needs a script."""

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as Reply

from ticketing.standin import attempts, konbini
from ticketing.standin.attempts import Outcome
from ticketing.standin.cards import CardFault, published, read_card
from ticketing.standin.expand import line_items
from ticketing.standin.rendering import View, render
from ticketing.standin.store import Obj
from ticketing.standin.timers import run_due
from ticketing.standin.world import Action, World


def blueprint(world: World) -> Blueprint:
    """The buyer's pages of one stand-in."""
    page = Blueprint("page", __name__, template_folder="templates", static_folder="static", static_url_path="/c/static")

    @page.get("/c/pay/<session_id>")
    def show(session_id: str) -> Reply:
        with world.action() as action:
            session = action.find("checkout.session", session_id)
            view = _of(action, session)
        return render(view, session)

    @page.post("/c/pay/<session_id>")
    def pay(session_id: str) -> Reply:
        with world.action() as action:
            session = action.find("checkout.session", session_id)
            if session is None or session["status"] != "open":
                return render(_of(action, session), session)
            outcome, faults = _attempt(action, session)
            view = _form(action, session, outcome.code, faults)
        run_due(world)
        return _after(session, outcome, view)

    @page.get("/c/pay/<session_id>/confirm")
    def ask(session_id: str) -> Reply:
        with world.action() as action:
            session = action.find("checkout.session", session_id)
            view = _confirmation(action, session)
        return render(view, session)

    @page.post("/c/pay/<session_id>/confirm")
    def answer(session_id: str) -> Reply:
        with world.action() as action:
            session = action.find("checkout.session", session_id)
            if session is None or session["status"] != "open":
                return render(_of(action, session), session)
            outcome = attempts.confirm_card(action, session, request.form.get("outcome") == "confirm")
            view = _form(action, session, outcome.code, [])
        run_due(world)
        return _after(session, outcome, view)

    @page.get("/favicon.ico")
    def no_icon() -> Response:
        return Response(status=204)

    return page


def _attempt(action: Action, session: Obj) -> tuple[Outcome, list[CardFault]]:
    """Reads the form and tries to pay; faults are what the form itself notices, before anything is sent."""
    methods = session["payment_method_types"]
    method = request.form.get("method") or methods[0]
    if session["amount_total"] == 0:
        return attempts.complete_free(action, session), []
    if method not in methods:
        return Outcome("declined"), [CardFault("method", "unknown_method")]
    if method == "konbini":
        number = request.form.get("confirmation_number", "")
        fault = konbini.fault_of(number)
        if fault is not None:
            return Outcome("declined"), [CardFault("confirmation_number", fault)]
        return konbini.issue_voucher(action, session, number), []
    number, exp, cvc = (request.form.get(name, "") for name in ("card_number", "exp", "cvc"))
    card, expiry, faults = read_card(number, exp, cvc, action.now)
    if card is None:
        return Outcome("declined"), faults
    return attempts.pay_by_card(action, session, card, expiry), []


def _after(session: Obj, outcome: Outcome, view: View) -> Reply:
    """Where an attempt leads: to the shop, to a further step, or back to the form."""
    if outcome.state == "paid":
        return redirect(_success_url(session), 303)
    if outcome.state == "confirm":
        return redirect(f"/c/pay/{session['id']}/confirm", 303)
    if outcome.state == "voucher":
        return redirect(f"/c/pay/{session['id']}", 303)
    return render(view, session)


def _success_url(session: Obj) -> str:
    return str(session["success_url"]).replace("{CHECKOUT_SESSION_ID}", session["id"])


def _of(action: Action, session: Obj | None) -> View:
    """The page for the state that the session is in."""
    if session is None:
        return View("notice.html", {"kind": "unknown"}, 404)
    if session["status"] == "open":
        return _form(action, session)
    if session["status"] == "expired":
        return View("notice.html", {"kind": "expired", "link": session["cancel_url"], "word": "back"})
    if session["payment_status"] == "unpaid":
        return View("voucher.html", konbini.voucher(action, session))
    return View("notice.html", {"kind": "complete", "link": _success_url(session), "word": "continue"})


def _form(action: Action, session: Obj, code: str = "", faults: list[CardFault] | None = None) -> View:
    values = {
        "code": code,
        "faults": {fault.field: fault.code for fault in faults or []},
        "items": line_items(action, session["id"]),
    }
    return View("pay.html", values, 402 if code else 422 if faults else 200)


def _confirmation(action: Action, session: Obj | None) -> View:
    if session is None or session["status"] != "open" or not session["payment_intent"]:
        return _of(action, session)
    number = action.private(session["id"]).get("card")
    intent = action.get("payment_intent", session["payment_intent"])
    if not number or intent["status"] != "requires_action":
        return _of(action, session)
    return View("confirm.html", {"last4": published(number).last4})
