"""The letters to whoever a ticket was passed on to, about what others did to it: its end, a rest, its return."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy.orm import Session

from ticketing.core.i18n import force_locale
from ticketing.core.i18n import gettext as _
from ticketing.mail.models import Letter
from ticketing.mail.outbox import Composer, Draft, NothingToSay
from ticketing.orders import held
from ticketing.orders.changes import TAKEN_LETTER
from ticketing.orders.fulfil import BLOCKED_LETTER, ENDED_LETTER, RESTORED_LETTER
from ticketing.orders.held import Held
from ticketing.orders.letter_parts import event_title, reach
from ticketing.orders.links import public_url
from ticketing.orders.models import TicketChange
from ticketing.orders.notices import Button, Notice, notice_draft
from ticketing.orders.pdf import valid_tickets


def taken(session: Session, letter: Letter) -> Draft:
    """The ticket went back to its buyer without its holder's doing."""
    mine = _held(session, letter)
    with force_locale(letter.language):
        return _plain(
            mine,
            _("Your ticket %(code)s went back", code=_number(mine)),
            _("This ticket is not yours any more."),
            _("It went back to the person who bought it. Your link and your code do not work any more."),
        )


def ended(session: Session, letter: Letter) -> Draft:
    """The ticket is void; money, where any was paid, goes to who paid it."""
    mine = _resting(session, letter)
    with force_locale(letter.language):
        subject = _("Your ticket %(code)s is not valid any more", code=_number(mine))
        heading = _("Your ticket is not valid any more.")
        why = _("It was ended by the organizer, or by a bank that took its price back.")
        if not mine.order.total.amount:
            why = _("The organizer has taken it back.")
        if mine.catalog.canceled_at is not None:
            title = event_title(mine.catalog)
            subject, heading = _("%(title)s is called off", title=title), _("This event is called off.")
            why = _("We are sorry: %(title)s does not take place.", title=title)
        money = _("What was paid goes back to the person who bought the ticket. They have been told.")
        told = (why, _("Your ticket does not let anybody in."), money if mine.order.total.amount else "")
        return _plain(mine, subject, heading, *filter(None, told))


def blocked(session: Session, letter: Letter) -> Draft:
    """The ticket rests while a bank looks into its payment."""
    mine = _resting(session, letter)
    with force_locale(letter.language):
        return _plain(
            mine,
            _("Your ticket %(code)s does not work for now", code=_number(mine)),
            _("Your ticket does not work for now."),
            _("A bank is looking into its payment. Until it has decided, the ticket may not let you in."),
            _("Please ask the person who bought it, or us."),
        )


def restored(session: Session, letter: Letter) -> Draft:
    """The ticket works again."""
    mine = _held(session, letter)
    if mine.next is not None or not valid_tickets(mine.order):
        raise NothingToSay
    with force_locale(letter.language):
        return _plain(
            mine,
            _("Your ticket %(code)s works again", code=_number(mine)),
            _("Your ticket works again."),
            _("The payment is settled. The code is the same as before."),
        )


COMPOSERS: Mapping[str, Composer] = {
    TAKEN_LETTER: taken,
    ENDED_LETTER: ended,
    BLOCKED_LETTER: blocked,
    RESTORED_LETTER: restored,
}


def _held(session: Session, letter: Letter) -> Held:
    return held.of_change(session, session.get_one(TicketChange, letter.facts["change"]))


def _resting(session: Session, letter: Letter) -> Held:
    """The ticket that does not let its holder in; where it is not so any more, there is nothing to say."""
    mine = _held(session, letter)
    if mine.next is not None or valid_tickets(mine.order):
        raise NothingToSay
    return mine


def _plain(mine: Held, subject: str, heading: str, *paragraphs: str) -> Draft:
    """A letter to a holder that tells how it stands with their ticket; their page says the same."""
    own = replace(mine.order, buyer_name=mine.holder.name if mine.next else mine.order.buyer_name)
    about = _("This is about your ticket for %(title)s.", title=event_title(mine.catalog))
    button = None if mine.next else Button(_("See the ticket"), public_url() + mine.order.path)
    notice = Notice(subject, heading, (about, *paragraphs), button=button, afterwards=reach(mine.catalog))
    return notice_draft(mine.catalog, own, notice)


def _number(mine: Held) -> str:
    return f"{mine.order.code}-{mine.holder.number}"
