"""The letters about changed tickets: another name on one, another person who has it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy.orm import Session

from ticketing.core.i18n import force_locale, pick
from ticketing.core.i18n import gettext as _
from ticketing.events.catalog import Catalog
from ticketing.mail.models import Letter
from ticketing.mail.outbox import Composer, Draft, NothingToSay
from ticketing.orders import changes, enclosed, held
from ticketing.orders.holders import transfer_in_force
from ticketing.orders.letter_parts import event_title, order_button, reach, sentences, when_and_where, with_tickets
from ticketing.orders.links import public_url
from ticketing.orders.models import TicketChange
from ticketing.orders.notices import Button, Notice, Table, notice_draft
from ticketing.orders.pdf import valid_tickets
from ticketing.orders.reading import OrderView, TicketView, get, view
from ticketing.tickets.models import Ticket


def renamed(session: Session, letter: Letter) -> Draft:
    """Another name stands on a ticket; its code is the same."""
    change = _change(session, letter)
    catalog, order, mine = _of_whoever_has_it(session, change)
    if mine is None:
        raise NothingToSay
    with force_locale(letter.language):
        notice = Notice(
            subject=_("The name on your ticket is changed (%(code)s)", code=_number(order, change)),
            heading=_("The name is changed."),
            paragraphs=(
                _("This is about your ticket for %(title)s.", title=event_title(catalog)),
                _("The code is the same as before, so earlier copies still let one person in."),
                sentences(_("Was it not you who did this? Then write to us at once."), *reach(catalog)),
            ),
            tables=(_about(catalog, change, mine),),
            button=_button(order),
        )
        return with_tickets(catalog, order, notice)


def received(session: Session, letter: Letter) -> Draft:
    """Somebody passed a ticket on to the reader: how to use it, and that it is theirs."""
    mine = held.of_change(session, _change(session, letter))
    if mine.next is not None or not valid_tickets(mine.order):
        raise NothingToSay
    catalog, order = mine.catalog, mine.order
    giver = mine.holder.name_before
    with force_locale(letter.language):
        title = event_title(catalog)
        notice = Notice(
            subject=_("A ticket for %(title)s is yours now (%(code)s)", title=title, code=_number(order, mine.holder)),
            heading=_("A ticket for you."),
            paragraphs=(
                _("%(giver)s passed a ticket for %(title)s on to you.", giver=giver, title=title),
                _("It is yours: the code that they had does not work any more. There is nothing to pay."),
                _("At the door, open it with the link. It is also attached as PDF."),
            ),
            tables=(_about(catalog, mine.holder, order.tickets[0]), Table("", when_and_where(catalog), wide=True)),
            button=Button(_("Open my ticket"), public_url() + order.path),
            afterwards=(
                _("With the same link you correct the name, pass the ticket on, or give it back to who bought it."),
                sentences(
                    _("You do not know about this? Then you need not do anything; or write to us."), *reach(catalog)
                ),
            ),
        )
        attachments = enclosed.tickets(catalog, order), enclosed.dates(catalog, order, letter.queued_at)
        return replace(notice_draft(catalog, order, notice), attachments=attachments)


def passed_on(session: Session, letter: Letter) -> Draft:
    """The reader gave a ticket away: what that means."""
    change = _change(session, letter)
    catalog, order = view(session, get(session, letter.subject_id))
    to_buyer = letter.to_address == order.buyer_email
    with force_locale(letter.language):
        own = replace(order, buyer_name=change.name_before)
        notice = Notice(
            subject=_("Your ticket %(code)s is passed on to %(name)s", code=_number(order, change), name=change.name),
            heading=_("The ticket is passed on."),
            paragraphs=(
                _("This is about a ticket for %(title)s.", title=event_title(catalog)),
                _("%(name)s has it now, with a code and a link of their own.", name=change.name),
                _("Your copies of it, on paper and on the phone, do not let anybody in any more."),
            ),
            tables=(Table("", ((_("Passed on to"), f"{change.name} ({change.email})"),), wide=True),),
            button=_button(order) if to_buyer else None,
            afterwards=(sentences(_("Was it not you who did this? Then write to us at once."), *reach(catalog)),),
        )
        return notice_draft(catalog, own, notice)


def returned(session: Session, letter: Letter) -> Draft:
    """A ticket is back with its buyer, under a new code."""
    change = _change(session, letter)
    catalog, order = view(session, get(session, letter.subject_id))
    mine = next((one for one in valid_tickets(order) if one.number == change.number), None)
    if mine is None:
        raise NothingToSay
    with force_locale(letter.language):
        notice = Notice(
            subject=_("Ticket %(code)s is yours again", code=_number(order, change)),
            heading=_("A ticket came back to you."),
            paragraphs=(
                _("The ticket for %(title)s that you passed on is yours again.", title=event_title(catalog)),
                _("It has a new code: use the tickets attached to this letter, not the earlier ones."),
            ),
            tables=(_about(catalog, change, mine),),
            button=_button(order),
        )
        return with_tickets(catalog, order, notice)


COMPOSERS: Mapping[str, Composer] = {
    changes.RENAMED_LETTER: renamed,
    changes.RECEIVED_LETTER: received,
    changes.PASSED_ON_LETTER: passed_on,
    changes.RETURNED_LETTER: returned,
}


def _change(session: Session, letter: Letter) -> TicketChange:
    return session.get_one(TicketChange, letter.facts["change"])


def _of_whoever_has_it(session: Session, change: TicketChange) -> tuple[Catalog, OrderView, TicketView | None]:
    """The event, and the order as whoever has the ticket sees it, with the ticket while it is valid."""
    holder = transfer_in_force(session, session.get_one(Ticket, change.ticket_id))
    if holder is not None:
        mine = held.of_change(session, holder)
        catalog, order = mine.catalog, mine.order
    else:
        catalog, order = view(session, get(session, change.order_id))
    return catalog, order, next((one for one in valid_tickets(order) if one.number == change.number), None)


def _about(catalog: Catalog, change: TicketChange, ticket: TicketView) -> Table:
    rows = [(_("Ticket"), f"{pick(ticket.tier.name)} ({ticket.number})"), (_("Name"), ticket.attendee)]
    if change.kind == "name":
        rows.append((_("Name before"), change.name_before))
    return Table("", tuple(rows), wide=True)


def _number(order: OrderView, change: TicketChange) -> str:
    return f"{order.code}-{change.number}"


def _button(order: OrderView) -> Button:
    return Button(_("Open my ticket"), public_url() + order.path) if order.at else order_button(order)
