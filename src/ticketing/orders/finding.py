"""Finding lost links by e-mail address. The answer goes to that address only, written by the worker: whoever asks on a
page learns nothing of whether there is anything."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ticketing.core import clock, i18n
from ticketing.core.i18n import force_locale
from ticketing.core.i18n import gettext as _
from ticketing.core.ids import new_id
from ticketing.events.catalog import Catalog, load_by_id
from ticketing.events.models import Event
from ticketing.events.titles import short_title
from ticketing.mail.models import Letter
from ticketing.mail.outbox import Composer, Draft, NothingToSay, queue
from ticketing.orders import held
from ticketing.orders.holders import TO_A_HOLDER
from ticketing.orders.links import public_url
from ticketing.orders.models import Order, TicketChange
from ticketing.orders.notices import Link, Notice, notice_draft
from ticketing.orders.reading import OrderView, get, view
from ticketing.orders.states import AWAITING, PAID, PARTLY, PENDING, REFUNDED
from ticketing.tickets.models import Ticket

FIND_LETTER = "orders.find"
MATTER = (PENDING, AWAITING, PAID, PARTLY, REFUNDED)
AT_MOST = 50


@dataclass(frozen=True)
class Found:
    """An order of the address, or a ticket that it was passed."""

    catalog: Catalog
    order: OrderView


def ask(session: Session, address: str, language: str, now: datetime) -> None:
    """Queue the search; it costs the same whether there is anything to find or not."""
    key = new_id()
    letter = Letter(fact=f"{FIND_LETTER}:{key}", kind=FIND_LETTER, subject_id=key, facts={}, to_address=address)
    letter.language = language
    queue(session, now, letter)


def found(session: Session, letter: Letter) -> Draft:
    """All links of an address that still matter; where there are none, nobody is written to."""
    rows = list(_found(session, letter.to_address, clock.now()))[:AT_MOST]
    if not rows:
        raise NothingToSay
    with force_locale(letter.language):
        notice = Notice(
            subject=_("Your tickets and orders"),
            heading=_("Here are your links."),
            paragraphs=(_("Somebody, probably you, asked for the tickets and orders of this address."),),
            links=tuple(_link(one) for one in rows),
            afterwards=(_("You did not ask? Then there is nothing to do: nobody but you got these links."),),
            order_code="",
        )
        return notice_draft(rows[0].catalog, rows[0].order, notice)


COMPOSERS: Mapping[str, Composer] = {FIND_LETTER: found}


def _found(session: Session, address: str, now: datetime) -> Iterator[Found]:
    """Orders first, then tickets that others passed on, the soonest event first."""
    mine = select(Order.id, Order.event_id).where(func.lower(Order.buyer_email) == address.lower())
    mine = mine.where(Order.state.in_(MATTER))
    for order_id, event_id in session.execute(_soonest_first(mine)).all():
        if _matters(session, event_id, now):
            yield Found(*view(session, get(session, order_id)))
    passed_on = (
        select(TicketChange, Order.event_id)
        .join(Order, Order.id == TicketChange.order_id)
        .join(Ticket, (Ticket.id == TicketChange.ticket_id) & (Ticket.issue == TicketChange.issue))
        .where(*TO_A_HOLDER, func.lower(TicketChange.email) == address.lower())
    )
    for change, event_id in session.execute(_soonest_first(passed_on)).all():
        if _matters(session, event_id, now):
            theirs = held.of_change(session, change)
            yield Found(theirs.catalog, theirs.order)


def _soonest_first(rows: Any) -> Any:
    return rows.join(Event, Event.id == Order.event_id).order_by(Event.starts_at, Order.created_at)


def _matters(session: Session, event_id: int, now: datetime) -> bool:
    """Until the personal data of an event's buyers should be gone."""
    catalog = load_by_id(session, event_id)
    return now < catalog.ends_at + timedelta(days=int(catalog.policy.get("keep_personal_data_days", 90)))


def _link(one: Found) -> Link:
    title = short_title(one.catalog, i18n.language())
    if one.order.at:
        label = _("Ticket for %(title)s", title=title)
    else:
        label = _("Order %(code)s: %(title)s", code=one.order.code, title=title)
    return Link(label, public_url() + one.order.path, i18n.date(one.catalog.starts_at, one.catalog.zone))
