"""The pages of a forgotten password: asking for the letter, and what its link opens."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ticketing.core import clock, limits
from ticketing.core.addresses import read_email
from ticketing.core.db import reading, writing
from ticketing.core.errors import Refused
from ticketing.core.i18n import language
from ticketing.core.ids import hash_token
from ticketing.staff import forgotten
from ticketing.staff.models import Person
from ticketing.staff.passwords import SHORTEST_PASSWORD, hash_new

bp = Blueprint("staff_forgotten", __name__, url_prefix="/staff")
Answered = str | tuple[str, int] | Response


@bp.get("/forgotten")
def ask() -> str:
    """The form; after it was sent, what to expect."""
    return render_template("staff/forgotten.html", asked="asked" in request.args, email="", error="")


@bp.post("/forgotten")
def send() -> Answered:
    """Queue the search. Whoever asks learns nothing here: the answer goes to the address alone."""
    typed = request.form.get("email", "")
    try:
        address = read_email(typed)
        limits.hit("forgotten", limits.client())
        limits.hit("forgotten_address", hash_token(address.lower()))
    except Refused as error:
        page = render_template("staff/forgotten.html", asked=False, email=typed[:254], error=error.text())
        return page, error.status
    with writing() as session:
        forgotten.ask(session, address.lower(), language(), clock.now())
    return redirect(url_for("staff_forgotten.ask", asked="yes"), 303)


@bp.get("/password/<person_id>/<int:asked>/<secret>")
def choose(person_id: str, asked: int, secret: str) -> str:
    """A field for the new password."""
    return _page(_opened(person_id, asked, secret))


@bp.post("/password/<person_id>/<int:asked>/<secret>")
def take(person_id: str, asked: int, secret: str) -> Answered:
    """Set the new password; then sign in with it."""
    person = _opened(person_id, asked, secret)
    try:
        password_hash = hash_new(request.form.get("password", ""))
    except Refused as error:
        return _page(person, error.text()), error.status
    with writing() as session:
        forgotten.take(session, person, password_hash, clock.now())
    return redirect(url_for("staff.login", renewed="yes"), 303)


def _opened(person_id: str, asked: int, secret: str) -> Person:
    try:
        with reading() as session:
            return forgotten.opened(session, person_id, asked, secret, clock.now())
    except Refused:
        limits.hit("staff_link", limits.client())
        raise


def _page(person: Person, error: str = "") -> str:
    return render_template("staff/new_password.html", email=person.email, shortest=SHORTEST_PASSWORD, error=error)
