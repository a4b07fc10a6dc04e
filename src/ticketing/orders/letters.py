"""The letters of an order: composed when they are sent, from what is so then, in the buyer's language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from ticketing.core import clock, i18n
from ticketing.core.i18n import force_locale, pick
from ticketing.core.i18n import gettext as _
from ticketing.events.catalog import Catalog
from ticketing.mail.models import Letter
from ticketing.mail.outbox import Composer, Draft, NothingToSay
from ticketing.orders import enclosed
from ticketing.orders.fulfil import EXPIRED_LETTER, PAID_LETTER
from ticketing.orders.letter_parts import event_title, saved
from ticketing.orders.links import public_url
from ticketing.orders.notices import Button, Notice, frame, notice_draft, render
from ticketing.orders.pdf import valid_tickets
from ticketing.orders.reading import OrderView, get, view
from ticketing.orders.term_lines import cancellation, change_until, given_back


def paid(session: Session, letter: Letter) -> Draft:
    """Paid: the tickets, the way to show them, when and where."""
    catalog, order = view(session, get(session, letter.subject_id))
    if not valid_tickets(order):
        raise NothingToSay
    with force_locale(letter.language):
        facts = frame(catalog, order) | _paid_facts(catalog, order)
        text, html = render("paid", facts)
        attachments = enclosed.tickets(catalog, order), enclosed.dates(catalog, order, letter.queued_at)
    return Draft(facts["subject"], text, html, attachments)


def expired(session: Session, letter: Letter) -> Draft:
    """A voucher ran out: the places are free again, and nothing was charged."""
    catalog, order = view(session, get(session, letter.subject_id))
    with force_locale(letter.language):
        return notice_draft(catalog, order, _called_off(catalog) if catalog.canceled_at else _ran_out(catalog))


COMPOSERS: Mapping[str, Composer] = {PAID_LETTER: paid, EXPIRED_LETTER: expired}


def _ran_out(catalog: Catalog) -> Notice:
    return Notice(
        subject=_("Your payment slip for %(title)s has run out", title=event_title(catalog)),
        heading=_("The time to pay is over."),
        paragraphs=(
            _("Your places are free again. Nothing was charged."),
            _("The numbers for the convenience store do not work any more."),
        ),
        button=Button(_("Choose tickets again"), f"{public_url()}/e/{catalog.slug}", public=True),
        afterwards=(
            _("If you paid at the last moment: you get your tickets, or all of your money back. We write to you then."),
        ),
    )


def _called_off(catalog: Catalog) -> Notice:
    title = event_title(catalog)
    return Notice(
        subject=_("%(title)s is called off", title=title),
        heading=_("This event is called off."),
        paragraphs=(
            _("We are sorry: %(title)s does not take place.", title=title),
            _("The numbers for the convenience store do not work any more. Nothing was charged."),
        ),
        afterwards=(_("If you paid at the last moment, all of your money comes back. We write to you then."),),
    )


def _paid_facts(catalog: Catalog, order: OrderView) -> dict[str, Any]:
    zone, first = catalog.zone, catalog.programs[0]
    title = event_title(catalog)
    tickets = valid_tickets(order)
    free = order.total.amount == 0
    prices = {line.tier.code: "" if free else i18n.money(line.amount_each) for line in order.lines}
    return {
        "subject": _("Your tickets for %(title)s (%(code)s)", title=title, code=order.code),
        "title": title,
        "day": i18n.day(catalog.starts_at, zone),
        "order_url": public_url() + order.path,
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
            for ticket in tickets
        ],
        "free": free,
        "total": i18n.money(order.total) if tickets == order.tickets and not free else "",
        "tax": i18n.money(order.tax),
        "saved": saved(order.promo, order.off) if order.promo else "",
        "policy_lines": _policy(catalog, clock.now(), free=free),
    }


def _policy(catalog: Catalog, now: datetime, *, free: bool) -> list[str]:
    """What holds for these tickets from now on: until when they can be given back and what that costs, until when names
    change."""
    until = change_until(catalog, now)
    names = [_("The name on a ticket can be changed until %(until)s.", until=until)] if until else []
    return [*(given_back if free else cancellation)(catalog, now), *names]
