"""The till's routes: its screen, and selling."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from ticketing.boxoffice.access import SELL, asked_order, own_shift, till
from ticketing.boxoffice.selling import Made, open_payment, read_given, sell
from ticketing.boxoffice.shift_page import opening_page
from ticketing.boxoffice.till_page import Typed, till_page
from ticketing.core import clock
from ticketing.core.db import reading
from ticketing.core.errors import Refused
from ticketing.core.ids import new_id
from ticketing.events.catalog import Catalog
from ticketing.inventory import levels
from ticketing.office.access import actor, events_of
from ticketing.orders.pricing import parse_quantities, quote
from ticketing.payments.cash import PHONE, WAYS, AtTill, sales_of
from ticketing.payments.cash_models import CashShift
from ticketing.payments.methods import CASH
from ticketing.staff.views import signed_in_only

bp = Blueprint("boxoffice", __name__, url_prefix="/boxoffice")
LAST_SALES = 20
Answered = str | BaseResponse | tuple[str, int]


@bp.get("")
@signed_in_only
def screen() -> Answered:
    """The till; without a shift, the count that opens one."""
    now = clock.now()
    with reading() as session:
        catalog, shift = till(session, now)
        others = [one for one in events_of(session, SELL, now) if one.id != catalog.id and one.ends_at > now]
    if shift is None:
        return render_template("boxoffice/opening.html", page=opening_page(catalog, {}, "", others))
    return _screen(catalog, shift, _typed(catalog, request.args, new_id()))


@bp.get("/sales")
@signed_in_only
def find() -> Answered:
    """On to the sale with the code that somebody reads from an order or a ticket."""
    with reading() as session:
        catalog, shift = own_shift(session)
        try:
            return redirect(url_for("boxoffice_sales.show", code=_sold_code(session, catalog)), 303)
        except Refused as error:
            told = Refused("sale_unknown", 404) if error.code in ("not_found", "forbidden") else error
    return _screen(catalog, shift, _typed(catalog, {}, new_id()), told), told.status


def _sold_code(session: Session, catalog: Catalog) -> str:
    """The order's code in what was typed, `K7M2QF` or `k7m2qf-1`, if it was sold at a till of this event."""
    order = asked_order(session, request.args.get("code", "").strip().upper().partition("-")[0])
    if order.event_id != catalog.id:
        raise Refused("not_found", 404)
    return order.code


@bp.post("/sell")
@signed_in_only
def sell_now() -> Answered:
    """Sell what stands in the form; with `way` "total" only say what it comes to. Sent twice, it is one sale."""
    with reading() as session:
        catalog, shift = own_shift(session)
    way, form_key = request.form.get("way", ""), request.form.get("form_key", "")
    try:
        if way not in WAYS:
            return _screen(catalog, shift, _typed(catalog, request.form, form_key))
        made = _sell(catalog, shift, way, form_key)
    except Refused as error:
        return _screen(catalog, shift, _typed(catalog, request.form, form_key), error), error.status
    if way == PHONE:
        with suppress(Refused):  # the next page says that there is no payment page yet, and asks for it again
            open_payment(made.code, clock.now())
    return redirect(url_for("boxoffice_sales.show", code=made.code, again="yes" if made.again else None), 303)


def _sell(catalog: Catalog, shift: CashShift, way: str, form_key: str) -> Made:
    now = clock.now()
    wish = quote(catalog, parse_quantities(catalog, request.form), now, at_door=True)
    if request.form.get("revision") != str(catalog.revision):
        raise Refused("event_changed_meanwhile")
    free = wish.total.amount == 0  # Stripe takes no payment of nothing
    given = None if way == PHONE or free else read_given(request.form, wish.total.amount)
    return sell(catalog, wish, AtTill(shift.id, actor(), CASH if free else way, given), form_key, now)


def _typed(catalog: Catalog, values: Mapping[str, str], form_key: str) -> Typed:
    """What stands in the form, as far as it can be read: a till shows it again, whatever was wrong."""
    try:
        quantities = parse_quantities(catalog, values)
    except Refused:
        quantities = {}
    return Typed(
        form_key or new_id(), quantities, values.get("given", "exact")[:9], values.get("given_other", "").strip()[:12]
    )


def _screen(catalog: Catalog, shift: CashShift, typed: Typed, error: Refused | None = None) -> str:
    with reading() as session:
        present, sales = levels.read(session, catalog.id), sales_of(session, shift.id, LAST_SALES)
    page = till_page(catalog, present, shift, typed, sales, clock.now())
    page = replace(page, error=error.text() if error else "")
    return render_template("boxoffice/till.html", page=page)
