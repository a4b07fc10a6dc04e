"""The routes behind the buyer's link that end something: giving tickets back, canceling an order that is not paid.

The secret in the link carries the right, and no foreign page knows it; so these forms need no token of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from flask import Blueprint, Response, make_response, redirect, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from ticketing.core import audit, clock
from ticketing.core.db import writing
from ticketing.core.errors import Refused
from ticketing.core.i18n import gettext as _
from ticketing.core.money import Money
from ticketing.door.attendance import entered
from ticketing.events.catalog import Catalog, load_by_id
from ticketing.orders import changes, holders
from ticketing.orders.models import Order
from ticketing.orders.reading import OrderView, get
from ticketing.orders.states import AWAITING, WAITING
from ticketing.orders.terms import Terms, by_rules
from ticketing.payments import giving_up, refunds
from ticketing.payments.cash import is_cash
from ticketing.payments.outcome import Rejected, Unreachable
from ticketing.payments.refunds import Cause
from ticketing.shop import refund_page
from ticketing.shop.order_views import opened
from ticketing.shop.refund_page import RefundPage

bp = Blueprint("refund", __name__, url_prefix="/o/<order_code>/<secret>")
BUYER = "buyer"


@bp.get("/refund")
def ask(order_code: str, secret: str) -> Response:
    """Which tickets, then what giving them back comes to. Nothing changes here."""
    with opened(order_code, secret) as (session, catalog, view):
        try:
            numbers = _chosen(view, request.args.getlist("ticket"))
            return _confirmation(session, catalog, view, numbers)
        except Refused as error:
            return _refused(session, catalog, view, error)


@bp.post("/refund")
def give_back(order_code: str, secret: str) -> Response | BaseResponse:
    """Give tickets back under the terms that were shown: `amount` is what the page said comes back."""
    with opened(order_code, secret) as (session, catalog, view):
        try:
            numbers = _chosen(view, request.form.getlist("ticket"))
        except Refused as error:
            return _refused(session, catalog, view, error)
    try:
        with writing() as session:
            _give_back(session, view.id, numbers, request.form.get("amount", ""))
    except Refused as error:
        with opened(order_code, secret) as (session, catalog, view):
            return _refused(session, catalog, view, error, numbers)
    return redirect(f"{view.path}#money-back", 303)


@bp.post("/cancel")
def cancel(order_code: str, secret: str) -> Response | BaseResponse:
    """Cancel an order that is not paid. Stripe is told first, so an order that was paid meanwhile stays paid."""
    with opened(order_code, secret) as (_session, _catalog, view):
        pass
    if view.state in WAITING:
        try:
            giving_up.give_up(view.id, clock.now())
        except (Unreachable, Rejected) as error:
            raise Refused("stripe_away", 503) from error
        with opened(order_code, secret) as (_session, catalog, view):
            if view.state == AWAITING:  # Stripe does not end a voucher while its buyer stands at the till
                text = _("The store is taking your payment right now, so this order cannot be canceled.")
                return _page(refund_page.refusal(catalog, view, text), 409)
    return redirect(view.path, 303)


def _give_back(session: Session, order_id: str, numbers: Sequence[int], shown: str) -> None:
    """The tickets and the money of the terms, if these are the terms that were shown; raises Refused."""
    now = clock.now()
    order = get(session, order_id)
    changes.lock(session, order)
    for number, gone in holders.away(session, order.id).items():
        if number in numbers:
            raise Refused("ticket_passed_on", name=gone.named)
    terms = _terms(session, load_by_id(session, order.event_id), order, numbers)
    if shown != str(terms.amount.amount):
        raise Refused("refund_changed")
    refund = refunds.refund_tickets(session, order, numbers, terms, Cause(BUYER, BUYER), now)
    facts = {"tickets": list(numbers), "amount": terms.amount.amount, "refund": refund.id if refund else None}
    audit.record(session, now, BUYER, "order.refund", f"order:{order.code}", **facts)


def _terms(session: Session, catalog: Catalog, order: Order, numbers: Sequence[int]) -> Terms:
    """The event's rules, for no more than earlier refunds have left of the payment, and for tickets not used yet."""
    if catalog.canceled_at is not None:
        raise Refused("event_canceled")
    if is_cash(session, order.id):
        raise Refused("paid_in_cash")
    if not entered(session, order.code).isdisjoint(numbers):
        raise Refused("ticket_used")
    terms = by_rules(catalog, order, numbers, clock.now())
    left = Money(max(0, refunds.left_of(session, refunds.confirmed(session, order.id))), order.currency)
    return replace(terms, amount=min(terms.amount, left))


def _chosen(view: OrderView, texts: Sequence[str]) -> list[int]:
    """The numbers of tickets of this order; raises Refused("nothing_chosen") or Refused("ticket_not_valid")."""
    if not view.tickets:
        raise Refused("not_paid")
    known = {str(ticket.number): ticket for ticket in view.tickets}
    if any(text not in known for text in texts):
        raise Refused("not_found", 404)
    for text in texts:
        if known[text].passed_on:
            raise Refused("ticket_passed_on", name=known[text].passed_on)
    valid = {text for text, ticket in known.items() if ticket.admits}
    if not valid.issuperset(texts) or not valid:
        raise Refused("ticket_not_valid")
    if not texts:
        raise Refused("nothing_chosen", 400)
    return sorted({known[text].number for text in texts})


def _confirmation(
    session: Session, catalog: Catalog, view: OrderView, numbers: Sequence[int], notice: str = ""
) -> Response:
    order = get(session, view.id)
    terms = _terms(session, catalog, order, numbers)
    payment = refunds.confirmed(session, view.id)
    page = refund_page.confirmation(catalog, view, order, numbers, terms)
    return _page(replace(page, notice=notice, how_long=refund_page.how_long(payment.method)), 409 if notice else 200)


def _refused(
    session: Session, catalog: Catalog, view: OrderView, error: Refused, numbers: Sequence[int] = ()
) -> Response:
    """The page of a refusal: with the terms of now where they changed, with the choice where nothing was chosen."""
    if error.code == "not_found":
        raise error
    if error.code == "refund_changed":
        try:
            return _confirmation(session, catalog, view, numbers, error.text())
        except Refused as newer:
            error = newer
    if error.code == "nothing_chosen":
        page = refund_page.choice(catalog, view, entered(session, view.code))
        return _page(page, 200 if request.method == "GET" else error.status)
    texts = {
        "ticket_not_valid": _("These tickets are given back already, or are not valid any more."),
        "disputed": _("Your bank is looking into this payment. Until it has decided, nothing can be given back."),
    }
    return _page(refund_page.refusal(catalog, view, texts.get(error.code, error.text())), error.status)


def _page(page: RefundPage, status: int) -> Response:
    return make_response(render_template("shop/refund.html", page=page), status)
