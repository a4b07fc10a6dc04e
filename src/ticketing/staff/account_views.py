"""One's own account: the sign-ins and the password."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ticketing.core import clock, i18n, limits
from ticketing.core.db import reading, writing
from ticketing.core.errors import Refused
from ticketing.core.i18n import gettext as _
from ticketing.staff import ceremonies, passkeys, second_factor, sign_ins
from ticketing.staff.accounts import SignedIn
from ticketing.staff.factor_views import check_password
from ticketing.staff.models import StaffSession
from ticketing.staff.passwords import SHORTEST_PASSWORD, hash_new
from ticketing.staff.second_factor import FactorState
from ticketing.staff.views import signed_in_only, who

bp = Blueprint("staff_account", __name__, url_prefix="/staff/account")
ZONE = ZoneInfo("Asia/Tokyo")  # an account belongs to no event whose zone there would be


@dataclass(frozen=True)
class SignInRow:
    """One sign-in; `here` is the one in use."""

    id: int
    browser: str
    address: str
    since: str
    last_seen: str
    here: bool


@dataclass(frozen=True)
class PasskeyRow:
    """One passkey; `used`: when it signed in last."""

    id: int
    name: str
    added: str
    used: str


@dataclass(frozen=True)
class AccountPage:
    """All that `staff/account.html` shows; `faults` are sentences by field."""

    email: str
    rows: tuple[SignInRow, ...]
    factor: FactorState
    passkeys: tuple[PasskeyRow, ...]
    can_add: bool
    shortest: int
    faults: dict[str, str]
    done: str


@bp.get("")
@signed_in_only
def account() -> str:
    """The open sign-ins, and the form for another password."""
    return account_page()


@bp.post("/password")
@signed_in_only
def change_password() -> Response | tuple[str, int]:
    """Another password; all other sign-ins end with it."""
    me = _me()
    limits.hit("login", me.person_id)
    try:
        with reading() as session:
            before = sign_ins.check_own_password(session, me, request.form.get("present", ""))
        after = hash_new(request.form.get("password", ""))
        with writing() as session:
            sign_ins.change_password(session, me, (before, after), clock.now())
    except Refused as error:
        field = "present" if error.code == "wrong_password" else "password"
        return account_page({field: error.text()}), error.status
    return redirect(url_for("staff_account.account", done="password"), 303)


@bp.post("/second-factor/codes")
@signed_in_only
def renew_codes() -> str | tuple[str, int]:
    """New recovery codes, for the password."""
    me = _me()
    try:
        check_password("factor-password")
        with writing() as session:
            codes = second_factor.renew_codes(session, me.someone, clock.now())
    except Refused as error:
        return account_page({"factor": error.text()}), error.status
    return render_template("staff/recovery_codes.html", codes=codes, onward="/staff/account")


@bp.post("/second-factor/off")
@signed_in_only
def switch_factor_off() -> Response | tuple[str, int]:
    """Take the second factor away, for the password."""
    me = _me()
    try:
        check_password("factor-password")
        with writing() as session:
            second_factor.switch_off(session, me.someone, clock.now())
    except Refused as error:
        return account_page({"factor": error.text()}), error.status
    return redirect(url_for("staff_account.account", done="factor_off"), 303)


@bp.post("/sign-ins/end")
@signed_in_only
def end_others() -> Response:
    """End all sign-ins but this one."""
    return _end(None)


@bp.post("/sign-ins/<int:sign_in_id>/end")
@signed_in_only
def end_one(sign_in_id: int) -> Response:
    """End one sign-in."""
    return _end(sign_in_id)


def _end(sign_in_id: int | None) -> Response:
    with writing() as session:
        sign_ins.end(session, _me(), sign_in_id, clock.now())
    return redirect(url_for("staff_account.account", done="ended"), 303)


def _me() -> SignedIn:
    found = who()
    if found is None:
        raise Refused("forbidden", 403)
    return found


def account_page(faults: dict[str, str] | None = None) -> str:
    """The page; `faults` are sentences by the part that they belong to."""
    me = _me()
    with reading() as session:
        rows = sign_ins.open_ones(session, me.person_id, clock.now())
        factor = second_factor.state(session, me.person_id)
        keys = passkeys.of(session, me.person_id)
    said = {"password": _("The password is changed. All other sign-ins are ended."), "ended": _("Ended.")}
    said |= {"passkey": _("The passkey is added."), "passkey_off": _("The passkey is removed.")}
    said["factor_off"] = _("The second factor is switched off.")
    page = AccountPage(
        email=me.email,
        rows=tuple(_row(me, row) for row in rows),
        factor=factor,
        passkeys=tuple(PasskeyRow(key.id, key.name, _moment(key.added_at), _moment(key.used_at)) for key in keys),
        can_add=ceremonies.available(),
        shortest=SHORTEST_PASSWORD,
        faults=faults or {},
        done="" if faults else said.get(request.args.get("done", ""), ""),
    )
    return render_template("staff/account.html", page=page)


def _row(me: SignedIn, row: StaffSession) -> SignInRow:
    here = row.id == me.sign_in_id
    browser = row.browser or _("Unknown browser")
    return SignInRow(row.id, browser, row.address, _moment(row.created_at), _moment(row.last_seen_at), here)


def _moment(at: datetime | None) -> str:
    return i18n.date_time(at, ZONE) if at else "–"
