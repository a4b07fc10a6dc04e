"""The routes of the waiting list: joining it, and the page of one's own place in it.

Joining uses no right that a browser could lend, and the secret in the link carries the right to leave; so these forms
need no token of their own."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from ticketing.core import clock, limits, proof
from ticketing.core.addresses import read_email_once_asked
from ticketing.core.db import reading, writing
from ticketing.core.edge import telling_wait
from ticketing.core.errors import Refused
from ticketing.core.i18n import language
from ticketing.events.catalog import Catalog, TierInfo, load, load_by_id
from ticketing.events.heading import heading
from ticketing.shop import much
from ticketing.shop.waiting_page import entry_page, join_page
from ticketing.waiting import joining
from ticketing.waiting.joining import Wish
from ticketing.waiting.links import find, path_of
from ticketing.waiting.models import WaitingEntry

bp = Blueprint("waiting", __name__)


@bp.get("/e/<slug>/waiting")
def ask(slug: str) -> Response:
    """The form to join: a number, an address, done."""
    catalog, tier = _line(slug, request.args)
    joining.check_open(catalog, tier, clock.now())
    return _form(catalog, tier, request.args, {}, 200)


@bp.post("/e/<slug>/waiting")
def join(slug: str) -> Response | BaseResponse:
    """Join the line. The answer is the same whether the address stands in it already or not."""
    catalog, tier = _line(slug, request.form)
    try:
        limits.hit("waiting", limits.client())
        wish = Wish(
            tier=tier,
            quantity=_number(request.form.get("quantity", "1")),
            together=bool(request.form.get("together")),
            email=read_email_once_asked(request.form),
            language=language(),
        )
        proof.check("waiting", request.form, much.doublings)
        joining.join(catalog, wish, clock.now())
    except Refused as error:
        field = "email" if error.code.startswith("email_") else "waiting"
        return telling_wait(_form(catalog, tier, request.form, {field: error.text()}, error.status), error)
    return redirect(url_for("waiting.joined", slug=slug), 303)


@bp.get("/e/<slug>/waiting/joined")
def joined(slug: str) -> str:
    """What happens now; the link to one's place in the line comes by letter only."""
    with reading() as session:
        catalog = load(session, slug)
    return render_template("shop/waiting_joined.html", event=heading(catalog))


@bp.get("/w/<entry_id>/<secret>")
def entry(entry_id: str, secret: str) -> str:
    """One's place in the line, or what is kept for one."""
    with reading() as session:
        found = _found(session, entry_id, secret)
        catalog = load_by_id(session, found.event_id)
        page = entry_page(session, catalog, found, clock.now())
    return render_template("shop/waiting_entry.html", page=page)


@bp.post("/w/<entry_id>/<secret>/leave")
def leave(entry_id: str, secret: str) -> BaseResponse:
    """Leave the line, or turn the offer down."""
    with writing() as session:
        joining.leave(session, _found(session, entry_id, secret), clock.now())
    return redirect(path_of(entry_id), 303)


def _found(session: Session, entry_id: str, secret: str) -> WaitingEntry:
    try:
        return find(session, entry_id, secret)
    except Refused:
        limits.hit("order_secret", limits.client())
        raise


def _line(slug: str, values: Mapping[str, str]) -> tuple[Catalog, TierInfo]:
    with reading() as session:
        catalog = load(session, slug)
    return catalog, catalog.tier(values.get("tier", ""))


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 4):
        raise Refused("bad_quantity", 400)
    return int(text)


def _form(
    catalog: Catalog, tier: TierInfo, values: Mapping[str, str], errors: Mapping[str, str], status: int
) -> Response:
    page = join_page(catalog, tier, values, errors, proof=proof.needed("waiting"))
    return make_response(render_template("shop/waiting.html", page=page), status)
