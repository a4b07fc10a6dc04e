"""The letter of a message: what the organizer wrote, why its reader gets it, who sends it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy.orm import Session

from ticketing.core.i18n import force_locale, pick
from ticketing.core.i18n import gettext as _
from ticketing.events.catalog import Catalog, load_by_id
from ticketing.mail.models import Letter
from ticketing.mail.outbox import Composer, Draft, NothingToSay
from ticketing.messages.audience import BACK, SLIPS, of_row, still_reached
from ticketing.messages.models import Message
from ticketing.messages.sending import LETTER
from ticketing.messages.states import STOPPED
from ticketing.messages.writing import TEST_LETTER
from ticketing.orders import held
from ticketing.orders.letter_parts import event_title, order_button
from ticketing.orders.links import public_url
from ticketing.orders.models import TicketChange
from ticketing.orders.notices import Button, Notice, notice_draft
from ticketing.orders.reading import OrderView, get, view


def message(session: Session, letter: Letter) -> Draft:
    """The message, unless it was stopped or does not concern its reader any more (they are inside, or gave back)."""
    written = session.get_one(Message, letter.facts["message"])
    audience = of_row(written.audience)
    reached = still_reached(session, written.event_id, audience, letter.subject_id, letter.to_address)
    if written.state == STOPPED or not reached:
        raise NothingToSay
    if "change" in letter.facts:
        mine = held.of_change(session, session.get_one(TicketChange, letter.facts["change"]))
        catalog, order = mine.catalog, mine.order
    else:
        catalog, order = view(session, get(session, letter.subject_id))
    return draft(catalog, written, order, letter.language)


def trial(session: Session, letter: Letter) -> Draft:
    """The same to whoever writes it, said to be a trial."""
    written = session.get_one(Message, letter.subject_id)
    return draft(load_by_id(session, written.event_id), written, None, letter.language)


def draft(catalog: Catalog, written: Message, order: OrderView | None, lang: str) -> Draft:
    """The letter in this language; without an order, the one that shows how it will look."""
    with force_locale(lang):
        subject, body = pick(written.subject, lang), pick(written.body, lang)
        title = event_title(catalog)
        notice = Notice(
            subject=subject if order else _("[Trial] %(subject)s", subject=subject),
            heading=subject,
            paragraphs=tuple(part.strip("\n") for part in body.split("\n\n") if part.strip()),
            button=_button(catalog, order),
            afterwards=(_why(of_row(written.audience).group, title), _sender(catalog)),
        )
        made = notice_draft(catalog, order, notice)
        return replace(made, subject=notice.subject)


COMPOSERS: Mapping[str, Composer] = {LETTER: message, TEST_LETTER: trial}


def _button(catalog: Catalog, order: OrderView | None) -> Button:
    if order is None:
        return Button(_("See the event page"), f"{public_url()}/e/{catalog.slug}", public=True)
    return order_button(order)


def _why(group: str, title: str) -> str:
    if group == SLIPS:
        return _("You get this letter because you ordered tickets to %(title)s.", title=title)
    if group == BACK:
        return _("You get this letter because you had tickets to %(title)s.", title=title)
    return _("You get this letter because you have tickets to %(title)s.", title=title)


def _sender(catalog: Catalog) -> str:
    """Who sends it, and where they are reached; the seller's statements stand behind the link below it."""
    facts = (catalog.seller.get(name) for name in ("name", "email"))
    said = [pick(fact) if isinstance(fact, Mapping) else str(fact) for fact in facts if fact]
    return _("Sent by: %(sender)s", sender=" · ".join(said))
