"""The buyer's routes: event, final confirmation, order."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from ticketing.core import clock, limits, proof
from ticketing.core.db import looking, reading
from ticketing.core.edge import telling_wait
from ticketing.core.errors import Refused
from ticketing.core.i18n import language
from ticketing.core.ids import new_id
from ticketing.events.catalog import Catalog, load, slugs
from ticketing.inventory import levels
from ticketing.inventory.levels import Levels
from ticketing.inventory.offers import Kept
from ticketing.orders import checkout
from ticketing.orders.buyer import BadForm, Buyer, read_buyer
from ticketing.orders.links import path_of
from ticketing.orders.pricing import Quote, parse_quantities, quote
from ticketing.orders.states import PENDING
from ticketing.payments import methods
from ticketing.promos import finding
from ticketing.reports import visits
from ticketing.shop import cheaper, much, pages, placing, rendered
from ticketing.shop.cheaper import Priced
from ticketing.shop.confirmation import Ways

bp = Blueprint("shop", __name__)


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
    visits.seen(catalog, request, now)
    return rendered.event(catalog, present, now, cheaper.linked(catalog, request.args.get(cheaper.CODE, ""), now))


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
        chosen = quote(catalog, parse_quantities(catalog, request.values), now)
        placing.kept_for(catalog, request.values.get("offer", ""), now)
    except Refused as error:
        return _choose_again(catalog, error)
    wish = cheaper.with_what_is_left(cheaper.priced(catalog, chosen, request.values, now))
    answer = _review(catalog, wish, request.values, {}, wish.fault.status if wish.fault else 200)
    return telling_wait(answer, wish.fault) if wish.fault else answer


@bp.post("/e/<slug>/orders")
def order(slug: str) -> Response | BaseResponse:
    """Place the order, then send the buyer to the payment page. The same form sent twice is one order."""
    now = clock.now()
    with looking() as connection:
        catalog, present = levels.read_with_event(connection, slug)
    try:
        chosen = quote(catalog, parse_quantities(catalog, request.form), now)
    except Refused as error:
        return _choose_again(catalog, error)
    wish = cheaper.priced(catalog, chosen, request.form, now)
    try:
        limits.hit("order", limits.client())
        buyer = read_buyer(request.form, chosen.count, language(), catalog.attendee_names)
        cheaper.check(wish, request.form)
        ways = _methods(catalog, wish.quote, present, now)
        wanted = placing.Wish(wish.quote, ways, request.form.get("offer", ""))
        _prove(buyer)
        placed, payment = placing.place(catalog, wanted, buyer)
        much.remember(placed.id)
    except BadForm as error:
        return _review(catalog, wish, request.form, {name: fault.text() for name, fault in error.faults.items()}, 400)
    except Refused as error:
        return _again(catalog, wish, error)
    if placed.state != PENDING:
        return redirect(path_of(placed.code, placed.id), 303)
    try:
        return redirect(placing.lead_to_payment(placed, payment, catalog), 303)
    except Refused as error:
        values = {**request.form, "form_key": buyer.form_key}
        return _review(catalog, wish, values, {"places": error.text()}, error.status)


def _prove(buyer: Buyer) -> None:
    """Who places many orders proves some work for the next one; a form that was sent before holds nothing new."""
    try:
        proof.check("order", request.form, much.doublings)
    except Refused:
        with reading() as session:
            before = checkout.placed_before(session, buyer.form_key)
        if before is None:
            raise


@bp.get("/proof/<kind>")
def work(kind: str) -> dict[str, Any]:
    """What the browser has to do for a proof."""
    return proof.challenge(kind, much.doublings(kind))


def _methods(catalog: Catalog, wish: Quote, present: Levels, now: datetime) -> tuple[str, ...]:
    left = min((present.left(catalog, line.tier) for line in wish.lines), default=0)
    return methods.offered(catalog, left, wish.total, now)


def _review(catalog: Catalog, wish: Priced, values: Mapping[str, str], errors: dict[str, str], status: int) -> Response:
    now = clock.now()
    with looking() as connection:
        present = levels.read(connection, catalog.id)
        codes = finding.any_in_force(connection, catalog.id, now)
    typed = {**values, "form_key": values.get("form_key") or new_id()}
    ways = Ways(_methods(catalog, wish.quote, present, now), _offered(catalog, values), proof.needed("order"), codes)
    page = pages.review_page(catalog, wish.quote, now, typed, {**errors, **wish.errors}, ways)
    return make_response(render_template("shop/review.html", page=page), status)


def _offered(catalog: Catalog, values: Mapping[str, str]) -> Kept | None:
    """What an offer keeps for this visitor; nothing where none does any more."""
    try:
        return placing.kept_for(catalog, values.get("offer", ""), clock.now())
    except Refused:
        return None


def _again(catalog: Catalog, wish: Priced, error: Refused) -> Response:
    """The form again with the reason, and everything that was typed."""
    if error.code == "places_gone":
        return _gone(catalog, wish.chosen, error)
    if error is wish.fault or error.code in cheaper.AT_THE_LAST_MOMENT:
        return telling_wait(_review(catalog, wish.without_code(error), request.form, {}, error.status), error)
    return telling_wait(_review(catalog, wish, request.form, {error.code: error.text()}, error.status), error)


def _gone(catalog: Catalog, wish: Quote, error: Refused) -> Response:
    """Others were faster: the form again with what can still be had, and everything that was typed."""
    with reading() as session:
        left = pages.what_is_left(catalog, wish, levels.read(session, catalog.id), _offered(catalog, request.form))
    typed = pages.kept_input(wish, left, request.form)
    rest = cheaper.priced(catalog, left, typed, clock.now()) if left.lines else Priced(left, left)
    return _review(catalog, rest, typed, {"gone": error.text()}, error.status)


def _choose_again(catalog: Catalog, error: Refused) -> Response:
    """Back to the choice, with the reason; nothing was placed."""
    code = request.values.get(cheaper.CODE, "").strip()
    page = render_template(
        "shop/choose_again.html",
        page=pages.index_page([catalog]),
        text=error.text(),
        path=f"/e/{catalog.slug}",
        query=urlencode({cheaper.CODE: code}) if code else "",
    )
    return make_response(page, error.status)
