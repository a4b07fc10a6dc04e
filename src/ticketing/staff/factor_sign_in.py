"""Between the password and being signed in: the second factor."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ticketing.core import clock, limits
from ticketing.core.db import reading, writing
from ticketing.core.errors import Refused
from ticketing.staff import accounts, passkeys, second_factor
from ticketing.staff.accounts import Someone
from ticketing.staff.views import entered, waiting

bp = Blueprint("staff_factor", __name__, url_prefix="/staff/second-factor")
Answered = str | tuple[str, int] | Response


@bp.get("")
def ask() -> Answered:
    """A field for the code; who has no second factor yet and needs one is led to where it is set up."""
    me = waiting()
    if me is None:
        return redirect(url_for("staff.login", next=request.args.get("next")), 303)
    with reading() as session:
        step = second_factor.asked_of(session, me.person_id)
    if step == second_factor.SET_UP:
        return redirect(url_for("staff_own_factor.set_up", next=request.args.get("next")), 303)
    return _page(me)


@bp.post("")
def take() -> Answered:
    """Take a code of the app or a recovery code, and sign in."""
    me = waiting()
    if me is None:
        return redirect(url_for("staff.login", next=request.args.get("next")), 303)
    limits.hit("second_factor", me.person_id)
    now = clock.now()
    try:
        with writing() as session:
            by = second_factor.use(session, me, request.form.get("code", "")[:40], now)
            token = accounts.let_in(session, me, now, by)
            signed = accounts.signed_in(session, token, now)
    except Refused as error:
        return _page(me, error.text()), error.status
    return entered(token, signed, request.args.get("next"))


def _page(me: Someone, error: str = "") -> str:
    with reading() as session:
        has = bool(passkeys.of(session, me.person_id))
    return render_template("staff/second_factor.html", email=me.email, error=error, has_passkey=has)
