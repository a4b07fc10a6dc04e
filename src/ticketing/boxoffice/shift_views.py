"""The routes of shifts: open one, look at it, close it with a count."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from ticketing.boxoffice.access import SELL, asked_shift, check_drawer, may_change
from ticketing.boxoffice.shift_page import SeenDrawer, opening_page, shift_page
from ticketing.core import clock, i18n
from ticketing.core.db import reading, writing
from ticketing.core.errors import Refused
from ticketing.core.money import Money
from ticketing.office.access import actor, asked_event, person
from ticketing.payments.cash import sales_of
from ticketing.payments.cash_back import given_back
from ticketing.payments.cash_shifts import Drawer, close_shift, open_shift, read_count
from ticketing.staff.models import Person
from ticketing.staff.views import signed_in_only

bp = Blueprint("boxoffice_shifts", __name__, url_prefix="/boxoffice/shifts")
Answered = str | BaseResponse | tuple[str, int]


@bp.post("")
@signed_in_only
def begin() -> Answered:
    """Open a shift with the count of the drawer; who has one already comes to it."""
    with reading() as session:
        catalog = asked_event(session, SELL)
    try:
        count = read_count(request.form, catalog.currency)
        till = request.form.get("till", "")
        drawer = Drawer(catalog.id, person().person_id, till, catalog.currency, count)
        with writing() as session:
            open_shift(session, drawer, actor(), clock.now())
    except Refused as error:
        if error.code != "shift_open":
            page = opening_page(catalog, request.form, error.text())
            return render_template("boxoffice/opening.html", page=page), error.status
    return redirect(url_for("boxoffice.screen", event=catalog.slug), 303)


@bp.get("/<shift_id>")
@signed_in_only
def show(shift_id: str) -> str:
    """A shift: who sold what, what should be in the drawer, and what was counted."""
    return _page(shift_id, {})


@bp.post("/<shift_id>/close")
@signed_in_only
def close(shift_id: str) -> Answered:
    """Close a shift with the count of its drawer; a difference needs a word about it."""
    try:
        with writing() as session:
            _catalog, shift = asked_shift(session, shift_id)
            check_drawer(shift)
            count = read_count(request.form, shift.currency)
            close_shift(session, shift_id, count, request.form.get("note", ""), actor(), clock.now())
    except Refused as error:
        if error.code in ("forbidden", "not_found"):
            raise
        return _page(shift_id, request.form, error), error.status
    return redirect(url_for("boxoffice_shifts.show", shift_id=shift_id), 303)


def _page(shift_id: str, typed: Mapping[str, str], error: Refused | None = None) -> str:
    with reading() as session:
        catalog, shift = asked_shift(session, shift_id)
        who = session.get_one(Person, shift.person_id).email
        seen = SeenDrawer(shift, who, sales_of(session, shift.id), given_back(session, shift.id), may_change(shift))
    page = shift_page(catalog, seen, typed, _told(error, shift.currency))
    return render_template("boxoffice/shift.html", page=page, typed=typed)


def _told(error: Refused | None, currency: str) -> str:
    """The refusal in words, a difference with its amount."""
    if error is None:
        return ""
    minor = error.facts.get("minor")
    if isinstance(minor, int):
        error.facts["difference"] = i18n.difference(Money(minor, currency))
    return error.text()
