"""The routes of the receipt behind the buyer's link: its page, the receipt and the return invoices as PDFs."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from ticketing.core import clock
from ticketing.core.db import writing
from ticketing.core.errors import Refused
from ticketing.events.catalog import Catalog
from ticketing.orders import receipt_paper, receipts
from ticketing.orders.reading import OrderView, get
from ticketing.orders.receipt_paper import Paper
from ticketing.orders.states import REFUNDED
from ticketing.shop import receipt_page
from ticketing.shop.order_views import opened
from ticketing.shop.receipt_page import Documents, Typed

bp = Blueprint("receipt", __name__, url_prefix="/o/<order_code>/<secret>")


@bp.get("/receipt")
def show(order_code: str, secret: str) -> Response:
    """The form for the addressee until the receipt is issued, afterwards what there is to download."""
    with opened(order_code, secret) as (session, catalog, view):
        return _page(session, catalog, view, Typed())


@bp.post("/receipt")
def issue(order_code: str, secret: str) -> Response | BaseResponse:
    """Issue the receipt to the addressee that was typed, or only show how it would read."""
    text = request.form.get("addressee", "")
    preview = "preview" in request.form
    with opened(order_code, secret) as (session, catalog, view):
        try:
            addressee = receipts.read_addressee(text, view.buyer_name)
        except Refused as error:
            return _page(session, catalog, view, Typed(text, error=error.text(), asked=preview), error.status)
        if preview:
            return _page(session, catalog, view, Typed(text, addressee, asked=True))
    with writing() as session:
        receipts.issue(session, get(session, view.id), text, clock.now())
    return redirect(f"{view.path}/receipt", 303)


@bp.get("/receipt.pdf")
def receipt(order_code: str, secret: str) -> Response | BaseResponse:
    """The receipt on paper; whoever has none yet is led to the form."""
    with opened(order_code, secret) as (session, catalog, view):
        order, issued = get(session, view.id), receipts.of_order(session, view.id)
        method = receipt_page.method_of(session, view.id)
    if issued is None:
        receipts.check_issuable(order)
        return redirect(f"{view.path}/receipt", 303)
    if request.method == "HEAD":  # nothing is printed
        return _pdf(b"", f"receipt-{order.code}.pdf")
    with writing() as session:
        issued = receipts.count_print(session, issued)
    return _pdf(_printed(receipt_paper.receipt(catalog, order, issued, method)), f"receipt-{order.code}.pdf")


@bp.get("/return/<int:number>.pdf")
def return_invoice(order_code: str, secret: str, number: int) -> Response:
    """The return invoice of the order's refund with this number, issued when it is first asked for."""
    with opened(order_code, secret) as (session, catalog, view):
        order, original = get(session, view.id), receipts.of_order(session, view.id)
        found = receipt_page.returns_of(session, view.id, receipts.returns_of(session, view.id))
    if not 0 < number <= len(found):
        raise Refused("not_found", 404)
    facts, name = found[number - 1], f"return-{order.code}-{number}.pdf"
    if request.method == "HEAD":
        return _pdf(b"", name)
    with writing() as session:
        issued = receipts.count_print(session, receipts.returned(session, order, facts, clock.now()))
    return _pdf(_printed(receipt_paper.return_invoice(catalog, order, issued, facts, original)), name)


def _page(session: Session, catalog: Catalog, view: OrderView, typed: Typed, status: int = 200) -> Response:
    order, issued = get(session, view.id), receipts.of_order(session, view.id)
    returns = receipt_page.returns_of(session, view.id, receipts.returns_of(session, view.id))
    if order.state != REFUNDED:
        receipts.check_issuable(order)
    page = receipt_page.receipt_page(catalog, order, Documents(view.path, issued, returns), typed)
    return make_response(render_template("shop/receipt.html", page=page), status)


def _printed(paper: Paper) -> bytes:
    from ticketing.orders import receipt_pdf  # noqa: PLC0415 (reportlab and its fonts: 10 MiB for who prints only)

    return receipt_pdf.render(paper)


def _pdf(content: bytes, name: str) -> Response:
    response = Response(content, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response
