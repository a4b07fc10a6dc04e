"""The letters of an order: composed when they are sent, from what is so then, in the buyer's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import css_inline
from flask import current_app, render_template
from sqlalchemy.orm import Session

from ticketing.core import i18n
from ticketing.core.i18n import force_locale, pick
from ticketing.core.i18n import gettext as _
from ticketing.core.settings import Settings
from ticketing.events.art import columns
from ticketing.events.artwork import artwork
from ticketing.events.catalog import Catalog
from ticketing.events.titles import short_title
from ticketing.mail.models import Letter
from ticketing.mail.outbox import Attachment, Composer, Draft
from ticketing.orders.fulfil import PAID_LETTER
from ticketing.orders.pdf import file_name, tickets_pdf
from ticketing.orders.reading import OrderView, get, view

_INLINER = css_inline.CSSInliner(load_remote_stylesheets=False, keep_style_tags=True)


def paid(session: Session, letter: Letter) -> Draft:
    """Paid: the tickets, the way to show them, when and where."""
    catalog, order = view(session, get(session, letter.subject_id))
    with force_locale(letter.language):
        facts = _paid_facts(catalog, order)
        text = render_template("mail/paid.txt", **facts)
        html = _INLINER.inline(render_template("mail/paid.html", **facts))
    attachment = Attachment(file_name(order), "application/pdf", tickets_pdf(catalog, order))
    return Draft(facts["subject"], text, html, (attachment,))


COMPOSERS: Mapping[str, Composer] = {PAID_LETTER: paid}


def _paid_facts(catalog: Catalog, order: OrderView) -> dict[str, Any]:
    settings: Settings = current_app.extensions["ticketing.settings"]
    zone, first = catalog.zone, catalog.programs[0]
    title = short_title(catalog, i18n.language())
    prices = {line.tier.code: i18n.money(line.amount_each) for line in order.lines}
    return {
        "lang": i18n.language(),
        "subject": _("Your tickets for %(title)s (%(code)s)", title=title, code=order.code),
        "title": title,
        "rehearsal": catalog.rehearsal,
        "art": columns(artwork(catalog).poster),
        "day": i18n.day(catalog.starts_at, zone),
        "name": order.buyer_name,
        "order_code": order.code,
        "order_url": settings.public_url + order.path,
        "date": i18n.date(catalog.starts_at, zone),
        "times": i18n.span(catalog.starts_at, catalog.ends_at, zone),
        "doors": i18n.clock_time(first.doors_open_at, zone),
        "where": f"{pick(catalog.venue.name)} {pick(first.room.name)}",
        "map_url": catalog.venue.map_url,
        "rows": [
            {
                "sign": ticket.tier.sign,
                "tier": pick(ticket.tier.name),
                "attendee": ticket.attendee,
                "price": prices[ticket.tier.code],
            }
            for ticket in order.tickets
        ],
        "total": i18n.money(order.total),
        "tax": i18n.money(order.tax),
        "series": pick(catalog.page.get("series") or {}),
        "legal_url": f"{settings.public_url}/e/{catalog.slug}/legal",
        "contact": catalog.seller.get("email", ""),
    }
