"""The routes of one sale: its screen, the ways to hand the tickets over, taking it back."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from ticketing.boxoffice.access import asked_order, check_drawer, drawer, may_change, opened
from ticketing.boxoffice.sale_page import SalePage, sale_page
from ticketing.boxoffice.selling import open_payment
from ticketing.core import clock
from ticketing.core.addresses import read_email_once_asked, typed_email
from ticketing.core.db import reading, writing
from ticketing.core.errors import Refused
from ticketing.door.attendance import entered
from ticketing.office.access import actor
from ticketing.orders import holders, pdf
from ticketing.orders.fulfil import To
from ticketing.orders.models import Order
from ticketing.payments import by_hand, cash
from ticketing.payments.cash_back import Giving, give_back
from ticketing.payments.cash_models import CashShift
from ticketing.staff.views import signed_in_only

bp = Blueprint("boxoffice_sales", __name__, url_prefix="/boxoffice/sales/<code>")
Answered = str | BaseResponse | tuple[str, int]


@bp.get("")
@signed_in_only
def show(code: str) -> Answered:
    """The sale: sold, waiting for a phone, or over."""
    return _page(_seen(code))


@bp.get("/status.json")
@signed_in_only
def status(code: str) -> Response:
    """How the order stands; the page asks this until the phone has paid."""
    with opened(code) as sold:
        return jsonify(order=sold.order.code, state=sold.order.state)


@bp.post("/open")
@signed_in_only
def open_page(code: str) -> Answered:
    """Ask for the payment page once more, after Stripe did not answer."""
    with reading() as session:
        asked_order(session, code)
    try:
        open_payment(code, clock.now())
    except Refused as error:
        return _page(_seen(code, error)), error.status
    return _back(code)


@bp.post("/cancel")
@signed_in_only
def cancel(code: str) -> Answered:
    """The guest does not pay on the phone after all: the order ends, and its choice stands in the till again."""
    with reading() as session:
        order_id = asked_order(session, code).id
    try:
        by_hand.cancel_waiting(order_id, actor(), clock.now())
    except Refused as error:
        if error.code == "paid_meanwhile":
            return _back(code)
        if error.code != "order_over":
            return _page(_seen(code, error)), error.status
    page = _seen(code)
    return redirect(f"{url_for('boxoffice.screen', event=page.event.slug)}&{page.kept}", 303)


@bp.post("/mail")
@signed_in_only
def mail(code: str) -> Answered:
    """Send the tickets to the address that the guest says."""
    try:
        language = "ja" if request.form.get("language") == "ja" else "en"
        address = To(read_email_once_asked(request.form), language)
        with writing() as session:
            cash.give_address(session, asked_order(session, code).id, address, actor(), clock.now())
    except Refused as error:
        page = _seen(code)
        suggestion = f"{typed_email(request.form).rpartition('@')[0]}@{error.facts.get('suggestion')}"
        field = replace(
            page.mail,
            value=typed_email(request.form),
            error=error.text(),
            suggestion=suggestion if error.code == "email_doubtful" else "",
        )
        return _page(replace(page, mail=field)), error.status
    return _back(code, "mail")


@bp.post("/void")
@signed_in_only
def void(code: str) -> Answered:
    """Take a cash sale of an open shift back; a ticket that was used, or is somebody else's, stays."""
    try:
        with writing() as session:
            order = asked_order(session, code)
            _check_void(session, order)
            cash.void(session, order.id, actor(), clock.now())
    except Refused as error:
        if error.code == "forbidden":
            raise
        return _page(_seen(code, error)), error.status
    return _back(code, "void")


@bp.post("/back")
@signed_in_only
def back(code: str) -> Answered:
    """Give the money of a refund out of the drawer of one's own shift."""
    try:
        with writing() as session:
            order = asked_order(session, code)
            shift = drawer(session, order.event_id)
            giving = Giving(order.id, request.form.get("refund", ""), shift.id, actor())
            give_back(session, giving, clock.now())
    except Refused as error:
        if error.code in ("forbidden", "not_found"):
            raise
        return _page(_seen(code, error)), error.status
    return _back(code, "back")


@bp.get("/print")
@signed_in_only
def paper(code: str) -> str:
    """The valid tickets for a printer of receipts, or any other."""
    return render_template("boxoffice/paper.html", page=_seen(code))


@bp.get("/tickets.pdf")
@signed_in_only
def tickets(code: str) -> Response:
    """The valid tickets on A4, a page each."""
    with opened(code) as sold:
        pass
    if not pdf.valid_tickets(sold.order):
        raise Refused("not_found", 404)
    response = Response(pdf.tickets_pdf(sold.catalog, sold.order), mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{pdf.file_name(sold.order)}"'
    return response


def _check_void(session: Session, order: Order) -> None:
    """Whether this sale may be taken back by who asks: raises Refused."""
    check_drawer(session.get_one(CashShift, cash.sale_of(session, order.id).shift_id))
    if entered(session, order.code):
        raise Refused("ticket_used")
    for gone in holders.away(session, order.id).values():
        raise Refused("ticket_passed_on", name=gone.named)


def _seen(code: str, error: Refused | None = None) -> SalePage:
    with opened(code) as sold:
        return sale_page(sold, request.args, may_change=may_change(sold.shift), error=error.text() if error else "")


def _page(page: SalePage) -> str:
    return render_template("boxoffice/sale.html", page=page)


def _back(code: str, done: str = "") -> BaseResponse:
    return redirect(url_for("boxoffice_sales.show", code=code, done=done or None), 303)
