"""The organizer's routes about programs: their tokens, made, listed, ended."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from ticketing.core import clock
from ticketing.core.db import reading, writing
from ticketing.core.errors import Refused
from ticketing.events.catalog import Catalog
from ticketing.office.access import actor, asked_event, person
from ticketing.office.api_page import Typed, api_page
from ticketing.staff import tokens
from ticketing.staff.models import ApiToken
from ticketing.staff.tokens import Wish
from ticketing.staff.views import signed_in_only

bp = Blueprint("office_api", __name__, url_prefix="/office/api")
LIVES = ("30", "90", "365", "")


@bp.get("")
@signed_in_only
def overview() -> str:
    """The tokens that reach the event."""
    now = clock.now()
    with reading() as session:
        catalog = asked_event(session, "manage_api")
        known = _known(session, catalog)
    return render_template("office/api.html", page=api_page(catalog, known, now, Typed()))


@bp.post("/tokens")
@signed_in_only
def make() -> str | tuple[str, int]:
    """Make a token, shown this once; the form again with what is missing."""
    now, typed, token, error = clock.now(), _typed(), "", None
    try:
        with writing() as session:
            catalog = asked_event(session, "manage_api")
            token = tokens.make(session, person().person_id, _wish(typed, catalog, now), now)
    except Refused as refused:
        if refused.status != 400:
            raise
        error = refused
    with reading() as session:
        catalog = asked_event(session, "manage_api")
        known = _known(session, catalog)
    shown = typed if error else Typed()
    page = api_page(catalog, known, now, shown, token=token, error=error.text() if error else "")
    return render_template("office/api.html", page=page), error.status if error else 200


@bp.post("/tokens/<token_id>/revoke")
@signed_in_only
def revoke(token_id: str) -> BaseResponse:
    """End a token at once: any that reaches this event, whoever made it."""
    with writing() as session:
        catalog = asked_event(session, "manage_api")
        if token_id not in {row.id for row, _ in _known(session, catalog)}:
            raise Refused("not_found", 404)
        tokens.revoke(session, token_id, clock.now(), actor())
    return redirect(url_for("office_api.overview", event=catalog.slug, _anchor="tokens"), 303)


def _known(session: Session, catalog: Catalog) -> list[tuple[ApiToken, str]]:
    return list(tokens.of_event(session, catalog.id, tokens.keepers(session, catalog.id)))


def _typed() -> Typed:
    form = request.form
    life = form.get("life", "")
    reach = "all" if form.get("reach") == "all" else "event"
    return Typed(form.get("name", "")[:200], form.getlist("scope")[:20], reach, life if life in LIVES else "90")


def _wish(typed: Typed, catalog: Catalog, now: datetime) -> Wish:
    until = now + timedelta(days=int(typed.life)) if typed.life else None
    return Wish(typed.name, tuple(typed.scopes), catalog.id if typed.reach == "event" else None, until)
