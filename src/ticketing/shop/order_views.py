"""The routes behind the buyer's link: the order, its state, its tickets."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Blueprint, Response, jsonify, redirect, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from ticketing.core import clock, limits
from ticketing.core.db import reading, writing
from ticketing.core.errors import Refused
from ticketing.events.artwork import artwork
from ticketing.events.catalog import Catalog
from ticketing.orders import pdf
from ticketing.orders import reading as orders
from ticketing.orders.reading import OrderView
from ticketing.orders.states import PENDING
from ticketing.payments import settle, start
from ticketing.shop import pages
from ticketing.shop.money_back import read_money
from ticketing.shop.order_mail import read_mail
from ticketing.tickets import qr

bp = Blueprint("order", __name__, url_prefix="/o/<order_code>/<secret>")


@contextmanager
def opened(order_code: str, secret: str) -> Iterator[tuple[Session, Catalog, OrderView]]:
    """The order behind a link. Only wrong secrets count against the visitor's address."""
    now = clock.now()
    with reading() as session:
        try:
            order = orders.find(session, order_code, secret)
        except Refused:
            limits.hit("order_secret", limits.client())
            raise
        payment = start.payment_of(session, order.id)
        catalog, view = orders.view(session, order, start.payable_url(order, payment, now))
        yield session, catalog, view


@bp.get("")
def show(order_code: str, secret: str) -> str:
    """The order as it stands. Coming back from the payment page asks Stripe at once, webhook or not."""
    with opened(order_code, secret) as (session, catalog, view):
        payment_id = start.payment_of(session, view.id).id
        money, mail = read_money(session, view), read_mail(session, view, clock.now())
    if "session" in request.args and view.state == PENDING:
        with writing() as session:
            settle.soon(session, payment_id, clock.now())
    page = pages.order_page(catalog, view, clock.now(), artwork(catalog).poster_svg, money, mail)
    return render_template("shop/order.html", page=page)


@bp.get("/pay")
def pay(order_code: str, secret: str) -> BaseResponse:
    """On to the payment page, while it can be paid; else to the order. Short enough for a QR code at the till."""
    with opened(order_code, secret) as (_, _, view):
        pass
    return redirect(view.payment_url or view.path, 303)


@bp.get("/status.json")
def status(order_code: str, secret: str) -> Response:
    """The order for programs; its page asks this until the state changes."""
    with opened(order_code, secret) as (_, _, view):
        pass
    tickets = [
        {"n": t.number, "code": t.code or None, "tier": t.tier.code, "state": t.state, "passed_on": bool(t.passed_on)}
        for t in view.tickets
    ]
    total = {"amount": view.total.amount, "currency": view.total.currency}
    return jsonify(order=view.code, state=view.state, total=total, tickets=tickets)


@bp.get("/tickets.pdf")
def tickets(order_code: str, secret: str) -> Response:
    """All valid tickets of the order, a page each: A4 to print, or with `size=phone` as large as a screen."""
    size = request.args.get("size", "")
    with opened(order_code, secret) as (_, catalog, view):
        pass
    if not pdf.valid_tickets(view):
        raise Refused("not_found", 404)
    response = Response(pdf.tickets_pdf(catalog, view, size), mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{pdf.file_name(view, size)}"'
    return response


@bp.get("/t/<int:number>")
def ticket(order_code: str, secret: str, number: int) -> str:
    """One ticket full-screen, for the door."""
    with opened(order_code, secret) as (_, catalog, view):
        one = view.ticket(number)
    drawn = qr.svg_path(one.code) if one.admits else ""
    return render_template("shop/ticket.html", page=pages.ticket_page(catalog, view, one, drawn))


@bp.get("/t/<int:number>/qr.png")
def qr_png(order_code: str, secret: str, number: int) -> Response:
    """The code of one valid ticket as a picture."""
    with opened(order_code, secret) as (_, _, view):
        one = view.ticket(number)
    if not one.admits:
        raise Refused("not_found", 404)
    return Response(qr.png(one.code, 12), mimetype="image/png")
