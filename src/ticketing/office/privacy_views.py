"""Personal data of one person: what is known, given to them as a file, or erased on their wish.

The address travels in forms only: addresses of pages stand in logs.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from flask import Blueprint, Response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from ticketing.core import audit, clock
from ticketing.core.db import reading, writing
from ticketing.core.errors import Refused
from ticketing.core.i18n import gettext as _
from ticketing.events.catalog import Catalog
from ticketing.events.heading import Heading, heading
from ticketing.office.access import actor, allowed_everywhere, asked_event
from ticketing.privacy import erasing
from ticketing.privacy.extract import extract
from ticketing.privacy.known import Known, find, of_somebody, tickets, unfinished
from ticketing.staff.views import signed_in_only

bp = Blueprint("office_privacy", __name__, url_prefix="/office/privacy")
Answered = BaseResponse | tuple[str, int]
RIGHT = "handle_privacy"


@dataclass(frozen=True)
class Found:
    """What is known, in numbers, and the codes of the orders. `valid`: tickets that still open the door; `unfinished`:
    orders whose names are still needed; `works`: somebody who works here."""

    orders: tuple[str, ...]
    passed: int
    waiting: int
    letters: int
    valid: int
    unfinished: tuple[str, ...]
    works: bool
    anything: bool


@dataclass(frozen=True)
class PrivacyPage:
    """All that `office/privacy.html` shows."""

    event: Heading
    email: str
    found: Found | None
    asking: bool
    error: str
    done: str


@bp.get("")
@signed_in_only
def overview() -> Answered:
    """The form to look somebody up."""
    return _page("")


@bp.post("")
@signed_in_only
def look_up() -> Answered:
    """What is known of an address."""
    return _page(_email())


@bp.post("/extract")
@signed_in_only
def take_out() -> Answered:
    """All of it as a JSON file; the audit log keeps that it was taken out."""
    try:
        with writing() as session:
            _here(session)
            known = of_somebody(session, _email())
            text = json.dumps(extract(session, known), ensure_ascii=False, indent=2)
            facts = {"orders": [order.id for order in known.orders]}
            audit.record(session, clock.now(), actor(), "privacy.export", "privacy", **facts)
    except Refused as error:
        if error.code != "privacy_unknown":
            raise
        return _page(_email(), error)
    named = {"Content-Disposition": 'attachment; filename="personal-data.json"'}
    return Response(text + "\n", mimetype="application/json", headers=named)


@bp.post("/erase")
@signed_in_only
def erase() -> Answered:
    """Show what erasing will do; with `confirm`, do it."""
    email = _email()
    if request.form.get("confirm") != "yes":
        return _page(email, asking=True)
    try:
        with writing() as session:
            catalog = _here(session)
            erasing.erase(session, email, clock.now(), actor())
    except Refused as error:
        if not error.code.startswith("privacy_"):
            raise
        return _page(email, error)
    return redirect(url_for("office_privacy.overview", event=catalog.slug, done="yes"), 303)


def _email() -> str:
    return request.form.get("email", "").strip()[:254]


def _here(session: Session) -> Catalog:
    """Raises Refused("forbidden", 403) for who has this right at one event only: a person may have been at several."""
    catalog = asked_event(session, RIGHT)
    if not allowed_everywhere(RIGHT):
        raise Refused("forbidden", 403)
    return catalog


def _page(email: str, error: Refused | None = None, *, asking: bool = False) -> tuple[str, int]:
    with reading() as session:
        catalog = _here(session)
        found = _found(session, find(session, email)) if email else None
    page = PrivacyPage(
        event=heading(catalog),
        email=email,
        found=found,
        asking=asking and found is not None and found.anything and not found.unfinished and not found.works,
        error=error.text() if error else "",
        done=_("Erased. What tax law wants stays, without a name.") if request.args.get("done") else "",
    )
    return render_template("office/privacy.html", page=page), error.status if error else 200


def _found(session: Session, known: Known) -> Found:
    return Found(
        orders=tuple(order.code for order in known.orders),
        passed=len(known.passed),
        waiting=len(known.waiting),
        letters=len(known.letters),
        valid=len(tickets(session, known, erasing.VALID)),
        unfinished=tuple(unfinished(session, known.orders)),
        works=known.person is not None and known.person.disabled_at is None,
        anything=known.anything,
    )
