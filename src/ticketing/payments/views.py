"""Where Stripe knocks: verify on the raw bytes, keep the event, answer. The worker does the rest."""

from __future__ import annotations

from flask import Blueprint, Response, request

from ticketing.core import clock
from ticketing.core.db import writing
from ticketing.core.observe import log
from ticketing.payments import inbox
from ticketing.payments.outcome import NotSigned
from ticketing.payments.start import gateway

bp = Blueprint("payments", __name__)


@bp.post("/stripe/webhook")
def webhook() -> Response:
    """Keep one delivery: 200 also for one that came before, 400 for what Stripe did not sign."""
    try:
        hint = gateway().read_webhook(request.get_data(), request.headers.get("Stripe-Signature", ""))
    except NotSigned as error:
        log.warning("webhook refused", why=str(error), size=request.content_length)
        return Response("not signed", 400, mimetype="text/plain")
    with writing() as session:
        fresh = inbox.keep(session, hint, clock.now())
    log.info("webhook", stripe_event=hint.id, type=hint.type, fresh=fresh)
    return Response("", 200)
