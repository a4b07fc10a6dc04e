"""Signing in and out. The cookie holds a random token; the row behind it can be ended by the server."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import Blueprint, current_app, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ticketing.core import clock, limits
from ticketing.core.db import reading, writing
from ticketing.core.errors import Refused
from ticketing.staff import accounts, second_factor
from ticketing.staff.accounts import SESSION_LIFE, SignedIn, Someone
from ticketing.staff.browsers import browser_name
from ticketing.staff.roles import beginning
from ticketing.staff.sign_ins import seen

bp = Blueprint("staff", __name__, url_prefix="/staff")
COOKIE = "staff"
P = ParamSpec("P")
R = TypeVar("R")


def who() -> SignedIn | None:
    """Who is signed in on this request."""
    if "signed_in" not in g:
        token = request.cookies.get(COOKIE)
        g.signed_in = None
        if token:
            with reading() as session:
                g.signed_in = accounts.signed_in(session, token, clock.now())
    found: SignedIn | None = g.signed_in
    g.sign_in_id = found.sign_in_id if found else None  # for the audit log
    return found


def waiting() -> Someone | None:
    """Whose sign-in waits for the second factor on this request."""
    token = request.cookies.get(COOKIE)
    if not token:
        return None
    with reading() as session:
        return accounts.waiting(session, token, clock.now())


def signed_in_only(view: Callable[P, R]) -> Callable[P, R | Response]:
    """Send whoever is not signed in to the sign-in page, and back afterwards."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R | Response:
        found = who()
        if found is None:
            return redirect(url_for("staff.login", next=request.full_path.rstrip("?")), 303)
        if found.unseen:
            with writing() as session:
                seen(session, found.sign_in_id, clock.now())
        return view(*args, **kwargs)

    return guarded


def safe_next(target: str | None) -> str:
    """A path of ours to go on to; anything that leads elsewhere becomes the office.

    Browsers and urllib leave tabs and line ends out of an address: a slash, a tab and a slash are two slashes to them.
    """
    if target and target.startswith("/") and not target.startswith("//") and "\\" not in target:
        return target if target.isprintable() else "/office"
    return "/office"


def _onward(signed: SignedIn | None, target: str | None) -> str:
    """Where somebody goes after signing in: who came by the front door goes to the page of their role."""
    if signed is not None and target in (None, "", "/office"):
        return beginning(signed.roles.values())
    return safe_next(target)


@bp.get("/login")
def login() -> str | Response:
    """The sign-in page."""
    if who() is not None:
        return redirect(_onward(who(), request.args.get("next")), 303)
    return render_template("staff/login.html", error=None, email="")


@bp.post("/login")
def sign_in() -> tuple[str, int] | Response:
    """Check e-mail and password and begin a sign-in."""
    email = request.form.get("email", "")
    limits.hit("login", limits.client())
    limits.hit("login", email.strip().lower()[:254])
    now = clock.now()
    try:
        with reading() as session:
            person_id = accounts.check_password(session, email, request.form.get("password", ""))
    except Refused as error:
        return render_template("staff/login.html", error=error.text(), email=email), error.status
    browser, address = browser_name(request.user_agent.string), request.remote_addr or ""
    with writing() as session:
        waits = second_factor.asked_of(session, person_id) != ""
        begin = accounts.wait if waits else accounts.sign_in
        token = begin(session, person_id, now, browser, address)
        signed = accounts.signed_in(session, token, now)
    if waits:
        return keep_cookie(redirect(url_for("staff_factor.ask", next=request.args.get("next")), 303), token)
    return entered(token, signed, request.args.get("next"))


def entered(token: str, signed: SignedIn | None, target: str | None) -> Response:
    """The way on for who has just signed in."""
    return keep_cookie(redirect(_onward(signed, target), 303), token)


def keep_cookie(response: Response, token: str) -> Response:
    """Give the browser the token of its sign-in."""
    secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
    response.set_cookie(COOKIE, token, max_age=SESSION_LIFE, secure=secure, httponly=True, samesite="Lax")
    return response


@bp.post("/logout")
def sign_out() -> Response:
    """End this sign-in, on the server too."""
    token = request.cookies.get(COOKIE)
    if token:
        with writing() as session:
            accounts.sign_out(session, token, clock.now())
    response = redirect(url_for("staff.login"), 303)
    response.delete_cookie(COOKIE)
    return response
