"""The routes on which a ticket gets another name, another person, or goes back to its buyer.

The secret in the link carries the right, and no foreign page knows it; so these forms need no token of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from flask import Blueprint, Response, make_response, redirect, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from ticketing.core import clock, limits
from ticketing.core.addresses import read_email_once_asked
from ticketing.core.db import writing
from ticketing.core.errors import Refused
from ticketing.core.i18n import LANGUAGES, language
from ticketing.core.i18n import gettext as _
from ticketing.events.heading import heading
from ticketing.orders import changes
from ticketing.orders.buyer import read_kana
from ticketing.orders.changes import Act, Name, Person
from ticketing.orders.holders import BUYER, HOLDER
from ticketing.orders.models import Order
from ticketing.orders.reading import get
from ticketing.shop import bearers
from ticketing.shop.bearers import Bearer, Key
from ticketing.shop.change_page import Typed, change_page
from ticketing.shop.said import Said, said
from ticketing.tickets.models import Ticket

bp = Blueprint("change", __name__)
BY_ORDER = "/o/<order_code>/<secret>/t/<int:number>"
BY_TICKET = "/t/<order_code>/<int:number>/<secret>"
Answer = Response | BaseResponse
Change = Callable[[Session, Order, Ticket, Bearer, datetime], None]


@bp.get(f"{BY_ORDER}/name", defaults={"who": BUYER})
@bp.get(f"{BY_TICKET}/name", defaults={"who": HOLDER})
def ask_name(**path: str | int) -> Answer:
    """The form for another name on a ticket."""
    return _form("name", _key(path))


@bp.post(f"{BY_ORDER}/name", defaults={"who": BUYER})
@bp.post(f"{BY_TICKET}/name", defaults={"who": HOLDER})
def name(**path: str | int) -> Answer:
    """Put another name on a ticket: its code stays, whoever has it gets a letter with the new PDF."""
    key = _key(path)
    form = request.form
    fields = {"name": lambda: changes.read_name(form.get("name", ""))}
    values, errors = _read({**fields, "kana": lambda: read_kana(form["kana"])} if "kana" in form else fields)
    if errors:
        return _form("name", key, Typed(form, errors), 400)
    new = Name(values["name"], values.get("kana"))

    def change(session: Session, order: Order, ticket: Ticket, one: Bearer, now: datetime) -> None:
        changes.rename(session, order, ticket, new, Act(one.who, now))

    return _do(key, change)


@bp.get(f"{BY_ORDER}/transfer", defaults={"who": BUYER})
@bp.get(f"{BY_TICKET}/transfer", defaults={"who": HOLDER})
def ask_transfer(**path: str | int) -> Answer:
    """The form that asks who a ticket is for."""
    return _form("transfer", _key(path), Typed({"language": language()}))


@bp.post(f"{BY_ORDER}/transfer", defaults={"who": BUYER})
@bp.post(f"{BY_TICKET}/transfer", defaults={"who": HOLDER})
def transfer(**path: str | int) -> Answer:
    """Show who the ticket will go to; with `confirm`, pass it on. `issue` is the ticket's as it was shown, so that a
    form that is sent twice passes it on once."""
    key = _key(path)
    person, errors = _person(request.form)
    if errors:
        return _form("transfer", key, Typed(request.form, errors), 400)
    shown = request.form.get("issue", "")
    if request.form.get("confirm") != "yes" or not shown.isdecimal() or len(shown) > 6:
        return _form("transfer", key, Typed(request.form), checking=True)

    def change(session: Session, order: Order, ticket: Ticket, one: Bearer, now: datetime) -> None:
        if ticket.issue != int(shown):
            raise Refused("ticket_not_valid")
        changes.transfer(session, order, ticket, person, Act(one.who, now))

    return _do(key, change, (int(shown), person))


@bp.post(f"{BY_ORDER}/back", defaults={"who": BUYER})
@bp.post(f"{BY_TICKET}/back", defaults={"who": HOLDER})
def back(**path: str | int) -> Answer:
    """The holder gives the ticket back to its buyer; or the buyer takes back what never arrived."""
    key = _key(path)
    if key.who == BUYER:
        return _take_back(key)

    def change(session: Session, order: Order, ticket: Ticket, one: Bearer, now: datetime) -> None:
        changes.give_back(session, order, ticket, Act(HOLDER, now))

    return _do(key, change)


def _key(path: Mapping[str, str | int]) -> Key:
    return Key(str(path["who"]), str(path["order_code"]), str(path["secret"]), int(path["number"]))


def _person(form: Mapping[str, str]) -> tuple[Person, dict[str, str]]:
    """Who was named; and what is wrong with it, by field."""
    fields = {"name": lambda: changes.read_name(form.get("name", "")), "email": lambda: read_email_once_asked(form)}
    values, errors = _read(fields)
    chosen = form.get("language", "")
    to = Person(values.get("name", ""), values.get("email", ""), chosen if chosen in LANGUAGES else language())
    return to, errors


def _read(fields: Mapping[str, Callable[[], str]]) -> tuple[dict[str, str], dict[str, str]]:
    """What these fields mean, and the sentence about each that needs a look."""
    values, errors = {}, {}
    for field, read in fields.items():
        try:
            values[field] = read()
        except Refused as error:
            errors[field] = error.text()
    return values, errors


def _form(what: str, key: Key, typed: Typed | None = None, status: int = 200, *, checking: bool = False) -> Answer:
    now = clock.now()
    try:
        with bearers.opened(key) as (session, one):
            try:
                bearers.check(session, one, now)
            except Refused as error:
                return _refused(one, error)
            ticket = changes.ticket_now(session, get(session, one.order.id), key.number)
    except Refused as error:
        if error.code == "ticket_moved":
            return redirect(_former(key), 303)
        raise
    typed = typed or Typed({"name": ticket.attendee, "kana": ticket.kana})
    page = change_page(one, typed, checking=checking, issue=ticket.issue)
    return make_response(render_template(f"shop/{what}.html", page=page), status)


def _do(key: Key, change: Change, sent: tuple[int, Person] | None = None) -> Answer:
    """One change in one transaction, on what is so when the order is ours alone; then back to where the ticket is."""
    now = clock.now()
    try:
        with bearers.opened(key) as (_session, one):
            pass
        limits.hit("change", one.order.code)
        with writing() as session:
            order = get(session, one.order.id)
            changes.lock(session, order)
            ticket = changes.ticket_now(session, order, key.number)
            if sent is None or not changes.already(session, ticket, *sent):
                one = bearers.bearer(session, key)
                bearers.check(session, one, now)
                change(session, order, ticket, one, now)
    except Refused as error:
        if error.code == "ticket_moved":
            return redirect(_former(key), 303)
        if error.code in ("not_found", "too_often"):
            raise
        return _refused(one, error)
    return redirect(one.order.path, 303)


def _take_back(key: Key) -> Answer:
    with bearers.opened(key) as (_session, one):
        pass
    now = clock.now()
    try:
        with writing() as session:
            order = get(session, one.order.id)
            changes.lock(session, order)
            ticket = changes.ticket_now(session, order, key.number)
            changes.take_back(session, order, ticket, Act(BUYER, now))
    except Refused as error:
        return _refused(one, error)
    return redirect(one.order.path, 303)


def _former(key: Key) -> str:
    return f"/t/{key.order_code}/{key.number}/{key.secret}"


def _refused(one: Bearer, error: Refused) -> Response:
    back_label = _("Back to the ticket") if one.who == HOLDER else _("Back to the order")
    page = Said(heading(one.catalog), error.text(), back=one.order.path, back_label=back_label, path=one.order.path)
    return said(page, error.status)
