"""The buyer's routes: event, final confirmation, order."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, current_app, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from ticketing.core import clock, limits
from ticketing.core.db import looking, reading, writing
from ticketing.core.errors import Refused
from ticketing.core.i18n import language
from ticketing.core.ids import new_id
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
    """The order and the payment to start; the second time for the same form, the same ones."""
    for _ in range(5):  # an order code may be taken: then the next one
        now = clock.now()
        try:
            with writing() as session:
                placed = checkout.place(session, catalog, wish, buyer, now)
                return placed, start.prepare(session, placed, now)
        except AlreadyPlacedError:
            with reading() as session:
                before = checkout.placed_before(session, buyer.form_key)
                if before:
                    return get(session, before), start.payment_of(session, before)
    raise Refused("busy", 503)


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
