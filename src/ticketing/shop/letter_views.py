"""The routes about an order's letters: sending the tickets again, sending all letters to another address.

The secrets in the links carry the right, and no foreign page knows them; so these forms need no token of their own.
"""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, Response, make_response, redirect, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from ticketing.core import clock, limits
from ticketing.core.addresses import read_email_once_asked
from ticketing.core.db import reading, writing
from ticketing.core.errors import Refused
from ticketing.core.i18n import gettext as _
from ticketing.core.i18n import language
from ticketing.core.ids import new_id
from ticketing.events.catalog import Catalog, load_by_id
from ticketing.events.heading import heading
from ticketing.orders import addresses, pdf
from ticketing.orders.addresses import ASKED, CONFIRMED
from ticketing.orders.fulfil import PAID_LETTER, write
from ticketing.orders.models import AddressChange
from ticketing.orders.reading import OrderView, get
from ticketing.shop.bearers import guarded
from ticketing.shop.change_page import until
from ticketing.shop.fields import email_field
from ticketing.shop.order_mail import read_mail
from ticketing.shop.order_views import opened
from ticketing.shop.purchase import masked
from ticketing.shop.said import Said, said

bp = Blueprint("letters", __name__)
ORDER = "/o/<order_code>/<secret>"
CHANGE = "/address/<change_id>"
Answer = Response | BaseResponse


@bp.post(f"{ORDER}/resend")
def resend(order_code: str, secret: str) -> Answer:
    """Send the letter with the tickets once more, seldom enough."""
    now = clock.now()
    with opened(order_code, secret) as (session, catalog, view):
        mail = read_mail(session, view, now)
    if not pdf.valid_tickets(view):
        raise Refused("not_found", 404)
    try:
        if mail.waits:
            raise Refused("letter_waits")  # noqa: TRY301 (one page says every reason)
        limits.hit("resend", view.code)
    except Refused as error:
        return _not_again(catalog, view, error)
    with writing() as session:
        write(session, get(session, view.id), PAID_LETTER, now, new_id())
    return redirect(f"{view.path}?sent=again#letters", 303)


@bp.get(f"{ORDER}/address")
def ask_address(order_code: str, secret: str) -> Answer:
    """The form for another address."""
    with opened(order_code, secret) as (session, catalog, view):
        return _address_form(session, catalog, view)


@bp.post(f"{ORDER}/address")
def address(order_code: str, secret: str) -> Answer:
    """Ask for another address: nothing changes before its owner confirms it by a letter."""
    with opened(order_code, secret) as (_session, catalog, view):
        pass
    try:
        wished = read_email_once_asked(request.form)
        limits.hit("change", view.code)
        with writing() as session:
            addresses.ask(session, get(session, view.id), wished, language(), clock.now())
    except Refused as error:
        with opened(order_code, secret) as (session, catalog, view):
            return _address_form(session, catalog, view, error)
    return redirect(f"{view.path}#letters", 303)


@bp.get(f"{CHANGE}/confirm/<secret>")
def ask_confirm(change_id: str, secret: str) -> Answer:
    """Show what confirming means. Opening the link alone changes nothing: mail programs open links by themselves."""
    change, catalog, code = _opened(change_id, "confirm", secret)
    if change.state == CONFIRMED:
        return _settled(catalog, _("The address is changed."), _("Letters about order %(code)s come here.", code=code))
    if change.state != ASKED or clock.now() > change.expires_at:
        return _settled(catalog, Refused("address_expired" if change.state == ASKED else "address_stopped").text())
    page = Said(
        heading(catalog),
        _("Should letters about order %(code)s come to this address?", code=code),
        (change.address,),
        addresses.path_of(change.id, "confirm"),
        _("Yes, change the address"),
        path=addresses.path_of(change.id, "confirm"),
    )
    return said(page)


@bp.post(f"{CHANGE}/confirm/<secret>")
def confirm(change_id: str, secret: str) -> Answer:
    """Change the address."""
    change, catalog, _code = _opened(change_id, "confirm", secret)
    try:
        with writing() as session:
            addresses.confirm(session, session.get_one(AddressChange, change.id), clock.now())
    except Refused as error:
        return _settled(catalog, error.text(), status=error.status)
    return redirect(addresses.path_of(change.id, "confirm"), 303)


@bp.get(f"{CHANGE}/stop/<secret>")
def ask_stop(change_id: str, secret: str) -> Answer:
    """Show what stopping means."""
    change, catalog, code = _opened(change_id, "stop", secret)
    if change.state not in (ASKED, CONFIRMED):
        told = _("Letters about order %(code)s go to the address that they went to before.", code=code)
        return _settled(catalog, _("The change is stopped."), told)
    page = Said(
        heading(catalog),
        _("Should letters about order %(code)s keep coming to this address?", code=code),
        (change.address_before, _("The other address was: %(address)s", address=change.address)),
        addresses.path_of(change.id, "stop"),
        _("Yes, stop the change") if change.state == ASKED else _("Yes, take the change back"),
        path=addresses.path_of(change.id, "stop"),
    )
    return said(page)


@bp.post(f"{CHANGE}/stop/<secret>")
def stop(change_id: str, secret: str) -> Answer:
    """Stop a change, or take it back."""
    change, catalog, _code = _opened(change_id, "stop", secret)
    try:
        with writing() as session:
            addresses.stop(session, session.get_one(AddressChange, change.id), clock.now())
    except Refused as error:
        return _settled(catalog, error.text(), status=error.status)
    return redirect(addresses.path_of(change.id, "stop"), 303)


def _opened(change_id: str, what: str, secret: str) -> tuple[AddressChange, Catalog, str]:
    with reading() as session:
        change = guarded(lambda: addresses.find(session, change_id, what, secret))
        order = get(session, change.order_id)
        return change, load_by_id(session, order.event_id), order.code


def _settled(catalog: Catalog, text: str, *more: str, status: int = 200) -> Response:
    return said(Said(heading(catalog), text, more), status)


def _not_again(catalog: Catalog, view: OrderView, error: Refused) -> Response:
    paragraphs = [_("They went to %(email)s. Please look in the spam folder too.", email=masked(view.buyer_email))]
    heading_ = error.text()
    if error.code == "too_often":
        heading_ = _("The tickets were sent to you a moment ago.")
        minutes = -(-int(str(error.facts["seconds"])) // 60)
        paragraphs.append(_("You can ask for them again in %(minutes)s min.", minutes=minutes))
    page = Said(heading(catalog), heading_, tuple(paragraphs), back=view.path, back_label=_("Back to the order"))
    return said(page, error.status)


def _address_form(session: Session, catalog: Catalog, view: OrderView, error: Refused | None = None) -> Response:
    hint = _("It gets a letter with a link. Nothing is changed before you have opened that and confirmed.")
    field = email_field(hint, request.form, {"email": error.text()} if error else {})
    waiting = addresses.open_change(session, view.id, clock.now())
    page = {
        "event": heading(catalog),
        "code": view.code,
        "path": view.path,
        "present": masked(view.buyer_email),
        "email": replace(field, label=_("New e-mail address")),
        "asked": masked(waiting.address) if waiting else "",
        "until": until(catalog, waiting.expires_at) if waiting else "",
    }
    return make_response(render_template("shop/address.html", page=page), error.status if error else 200)
