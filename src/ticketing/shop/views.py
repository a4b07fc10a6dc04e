"""The buyer's routes: event, final confirmation, order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, current_app, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from ticketing.core import clock, limits
from ticketing.core.batch import Unmet
from ticketing.core.db import looking, reading
from ticketing.core.errors import Refused
from ticketing.core.i18n import language
from ticketing.core.ids import hash_token, new_id
from ticketing.core.settings import Settings
from ticketing.events.catalog import Catalog, load, slugs
from ticketing.inventory import levels
from ticketing.orders import checkout
from ticketing.orders.checkout import AlreadyPlacedError, BadForm, Buyer
from ticketing.orders.links import path_of
from ticketing.orders.models import Order
from ticketing.orders.pricing import Quote, parse_quantities, quote
from ticketing.orders.reading import get
from ticketing.orders.states import PENDING
from ticketing.payments import start
from ticketing.payments.models import Payment
from ticketing.shop import pages, rendered

bp = Blueprint("shop", __name__)


def _public_url() -> str:
    settings: Settings = current_app.extensions["ticketing.settings"]
    return settings.public_url


@bp.get("/")
def index() -> str:
    """All events."""
    with reading() as session:
        catalogs = [load(session, slug) for slug in slugs(session)]
    return render_template("shop/index.html", page=pages.index_page(catalogs))


@bp.get("/e/<slug>")
def event(slug: str) -> Response:
    """One event: one statement, and the page from memory when nothing has changed since it was made."""
    now = clock.now()
    with looking() as connection:
        catalog, present = levels.read_with_event(connection, slug)
    return rendered.event(catalog, present, now)


@bp.get("/e/<slug>/legal")
def legal(slug: str) -> str:
    """Who sells, on what terms."""
    with reading() as session:
        catalog = load(session, slug)
    return render_template("shop/legal.html", page=pages.legal_page(catalog, clock.now()))


@bp.route("/e/<slug>/review", methods=["GET", "POST"])
def review(slug: str) -> Response | BaseResponse:
    """The final confirmation that the law asks for (Specified Commercial Transactions Act, art. 12-6)."""
    now = clock.now()
    with reading() as session:
        catalog = load(session, slug)
    try:
        wish = quote(catalog, parse_quantities(catalog, request.values), now)
    except Refused as error:
        return _choose_again(catalog, error)
    return _review(catalog, wish, request.values, {}, 200)


@bp.post("/e/<slug>/orders")
def order(slug: str) -> Response | BaseResponse:
    """Place the order, then send the buyer to the payment page. The same form sent twice is one order."""
    limits.hit("order", limits.client())
    now = clock.now()
    with reading() as session:
        catalog = load(session, slug)
    try:
        wish = quote(catalog, parse_quantities(catalog, request.form), now)
    except Refused as error:
        return _choose_again(catalog, error)
    try:
        buyer = checkout.read_buyer(request.form, wish.count, language())
        placed, payment = _place(catalog, wish, buyer)
    except BadForm as error:
        return _review(catalog, wish, request.form, {name: fault.text() for name, fault in error.faults.items()}, 400)
    except Refused as error:
        if error.code == "places_gone":
            return _gone(catalog, wish, error)
        return _review(catalog, wish, request.form, {"places": error.text()}, error.status)
    if placed.state != PENDING:
        return redirect(path_of(placed.code, placed.id), 303)
    try:
        return redirect(start.open_payment(placed, payment, catalog, _public_url(), clock.now()), 303)
    except Refused as error:
        values = {**request.form, "form_key": buyer.form_key}
        return _review(catalog, wish, values, {"places": error.text()}, error.status)


def _place(catalog: Catalog, wish: Quote, buyer: Buyer) -> tuple[Order, Payment]:
    """The order and the payment to start; the second time for the same form, unless it was corrected, the same ones."""
    for _ in range(5):  # an order code may be taken: then the next one
        now = clock.now()
        try:
            placed, steps = checkout.placing(catalog, wish, buyer, now)
            payment, noting = start.preparing(placed, now)
            checkout.place(catalog, wish, buyer, [*steps, noting])
        except Unmet:  # places were gone and are back already
            continue
        except (AlreadyPlacedError, Refused) as error:  # what this very form holds may be why there is no more
            with reading() as session:
                order_id = checkout.placed_before(session, buyer.form_key)
                before = get(session, order_id) if order_id else None
                if before and (before.state != PENDING or _content(wish, buyer) == _content_of(before)):
                    return before, start.payment_of(session, before.id)
            if before is None and isinstance(error, Refused):
                raise
            if before:  # gone back from the payment page and corrected: an order of its own, as often as it is sent
                buyer = replace(buyer, form_key=hash_token(repr((buyer.form_key, _content(wish, buyer)))))
        else:
            return placed, payment
    raise Refused("busy", 503)


def _content(wish: Quote, buyer: Buyer) -> tuple[Any, ...]:
    """What two forms must share to be the same order."""
    names = {str(number): name for number, name in buyer.attendees.items()}
    return buyer.name, buyer.email, names, [(line.tier.id, line.quantity) for line in wish.lines]


def _content_of(order: Order) -> tuple[Any, ...]:
    lines = [(line.tier_id, line.quantity) for line in order.lines]
    return order.buyer_name, order.buyer_email, order.attendees, lines


def _review(catalog: Catalog, wish: Quote, values: Mapping[str, str], errors: dict[str, str], status: int) -> Response:
    form_key = values.get("form_key") or new_id()
    page = pages.review_page(catalog, wish, clock.now(), values, errors, form_key)
    return make_response(render_template("shop/review.html", page=page), status)


def _gone(catalog: Catalog, wish: Quote, error: Refused) -> Response:
    """Others were faster: the form again with what can still be had, and everything that was typed."""
    with reading() as session:
        left = pages.what_is_left(catalog, wish, levels.read(session, catalog.id))
    typed = pages.kept_input(wish, left, request.form)
    return _review(catalog, left, typed, {"gone": error.text()}, error.status)


def _choose_again(catalog: Catalog, error: Refused) -> Response:
    """Back to the choice, with the reason; nothing was placed."""
    page = render_template(
        "shop/choose_again.html", page=pages.index_page([catalog]), text=error.text(), path=f"/e/{catalog.slug}"
    )
    return make_response(page, error.status)
