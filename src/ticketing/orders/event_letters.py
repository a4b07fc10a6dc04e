"""The letters about an event that everybody with a ticket gets: it moved, it is near."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy.orm import Session

from ticketing.core import clock, i18n
from ticketing.core.i18n import force_locale, pick
from ticketing.core.i18n import gettext as _
from ticketing.events import told
from ticketing.events.catalog import Catalog
from ticketing.mail.models import Letter
from ticketing.mail.outbox import Composer, Draft, NothingToSay
from ticketing.orders import enclosed, event_news, held
from ticketing.orders.letter_parts import event_title, order_button, reach, sentences, when_and_where
from ticketing.orders.links import public_url
from ticketing.orders.models import TicketChange
from ticketing.orders.notices import Button, Notice, Table, notice_draft
from ticketing.orders.pdf import valid_tickets
from ticketing.orders.reading import OrderView, get, view
from ticketing.orders.states import AWAITING


def event_changed(session: Session, letter: Letter) -> Draft:
    """When or where the event is has changed; what is so now, and what was told before."""
    catalog, order = _of_reader(session, letter)
    if catalog.canceled_at is not None or not (valid_tickets(order) or order.state == AWAITING):
        raise NothingToSay
    with force_locale(letter.language):
        found = told.differences(letter.facts["before"], catalog)
        if not found:
            raise NothingToSay
        title = event_title(catalog)
        notice = Notice(
            subject=_("Changed: %(title)s, %(when)s", title=title, when=i18n.date(catalog.starts_at, catalog.zone)),
            heading=_("Something has changed."),
            paragraphs=(
                _("This is about %(title)s. Please read when and where it is now.", title=title),
                _("Your tickets stay valid; their codes are the same."),
            ),
            tables=(
                Table(_("From now on"), tuple((one.label, one.now) for one in found), wide=True),
                Table(_("It was"), tuple((one.label, one.before) for one in found), wide=True),
            ),
            tables_first=True,
            button=_button(order),
            afterwards=(sentences(_("You cannot come like this? Then write to us."), *reach(catalog)),),
        )
        dates = (enclosed.dates(catalog, order, letter.queued_at),) if valid_tickets(order) else ()
        return replace(notice_draft(catalog, order, notice), attachments=dates)


def reminder(session: Session, letter: Letter) -> Draft:
    """The event is near: when, where, and the tickets once more. Never after its start."""
    catalog, order = _of_reader(session, letter)
    over = catalog.canceled_at is not None or catalog.starts_at <= clock.now()
    if over or not valid_tickets(order):
        raise NothingToSay
    with force_locale(letter.language):
        zone, title = catalog.zone, event_title(catalog)
        day, doors = i18n.day(catalog.starts_at, zone), i18n.clock_time(catalog.programs[0].doors_open_at, zone)
        notice = Notice(
            subject=_("%(day)s: %(title)s, doors open at %(time)s", day=day, title=title, time=doors),
            heading=_("See you on %(day)s.", day=day),
            paragraphs=(
                _("%(title)s is near, and you have tickets: %(count)s in all.", title=title, count=_count(order)),
                _("At the door, open them with the link. They are also attached as PDF."),
            ),
            tables=(_how_to_come(catalog),),
            button=_button(order),
        )
        return replace(notice_draft(catalog, order, notice), attachments=(enclosed.tickets(catalog, order),))


COMPOSERS: Mapping[str, Composer] = {
    event_news.CHANGED_LETTER: event_changed,
    event_news.REMINDER_LETTER: reminder,
}


def _of_reader(session: Session, letter: Letter) -> tuple[Catalog, OrderView]:
    """The order as its reader sees it: its buyer, or whoever was passed a ticket of it, while they have it."""
    if "change" not in letter.facts:
        return view(session, get(session, letter.subject_id))
    mine = held.of_change(session, session.get_one(TicketChange, letter.facts["change"]))
    return mine.catalog, mine.order


def _count(order: OrderView) -> int:
    return len(valid_tickets(order))


def _how_to_come(catalog: Catalog) -> Table:
    there = ((_("Address"), pick(catalog.venue.address)), (_("Getting there"), pick(catalog.venue.access)))
    return Table("", (*when_and_where(catalog), *there), wide=True)


def _button(order: OrderView) -> Button:
    if order.state == AWAITING:
        return order_button(order)
    return Button(_("Show my tickets"), public_url() + order.path)
