"""Setting up one's own second factor, signed in or on the way there."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ticketing.core import clock, limits
from ticketing.core.db import reading, writing
from ticketing.core.errors import Refused
from ticketing.core.symbols import Symbol, symbol
from ticketing.staff import accounts, ceremonies, second_factor, sign_ins
from ticketing.staff.accounts import Someone
from ticketing.staff.views import keep_cookie, safe_next, waiting, who

bp = Blueprint("staff_own_factor", __name__, url_prefix="/staff/account/second-factor")
Answered = str | tuple[str, int] | Response


@dataclass(frozen=True)
class SetUpPage:
    """All that `staff/factor_set_up.html` shows. `symbol` and `typed`: the secret, once it was asked for; `required`:
    the sign-in goes no further without it; `has_passkeys`: those can be made here."""

    email: str
    symbol: Symbol | None
    typed: str
    required: bool
    has_passkeys: bool
    error: str


@bp.get("")
def set_up() -> Answered:
    """The secret that waits for its first code, or a button that makes one."""
    me = whose()
    return _set_up_page(me) if me else to_sign_in()


@bp.post("/begin")
def begin() -> Answered:
    """Make a new secret: for the password, where that was not typed just now."""
    me = whose()
    if me is None:
        return to_sign_in()
    try:
        if not me.waits:
            check_password("factor-password")
    except Refused as error:
        return _set_up_page(me, error)
    with writing() as session:
        second_factor.begin(session, me)
    return redirect(url_for("staff_own_factor.set_up", next=request.args.get("next")), 303)


@bp.post("")
def confirm() -> Answered:
    """Take the first code; then the recovery codes are shown, once."""
    me = whose()
    if me is None:
        return to_sign_in()
    limits.hit("second_factor", me.person_id)
    now, token = clock.now(), ""
    try:
        with writing() as session:
            codes = second_factor.confirm(session, me, request.form.get("code", "")[:40], now)
            if me.waits:
                token = accounts.let_in(session, me, now, "app")
    except Refused as error:
        return _set_up_page(me, error)
    onward = safe_next(request.args.get("next") or "/staff/account")
    response = make_response(render_template("staff/recovery_codes.html", codes=codes, onward=onward))
    return keep_cookie(response, token) if token else response


def whose() -> Someone | None:
    """Who is signed in, or waits because a role of theirs needs a second factor that they do not have yet."""
    signed = who()
    if signed is not None:
        return signed.someone
    me = waiting()
    if me is None:
        return None
    with reading() as session:
        step = second_factor.asked_of(session, me.person_id)
    return me if step == second_factor.SET_UP else None


def check_password(field: str) -> None:
    """Let go on who is signed in and has typed the password into this field; raises Refused("wrong_password", 400)."""
    signed = who()
    if signed is None:
        raise Refused("forbidden", 403)
    limits.hit("login", signed.person_id)
    with reading() as session:
        sign_ins.check_own_password(session, signed, request.form.get(field, ""))


def to_sign_in() -> Response:
    """The way for who is not signed in, and back afterwards."""
    return redirect(url_for("staff.login", next=request.full_path.rstrip("?")), 303)


def _set_up_page(me: Someone, error: Refused | None = None) -> Answered:
    with reading() as session:
        if second_factor.state(session, me.person_id).app:
            return redirect(url_for("staff_account.account"), 303)
        secret = second_factor.unconfirmed(session, me)
    drawn, typed = (symbol(secret.address), secret.typed) if secret else (None, "")
    made_here = ceremonies.available()
    page = SetUpPage(me.email, drawn, typed, me.waits, made_here, error.text() if error else "")
    return render_template("staff/factor_set_up.html", page=page), error.status if error else 200
