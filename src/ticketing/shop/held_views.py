"""The routes behind a holder's link, which opens one ticket and nothing else of its order."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request

from ticketing.core import clock
from ticketing.core.errors import Refused
from ticketing.door.attendance import entered
from ticketing.events.artwork import artwork
from ticketing.orders import pdf
from ticketing.payments.disputes import is_disputed
from ticketing.shop import pages
from ticketing.shop.bearers import opened_ticket
from ticketing.shop.held_page import held_page
from ticketing.tickets import qr

bp = Blueprint("held", __name__, url_prefix="/t/<order_code>/<int:number>/<secret>")


@bp.get("")
def show(order_code: str, number: int, secret: str) -> str:
    """The ticket of its holder; on a former link, what became of it."""
    with opened_ticket(order_code, number, secret) as (session, mine):
        disputed = is_disputed(session, mine.order.id)
        used = number in entered(session, order_code)
    art = artwork(mine.catalog).poster_svg
    return render_template("shop/held.html", page=held_page(mine, clock.now(), art, disputed=disputed, used=used))


@bp.get("/tickets.pdf")
def ticket_pdf(order_code: str, number: int, secret: str) -> Response:
    """The ticket as a PDF: A4 to print, or with `size=phone` as large as a screen."""
    size = request.args.get("size", "")
    with opened_ticket(order_code, number, secret) as (_, mine):
        pass
    if not pdf.valid_tickets(mine.order):
        raise Refused("not_found", 404)
    response = Response(pdf.tickets_pdf(mine.catalog, mine.order, size), mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{pdf.file_name(mine.order, size)}"'
    return response


@bp.get("/t/<int:n>")
def door(order_code: str, number: int, secret: str, n: int) -> str:
    """The ticket full-screen, for the door."""
    with opened_ticket(order_code, number, secret) as (_, mine):
        one = mine.order.ticket(n)
    return render_template("shop/ticket.html", page=pages.ticket_page(mine.catalog, mine.order, one, _drawn(one.code)))


@bp.get("/t/<int:n>/qr.png")
def qr_png(order_code: str, number: int, secret: str, n: int) -> Response:
    """Its code as a picture."""
    with opened_ticket(order_code, number, secret) as (_, mine):
        one = mine.order.ticket(n)
    if not one.admits:
        raise Refused("not_found", 404)
    return Response(qr.png(one.code, 12), mimetype="image/png")


def _drawn(code: str) -> str:
    return qr.svg_path(code) if code else ""
