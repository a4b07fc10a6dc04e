"""The routes of shifts: open one, look at it, change its float, close it with a count."""

from __future__ import annotations

import uuid

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response as BaseResponse

from ticketing.boxoffice.access import SELL, asked_shift, check_drawer, may_change
from ticketing.boxoffice.selling import read_amount
from ticketing.boxoffice.shift_page import Said, SeenDrawer, opening_page, shift_page
from ticketing.core import clock, i18n
from ticketing.core.db import reading, writing
from ticketing.core.errors import Refused
from ticketing.core.ids import new_id
from ticketing.core.money import Money
from ticketing.office.access import actor, asked_event, person
from ticketing.payments.cash import sales_of
from ticketing.payments.cash_back import given_back
from ticketing.payments.cash_float import Change, change_float, changes
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
    return _page(shift_id, Said())


@bp.post("/<shift_id>/close")
@signed_in_only
def close(shift_id: str) -> Answered:
    """Close a shift with the count of its drawer; a difference needs a word about it."""
    try:
        with writing() as session:
            catalog, shift = asked_shift(session, shift_id)
            check_drawer(shift)
            count = read_count(request.form, shift.currency)
            close_shift(session, shift_id, count, request.form.get("note", ""), actor(), clock.now())
    except Refused as error:
        if error.code in ("forbidden", "not_found"):
            raise
        said = Said(request.form, _told(error, catalog.currency))
        return _page(shift_id, said), error.status
    return redirect(url_for("boxoffice_shifts.show", shift_id=shift_id), 303)


@bp.post("/<shift_id>/float")
@signed_in_only
def change(shift_id: str) -> Answered:
    """Put cash into the drawer (`way` is `in`) or take some out, once for each `form_key`."""
    sign = {"in": 1, "out": -1}.get(request.form.get("way", ""), 0)
    amount = sign * (read_amount(request.form.get("amount", "")) or 0)
    wish = Change(_form_key(), shift_id, amount, request.form.get("reason", ""))
    try:
        with writing() as session:
            check_drawer(asked_shift(session, shift_id)[1])
            change_float(session, wish, actor(), clock.now())
    except IntegrityError:  # the same form came twice in this moment, and the other one has noted it
        pass
    except Refused as error:
        if error.code in ("forbidden", "not_found"):
            raise
        return _page(shift_id, Said(request.form, of_float=error.text())), error.status
    return redirect(url_for("boxoffice_shifts.show", shift_id=shift_id), 303)


def _form_key() -> str:
    try:
        return str(uuid.UUID(request.form.get("form_key", "")))
    except ValueError:
        return new_id()


def _page(shift_id: str, said: Said) -> str:
    with reading() as session:
        catalog, shift = asked_shift(session, shift_id)
        who = session.get_one(Person, shift.person_id).email
        moved = sales_of(session, shift.id), given_back(session, shift.id), changes(session, shift.id)
        seen = SeenDrawer(shift, who, *moved, may_change(shift))
    return render_template("boxoffice/shift.html", page=shift_page(catalog, seen, said))


def _told(error: Refused, currency: str) -> str:
    """The refusal in words, a difference with its amount."""
    minor = error.facts.get("minor")
    if isinstance(minor, int):
        error.facts["difference"] = i18n.difference(Money(minor, currency))
    return error.text()
