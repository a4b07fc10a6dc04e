"""Starting a payment: the attempt is a row first, then a Checkout Session, so that no lost answer costs anything."""

from __future__ import annotations

from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from flask import current_app
from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from ticketing.core.addresses import is_regular
from ticketing.core.batch import Step, adding, run_alone, run_together
from ticketing.core.db import changed, reading, writing
from ticketing.core.errors import Refused
from ticketing.core.i18n import force_locale, pick
from ticketing.core.i18n import gettext as _
from ticketing.core.ids import new_id
from ticketing.core.observe import log
from ticketing.events.catalog import Catalog, TierInfo
from ticketing.orders.links import path_of, public_url
from ticketing.orders.models import Order, OrderLine
from ticketing.orders.states import PENDING
from ticketing.payments.methods import KONBINI, VOUCHER_DAYS
from ticketing.payments.models import Payment
from ticketing.payments.outcome import Checkout, Gateway, Rejected, Unreachable

# Stripe's shortest session is 30 minutes; one more allows for two clocks and a second try.
SHORTEST_SESSION = timedelta(minutes=31)
SLACK = timedelta(seconds=45)
FIRST_CHECK = timedelta(seconds=60)

_FIRST_USE = Lock()


def gateway() -> Gateway:
    """The way to Stripe: what was handed to `create_app`, else Stripe's own library, loaded when it is first needed."""
    held: Gateway | None = current_app.extensions["ticketing.gateway"]
    if held is not None:
        return held
    with _FIRST_USE:
        if current_app.extensions["ticketing.gateway"] is None:
            from ticketing.payments.gateway import StripeGateway  # noqa: PLC0415 (80 ms of every start otherwise)

            current_app.extensions["ticketing.gateway"] = StripeGateway(current_app.extensions["ticketing.settings"])
    return gateway()


def preparing(order: Order, methods: str, now: datetime, attempt: int = 1) -> tuple[Payment, Step]:
    """An attempt to pay an order, outside the session, and the step that notes it; the first goes with the order.

    `methods` are the ways to pay that the page offers, with commas between.
    """
    row: dict[str, Any] = {
        "id": new_id(),
        "event_id": order.event_id,
        "order_id": order.id,
        "attempt": attempt,
        "state": "created",
        "amount_minor": order.total_minor,
        "currency": order.currency,
        "methods": methods,
        "session_expires_at": max(now + SHORTEST_SESSION, order.expires_at + timedelta(minutes=1)),
        "created_at": now,
        "check_at": now + FIRST_CHECK,
        "checks": 0,
    }
    return Payment(**row), adding(Payment, [row])


def paid_at_once(attempt: Payment, method: str, now: datetime) -> Payment:
    """The same attempt as one that is confirmed from its beginning: no fee, and nothing to ask anybody about it."""
    return Payment(
        id=attempt.id,
        event_id=attempt.event_id,
        order_id=attempt.order_id,
        attempt=attempt.attempt,
        state="confirmed",
        amount_minor=attempt.amount_minor,
        currency=attempt.currency,
        methods=method,
        method=method,
        fee_minor=0,
        net_minor=attempt.amount_minor,
        session_expires_at=now,
        created_at=now,
        confirmed_at=now,
        check_at=None,
        checks=0,
    )


def _renew(order: Order, payment: Payment, now: datetime) -> Payment:
    """Another attempt, after Stripe was away so long that it would no longer take the first one's end.

    Should the first session exist after all, its answer lost or late, then nobody is led to it; whoever pays there
    nevertheless is found by the webhook.
    """
    with writing() as session:
        unanswered = update(Payment).where(Payment.id == payment.id, Payment.state == "created")
        if changed(session, unanswered.values(state="failed", check_at=None)) == 1:
            renewed, step = preparing(order, payment.methods, now, payment.attempt + 1)
            run_together(session.connection(), [step])
            return renewed
        return payment_of(session, order.id)


def open_payment(order: Order, payment: Payment, catalog: Catalog, now: datetime) -> str:
    """The address of the payment page, made once however often this is asked.

    Raises Refused("payment_unreachable", 503): nothing is lost then, and asking again is safe.
    """
    if payment.url:
        return payment.url
    if too_late_to_open(payment, now):
        payment = _renew(order, payment, now)
    params = session_params(order, payment, catalog)
    try:
        checkout = gateway().open_checkout(params, f"checkout-{payment.id}")
    except (Unreachable, Rejected) as error:
        log.warning(
            "payment not opened", payment=payment.id, error=type(error).__name__, code=getattr(error, "code", "")
        )
        raise Refused("payment_unreachable", 503) from error
    kept = keep_session(payment.id, checkout, order, now)
    return kept or public_url() + path_of(order.code, order.id, order.link_issue)


def too_late_to_open(payment: Payment, now: datetime) -> bool:
    """Whether Stripe would no longer make the session of this attempt, because it would end too soon."""
    return payment.session_expires_at - now < SHORTEST_SESSION - SLACK


def keep_session(payment_id: str, checkout: Checkout, order: Order, now: datetime) -> str | None:
    """Remember the session that Stripe made for this attempt; Stripe is asked next when the hold ends.

    Returns where to pay: never at a session that could not be kept, because another attempt has taken its place.
    """
    facts = {
        "payment_id": payment_id,
        "session": checkout.id,
        "intent": checkout.payment_intent,
        "address": checkout.url,
        "next_check": max(now, order.expires_at),
    }
    if run_alone([Step(KEEP_SESSION, facts)])[0] is not None:
        return checkout.url
    with reading() as session:
        return payment_of(session, order.id).url


KEEP_SESSION = (
    update(Payment)
    .where(Payment.id == bindparam("payment_id"), Payment.state == "created")
    .values(
        state="pending",
        session_id=bindparam("session"),
        payment_intent_id=bindparam("intent"),
        url=bindparam("address"),
        check_at=bindparam("next_check", type_=Payment.check_at.type),
    )
    .returning(Payment.id)
)


def payment_of(session: Session, order_id: str) -> Payment:
    """The latest attempt to pay an order."""
    latest = select(Payment).where(Payment.order_id == order_id).order_by(Payment.attempt.desc()).limit(1)
    return session.scalars(latest).one()


def payable_url(order: Order, payment: Payment, now: datetime) -> str | None:
    """Where the buyer can still pay, or None."""
    return payment.url if order.state == PENDING and now < order.expires_at else None


def session_params(order: Order, payment: Payment, catalog: Catalog) -> dict[str, Any]:
    """What a Checkout Session is made from: only rows, so that a second try sends the very same.

    Prices include tax (`inclusive`); yen have no decimals, so the amount is the yen figure itself.
    """
    back = public_url() + path_of(order.code, order.id, order.link_issue)
    metadata = {"order": order.code, "payment_id": payment.id}
    methods = payment.methods.split(",")
    return {
        "mode": "payment",
        "ui_mode": "hosted_page",
        "locale": "ja" if order.language == "ja" else "en",
        "line_items": [
            {
                "quantity": line.quantity,
                "price_data": {
                    "currency": order.currency,
                    "unit_amount": line.unit_minor,
                    "tax_behavior": "inclusive",
                    "product_data": {"name": _named(catalog.tier_by_id(line.tier_id), line, order.language)},
                },
            }
            for line in order.lines
        ],
        "client_reference_id": order.code,
        "metadata": metadata,
        "payment_intent_data": {"metadata": metadata},
        # Whether Stripe takes the old addresses of Japanese phone companies is written nowhere: its page asks then.
        **({"customer_email": order.buyer_email} if is_regular(order.buyer_email) else {}),
        "submit_type": "book",
        "expires_at": int(payment.session_expires_at.timestamp()),
        "success_url": f"{back}?session={{CHECKOUT_SESSION_ID}}",
        "cancel_url": back,
        "allowed_payment_method_types": methods,
        **({"payment_method_options": {KONBINI: {"expires_after_days": VOUCHER_DAYS}}} if KONBINI in methods else {}),
        # Yen only, and sold by the organizer: Stripe would otherwise be free to show another currency, or to become
        # the seller itself on accounts where it does so unless told not to.
        "adaptive_pricing": {"enabled": False},
        "managed_payments": {"enabled": False},
    }


def _named(tier: TierInfo, line: OrderLine, language: str) -> str:
    """What the payment page calls these tickets; it says so where they cost less than the event page says."""
    name = pick(tier.name, language)
    with force_locale(language):
        return _("%(tier)s (with promo code)", tier=name) if line.off_minor else name
