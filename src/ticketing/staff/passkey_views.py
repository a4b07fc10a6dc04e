"""Signing in with a passkey; adding and removing one's own. Each takes two calls: what the browser needs, as JSON, and
then a form with what it made of that."""

from __future__ import annotations

import json

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ticketing.core import clock, limits
from ticketing.core.db import reading, writing
from ticketing.core.errors import Refused
from ticketing.core.i18n import gettext as _
from ticketing.staff import accounts, passkeys
from ticketing.staff.account_views import account_page
from ticketing.staff.accounts import Someone
from ticketing.staff.browsers import browser_name
from ticketing.staff.factor_views import check_password, to_sign_in, whose
from ticketing.staff.passkeys import Signature
from ticketing.staff.views import entered, keep_cookie, safe_next, waiting, who

bp = Blueprint("staff_passkey", __name__, url_prefix="/staff")
Answered = str | tuple[str, int] | Response


@bp.post("/passkey/options")
def options_to_sign() -> Response:
    """What a browser needs to sign in."""
    limits.hit("passkey", limits.client())
    me = waiting()
    with reading() as session:
        return _json(passkeys.options_to_sign(session, me, clock.now()))


@bp.post("/passkey")
def sign_in() -> Answered:
    """Sign in with a passkey: after the password, or instead of it."""
    limits.hit("passkey", limits.client())
    me, now = waiting(), clock.now()
    try:
        with reading() as session:
            signature = passkeys.check_signed(session, request.form.get("credential", ""), now)
        _check_person(me, signature)
        browser, address = browser_name(request.user_agent.string), request.remote_addr or ""
        with writing() as session:
            passkeys.use(session, signature, now)
            if me:
                token = accounts.let_in(session, me, now, "passkey")
            else:
                token = accounts.sign_in(session, signature.person_id, now, browser, address)
            signed = accounts.signed_in(session, token, now)
    except Refused as error:
        return _again(me, error)
    return entered(token, signed, request.args.get("next"))


@bp.post("/account/passkeys/options")
def options_to_add() -> Response | tuple[Response, int]:
    """What a browser needs to make a passkey: for the password, where that was not typed just now."""
    me = whose()
    if me is None:
        return to_sign_in()
    try:
        if not me.waits:
            check_password("passkey-password")
        with reading() as session:
            return _json(passkeys.options_to_add(session, me, clock.now()))
    except Refused as error:
        return _json(json.dumps({"error": error.text()})), error.status


@bp.post("/account/passkeys")
def add() -> Answered:
    """Keep the passkey that the browser has made; the first second factor brings recovery codes, shown once."""
    me, now, token = whose(), clock.now(), ""
    if me is None:
        return to_sign_in()
    key = passkeys.check_new(me, request.form.get("credential", ""), now)
    with writing() as session:
        codes = passkeys.add(session, me, key, request.form.get("passkey-name") or _("Passkey"), now)
        if me.waits:
            token = accounts.let_in(session, me, now, "passkey")
    onward = safe_next(request.args.get("next") or "/staff/account")
    if codes:
        response: Response = make_response(render_template("staff/recovery_codes.html", codes=codes, onward=onward))
    else:
        response = redirect(url_for("staff_account.account", done="passkey"), 303)
    return keep_cookie(response, token) if token else response


@bp.post("/account/passkeys/<int:passkey_id>/remove")
def remove(passkey_id: int) -> Answered:
    """Forget one of one's own passkeys, for the password."""
    signed = who()
    if signed is None:
        return to_sign_in()
    try:
        check_password("passkey-password")
        with writing() as session:
            passkeys.remove(session, signed.someone, passkey_id, clock.now())
    except Refused as error:
        return account_page({"passkey": error.text()}), error.status
    return redirect(url_for("staff_account.account", done="passkey_off"), 303)


def _check_person(me: Someone | None, signature: Signature) -> None:
    """After the password it must be a passkey of the same person; instead of it, one that has recognised its owner."""
    if me is not None and me.person_id == signature.person_id:
        return
    if me is not None or not signature.key.verified:
        raise Refused("wrong_passkey", 401)


def _again(me: Someone | None, error: Refused) -> tuple[str, int]:
    if me:
        with reading() as session:
            has = bool(passkeys.of(session, me.person_id))
        page = render_template("staff/second_factor.html", email=me.email, error=error.text(), has_passkey=has)
    else:
        page = render_template("staff/login.html", error=error.text(), email="")
    return page, error.status


def _json(text: str) -> Response:
    return Response(text, mimetype="application/json")
