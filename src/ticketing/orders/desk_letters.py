"""The letters about what the office did to an order: corrected it, sent new codes, writes to another address now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy.orm import Session

from ticketing.core.i18n import force_locale, pick
from ticketing.core.i18n import gettext as _
from ticketing.events.catalog import Catalog
from ticketing.mail.models import Letter
from ticketing.mail.outbox import Composer, Draft, NothingToSay
from ticketing.orders import changes, correcting, fulfil, held, reissuing
from ticketing.orders.letter_parts import about_order, event_title, order_button, reach, with_tickets
from ticketing.orders.links import public_url
from ticketing.orders.models import TicketChange
from ticketing.orders.notices import Button, Notice, Table, notice_draft
from ticketing.orders.pdf import valid_tickets
from ticketing.orders.reading import OrderView, TicketView, get, view


def corrected(session: Session, letter: Letter) -> Draft:
    """To the buyer: what stands in the order now, with the tickets."""
    catalog, order = view(session, get(session, letter.subject_id))
    with force_locale(letter.language):
        notice = Notice(
            subject=_("We have corrected your order %(code)s", code=order.code),
            heading=_("Your order is corrected."),
            paragraphs=(
                about_order(catalog, order),
                _("The codes are the same as before, so earlier copies still let one person in."),
            ),
            tables=(_stands(order),),
            button=order_button(order),
            afterwards=reach(catalog),
        )
        return _with_tickets(catalog, order, notice)


def reissued(session: Session, letter: Letter) -> Draft:
    """To the buyer: new codes and a new link; the former ones do not work any more."""
    catalog, order = view(session, get(session, letter.subject_id))
    with force_locale(letter.language):
        notice = Notice(
            subject=_("New tickets for %(title)s (%(code)s)", title=event_title(catalog), code=order.code),
            heading=_("Your tickets have new codes."),
            paragraphs=(
                about_order(catalog, order),
                _("Use the tickets attached to this letter. Earlier copies, on paper and on the phone, do not work."),
                _("The order has a new link, too. It stands below; earlier ones open nothing any more."),
            ),
            tables=(_stands(order),),
            button=order_button(order),
            afterwards=reach(catalog),
        )
        return _with_tickets(catalog, order, notice)


def ticket_reissued(session: Session, letter: Letter) -> Draft:
    """To the holder of a ticket: its new code and their new link."""
    mine = held.of_change(session, session.get_one(TicketChange, letter.facts["change"]))
    if mine.next is not None:
        raise NothingToSay
    catalog, order = mine.catalog, mine.order
    code = f"{order.code}-{mine.holder.number}"
    with force_locale(letter.language):
        notice = Notice(
            subject=_("New ticket for %(title)s (%(code)s)", title=event_title(catalog), code=code),
            heading=_("Your ticket has a new code."),
            paragraphs=(
                _("This is about your ticket for %(title)s.", title=event_title(catalog)),
                _("Use the ticket attached to this letter. Earlier copies and the earlier link do not work any more."),
            ),
            tables=(_stands(order),),
            button=Button(_("Open my ticket"), public_url() + order.path),
            afterwards=reach(catalog),
        )
        return _with_tickets(catalog, order, notice)


def revoked(session: Session, letter: Letter) -> Draft:
    """To the buyer, or a guest: the organizer took tickets back, and no money goes with it."""
    catalog, order = view(session, get(session, letter.subject_id))
    gone = [one for one in order.tickets if one.number in letter.facts["numbers"]]
    with force_locale(letter.language):
        rows = tuple((_("Ticket %(number)s (%(tier)s)", **_of(one)), one.attendee) for one in gone)
        notice = Notice(
            subject=_("Tickets for %(title)s taken back (%(code)s)", title=event_title(catalog), code=order.code),
            heading=_("These tickets do not work any more."),
            paragraphs=(
                about_order(catalog, order),
                _("The organizer has taken these tickets back. Their codes let nobody in any more."),
            ),
            tables=(Table("", rows, wide=True),),
            button=order_button(order),
            afterwards=reach(catalog),
        )
        return notice_draft(catalog, order, notice)


def readdressed(session: Session, letter: Letter) -> Draft:
    """To the former address: our letters go elsewhere now. It names nobody, because it may be a stranger's."""
    catalog, order = view(session, get(session, letter.subject_id))
    if order.buyer_email == letter.to_address:
        raise NothingToSay
    with force_locale(letter.language):
        notice = Notice(
            subject=_("Letters about order %(code)s go to another address now", code=order.code),
            heading=_("The address is changed."),
            paragraphs=(
                about_order(catalog, order),
                _("We changed the address of this order on request. This is the last letter to this one."),
                _("Was it not you who asked for it? Then write to us at once."),
            ),
            afterwards=reach(catalog),
        )
        return notice_draft(catalog, replace(order, buyer_name=""), notice)


COMPOSERS: Mapping[str, Composer] = {
    correcting.CORRECTED_LETTER: corrected,
    correcting.READDRESSED_LETTER: readdressed,
    reissuing.REISSUED_LETTER: reissued,
    fulfil.REVOKED_LETTER: revoked,
    changes.REISSUED_LETTER: ticket_reissued,
}


def _with_tickets(catalog: Catalog, order: OrderView, notice: Notice) -> Draft:
    """The letter with the tickets; without a valid one that is here, there is nothing to say."""
    if not valid_tickets(order):
        raise NothingToSay
    return with_tickets(catalog, order, notice)


def _stands(order: OrderView) -> Table:
    rows = [(_("Ticket %(number)s (%(tier)s)", **_of(one)), one.attendee) for one in valid_tickets(order)]
    return Table("", ((_("Name"), order.buyer_name), *rows) if not order.at else tuple(rows), wide=True)


def _of(one: TicketView) -> dict[str, object]:
    return {"number": one.number, "tier": pick(one.tier.name)}
