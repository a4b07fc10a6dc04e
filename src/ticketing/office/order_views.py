"""The organizer's routes to look at orders: finding one, all about one, evidence for its dispute."""

from __future__ import annotations

from io import BytesIO

from flask import Blueprint, Response, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response as BaseResponse

from ticketing.core import audit, clock
from ticketing.core.db import reading, writing
from ticketing.office import order_file, order_list
from ticketing.office.access import actor, allowed, asked_event
from ticketing.orders import lookup
from ticketing.payments import comps
from ticketing.reports import evidence, promo_codes
from ticketing.reports.standing import standings
from ticketing.staff.views import signed_in_only

bp = Blueprint("office_orders", __name__, url_prefix="/office")


@bp.get("/orders")
@signed_in_only
def orders() -> str | BaseResponse:
    """All orders of the event, or those that what was typed and chosen finds; a whole order code leads to its order,
    unless it is still being typed."""
    with reading() as session:
        catalog = asked_event(session, "see_orders")
        wanted = order_list.wanted(catalog, request.args)
        found = lookup.search(session, catalog.id, order_list.asked(catalog, wanted), request.args.get("page", 1, int))
        promos = promo_codes.words(session, catalog.id)
        seen = order_list.Seen(standings(session, found.orders), comps.purposes(session, found.orders), promos)
    codes = [order.code for order in found.orders]
    if codes == [lookup.spoken(wanted.text)] and not request.args.get("typing"):
        return redirect(url_for("office_orders.order", code=codes[0]), 303)
    page = order_list.orders_page(catalog, found, seen, wanted, may_call_off=allowed(catalog.id, "call_off"))
    return render_template("office/orders.html", page=page)


@bp.get("/orders/<code>")
@signed_in_only
def order(code: str) -> str:
    """Everything about one order."""
    with reading() as session:
        file = order_file.opened(session, code, "see_orders")
        left = order_file.left(session, file)
    return order_file.page(file, left)


@bp.get("/orders/<code>/evidence.zip")
@signed_in_only
def evidence_zip(code: str) -> Response:
    """What to answer a dispute with, in one file; who took it out is noted."""
    now = clock.now()
    with reading() as session:
        file = order_file.opened(session, code, "manage_orders")
    packed = evidence.pack(file, now)
    with writing() as session:
        audit.record(session, now, actor(), "order.evidence", f"order:{file.order.id}")
    name = f"evidence-{file.order.code}.zip"
    return send_file(BytesIO(packed), "application/zip", as_attachment=True, download_name=name)
