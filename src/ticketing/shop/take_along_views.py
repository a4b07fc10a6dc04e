"""What buyers take along: the dates for their calendar, and the pages that their device keeps for the door."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from typing import Any

from flask import Blueprint, Response

from ticketing.core import clock
from ticketing.core.assets import BUILD, asset_url
from ticketing.core.errors import Refused
from ticketing.core.i18n import language
from ticketing.events.catalog import Catalog
from ticketing.orders.pdf import valid_tickets
from ticketing.orders.reading import OrderView
from ticketing.shop.seen import BY_ORDER, BY_TICKET, seen

bp = Blueprint("take_along", __name__)

KEPT_FILES = ("css/shop.css", "fonts/league-gothic.woff2", "js/order.js", "js/ticket.js")
KEPT_AFTER = timedelta(days=1)
"""How long after the event a device still keeps the pages: somebody may have to show that they were there."""


@bp.get(f"{BY_ORDER}/event.ics")
@bp.get(f"{BY_TICKET}/event.ics")
def event_ics(order_code: str, secret: str, held: int | None = None) -> Response:
    """When and where, for the calendar of the buyer, or of whoever a ticket was passed on to, in their language."""
    from ticketing.orders import calendar  # noqa: PLC0415 (its library is for who wants this file only)

    catalog, view = seen(order_code, secret, held)
    if not view.tickets:
        raise Refused("not_found", 404)
    response = Response(calendar.calendar_file(catalog, view, clock.now()), content_type=calendar.MIME)
    # Shown inline: an iPhone offers to add the dates at once, others save the file.
    response.headers["Content-Disposition"] = f'inline; filename="{calendar.file_name(view)}"'
    return response


@bp.get(f"{BY_ORDER}/sw.js")
@bp.get(f"{BY_TICKET}/sw.js")
def service_worker(order_code: str, secret: str, held: int | None = None) -> Response:
    """The service worker of this one order, or ticket, with the list of what it keeps; it is asked for anew each time.

    It lies below the order's page, so the header has to allow it that.
    """
    catalog, view = seen(order_code, secret, held)
    script = (BUILD / asset_url("js/order_sw.js").removeprefix("/static/build/")).read_text(encoding="utf-8")
    response = Response(f"self.kept = {json.dumps(_kept(catalog, view))};\n{script}", mimetype="text/javascript")
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Service-Worker-Allowed"] = view.path
    return response


def _kept(catalog: Catalog, order: OrderView) -> dict[str, Any]:
    """What a device keeps of this order, and a version that changes with any of it; nothing where it is of no use."""
    tickets = valid_tickets(order)
    over = catalog.canceled_at is not None or clock.now() > catalog.ends_at + KEPT_AFTER
    pages = [] if over or not tickets else [order.path, *(f"{order.path}/t/{ticket.number}" for ticket in tickets)]
    files = [asset_url(name) for name in KEPT_FILES]
    shown = [(ticket.number, ticket.code, ticket.attendee) for ticket in tickets]
    seen = json.dumps([pages, files, shown, catalog.revision, order.state, language(), asset_url("js/order_sw.js")])
    version = hashlib.sha256(seen.encode()).hexdigest()[:16]
    mine = f"{order.code}-{tickets[0].number}" if order.at and tickets else order.code
    return {"order": mine, "version": version, "pages": pages, "files": files}
