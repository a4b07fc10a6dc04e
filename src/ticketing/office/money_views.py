"""The routes of the money: what came, what Stripe kept, and whether both sides' books match."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from ticketing.core import clock
from ticketing.core.db import snapshot, writing
from ticketing.office.access import allowed, allowed_everywhere, asked_event
from ticketing.office.account_money import account_page
from ticketing.office.cash import cash_page
from ticketing.office.money import money_page, verdict
from ticketing.payments import payouts
from ticketing.payments.reconcile import FULL, latest
from ticketing.payments.reconcile_turns import is_wished, wish
from ticketing.reports.cash_shifts import shifts_told
from ticketing.reports.money import cash_money, money
from ticketing.staff.views import signed_in_only

bp = Blueprint("office_money", __name__, url_prefix="/office/money")
LAST_PAGE = 10**6
PAYOUTS_SHOWN = 10


@bp.get("")
@signed_in_only
def overview() -> str:
    """Gross, refunds, fees and net, in all and by order, and what does not match Stripe."""
    now = clock.now()
    page = request.args.get("page", 1, type=int)
    with snapshot() as session:
        catalog = asked_event(session, "see_office")
        last, wished = latest(session, FULL), is_wished(session, now)
        found = money(session, catalog.id, min(page, LAST_PAGE))
        said = verdict(catalog, last, wished, now)
        may_wish, everywhere = allowed(catalog.id, "manage_orders"), allowed_everywhere("see_office")
        cash = cash_page(catalog, cash_money(session, catalog.id), shifts_told(session, catalog.id))
        account = account_page(catalog, payouts.latest(session, PAYOUTS_SHOWN), last) if everywhere else None
    shown = replace(money_page(catalog, found, said, may_wish), cash=cash, account=account)
    return render_template("office/money.html", page=shown)


@bp.post("/compare")
@signed_in_only
def compare() -> BaseResponse:
    """Ask the worker for a comparison now: it asks Stripe many things, and no visitor waits for that."""
    with writing() as session:
        catalog = asked_event(session, "manage_orders")
        wish(session, clock.now())
    return redirect(url_for("office_money.overview", event=catalog.slug), 303)
