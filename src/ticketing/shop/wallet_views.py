"""The routes that hand a ticket over to a phone's wallet; not there while the organizer's keys are not set."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, redirect
from werkzeug.wrappers import Response as AnyResponse

from ticketing.core import clock
from ticketing.core.errors import Refused
from ticketing.core.i18n import language
from ticketing.core.observe import log
from ticketing.core.settings import Settings
from ticketing.events.artwork import artwork
from ticketing.events.catalog import Catalog
from ticketing.orders.reading import OrderView
from ticketing.shop.seen import BY_ORDER, BY_TICKET, seen
from ticketing.wallet.facts import PassFacts, facts_of
from ticketing.wallet.faults import BadKeys
from ticketing.wallet.links import APPLE, GOOGLE, PATHS, available

bp = Blueprint("wallet", __name__)
TICKET = "/t/<int:number>"


@bp.get(f"{BY_ORDER}{TICKET}/{PATHS[APPLE]}")
@bp.get(f"{BY_TICKET}{TICKET}/{PATHS[APPLE]}")
def apple_wallet(order_code: str, secret: str, number: int, held: int | None = None) -> Response:
    """A valid ticket as a pass for Apple Wallet."""
    from ticketing.wallet import apple, apple_signing  # noqa: PLC0415 (cryptography: for who wants a pass only)

    catalog, facts, settings = _ticket(seen(order_code, secret, held), number, APPLE)
    try:
        keys = apple_signing.read_keys(settings.apple_wallet_certificate, settings.apple_wallet_key)
    except BadKeys as error:
        raise _useless(error) from error
    response = Response(apple.render(facts, artwork(catalog).poster, keys), mimetype=apple.MIME)
    response.headers["Content-Disposition"] = f'attachment; filename="{facts.number}.pkpass"'
    return response


@bp.get(f"{BY_ORDER}{TICKET}/{PATHS[GOOGLE]}")
@bp.get(f"{BY_TICKET}{TICKET}/{PATHS[GOOGLE]}")
def google_wallet(order_code: str, secret: str, number: int, held: int | None = None) -> AnyResponse:
    """On to Google, with a valid ticket in the address."""
    from ticketing.wallet import google  # noqa: PLC0415 (as above)

    _, facts, settings = _ticket(seen(order_code, secret, held), number, GOOGLE)
    try:
        keys = google.read_keys(settings.google_wallet_issuer, settings.google_wallet_key)
    except BadKeys as error:
        raise _useless(error) from error
    return redirect(google.save_link(facts, keys, language(), clock.now()), 303)


def _ticket(found: tuple[Catalog, OrderView], number: int, kind: str) -> tuple[Catalog, PassFacts, Settings]:
    """What the pass is made of; raises Refused("not_found") where there is none to be had."""
    catalog, view = found
    one = view.ticket(number)
    if kind not in available() or not one.admits or catalog.canceled_at or not catalog.programs_of(one.tier):
        raise Refused("not_found", 404)
    settings: Settings = current_app.extensions["ticketing.settings"]
    return catalog, facts_of(catalog, view, one), settings


def _useless(error: Exception) -> Refused:
    log.error("wallet", error=str(error))
    return Refused("wallet_off", 503)
