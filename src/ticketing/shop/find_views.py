"""The page that sends lost links: the same answer, after the same work, whether there is anything to send or not."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from ticketing.core import clock, limits
from ticketing.core.addresses import read_email_once_asked
from ticketing.core.db import writing
from ticketing.core.errors import Refused
from ticketing.core.i18n import language
from ticketing.core.ids import hash_token
from ticketing.orders import finding
from ticketing.shop.fields import email_field

bp = Blueprint("find", __name__)


@bp.get("/find")
def ask() -> Response:
    """The form; after it was sent, what to expect."""
    return _page(asked="asked" in request.args)


@bp.post("/find")
def find() -> Response | BaseResponse:
    """Queue the search. Whoever asks learns nothing here: the answer goes to the address alone."""
    try:
        address = read_email_once_asked(request.form)
        limits.hit("find", limits.client())
        limits.hit("find_address", hash_token(address.lower()))
    except Refused as error:
        return _page(error)
    with writing() as session:
        finding.ask(session, address, language(), clock.now())
    return redirect("/find?asked=yes", 303)


def _page(error: Refused | None = None, *, asked: bool = False) -> Response:
    errors = {"email": error.text()} if error else {}
    page = {"email": email_field("", request.form, errors), "asked": asked}
    return make_response(render_template("shop/find.html", page=page), error.status if error else 200)
