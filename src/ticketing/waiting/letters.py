"""The letters of the waiting list, in the language of who waits: composed when they are sent, from what is so then."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy.orm import Session

from ticketing.core import i18n
from ticketing.core.i18n import force_locale, pick
from ticketing.core.i18n import gettext as _
from ticketing.events.catalog import Catalog, load_by_id
from ticketing.mail.models import Letter
from ticketing.mail.outbox import Composer, Draft
from ticketing.orders.letter_parts import event_title
from ticketing.orders.links import public_url
from ticketing.orders.notices import Button, Notice, notice_draft
from ticketing.waiting.joining import JOINED_LETTER
from ticketing.waiting.links import path_of
from ticketing.waiting.models import WaitingEntry
from ticketing.waiting.offers import CLOSED_LETTER, LAPSED_LETTER, OFFER_LETTER
from ticketing.waiting.states import OFFERED


def joined(session: Session, letter: Letter) -> Draft:
    """On the list: the link to the place in it."""
    return _draft(session, letter, _joined)


def offer(session: Session, letter: Letter) -> Draft:
    """Places are kept: until when, and where to take them up."""
    return _draft(session, letter, _offer)


def lapsed(session: Session, letter: Letter) -> Draft:
    """The time for an offer is over."""
    return _draft(session, letter, _lapsed)


def closed(session: Session, letter: Letter) -> Draft:
    """No place can become free any more."""
    return _draft(session, letter, _closed)


COMPOSERS: Mapping[str, Composer] = {
    JOINED_LETTER: joined,
    OFFER_LETTER: offer,
    LAPSED_LETTER: lapsed,
    CLOSED_LETTER: closed,
}


class _Facts:
    """What the sentences need."""

    def __init__(self, catalog: Catalog, entry: WaitingEntry) -> None:
        self.entry = entry
        self.catalog = catalog
        self.title = event_title(catalog)
        self.tier = pick(catalog.tier_by_id(entry.tier_id).name)
        self.link = f"{public_url()}{path_of(entry.id)}"
        self.event_link = f"{public_url()}/e/{catalog.slug}#tickets"

    @property
    def until(self) -> str:
        """The end of the offer, with its day: offers last for hours."""
        at = self.entry.offered_until
        return i18n.date_time(at, self.catalog.zone) if at else ""


def _draft(session: Session, letter: Letter, told: Callable[[_Facts], Notice]) -> Draft:
    entry = session.get_one(WaitingEntry, letter.subject_id)
    catalog = load_by_id(session, entry.event_id)
    with force_locale(letter.language):
        return notice_draft(catalog, None, told(_Facts(catalog, entry)))


def _joined(facts: _Facts) -> Notice:
    return Notice(
        subject=_("You are on the waiting list for %(title)s", title=facts.title),
        heading=_("You are on the waiting list."),
        paragraphs=(
            _("You wait for: %(quantity)s × %(tier)s.", quantity=facts.entry.quantity, tier=facts.tier),
            _(
                "When places become free, we write to you and keep them for you for a while. "
                "After that, others get them."
            ),
        ),
        button=Button(_("See your place in the line, or leave it"), facts.link),
    )


def _offer(facts: _Facts) -> Notice:
    if facts.entry.state != OFFERED:
        return _lapsed(facts)
    count = facts.entry.offered or 0
    fewer = count < facts.entry.quantity
    return Notice(
        subject=_("Places for %(title)s are free: kept for you until %(until)s", title=facts.title, until=facts.until),
        heading=_("Kept for you until %(until)s.", until=facts.until),
        paragraphs=(
            _("%(quantity)s × %(tier)s for %(title)s.", quantity=count, tier=facts.tier, title=facts.title),
            *((_("You asked for %(quantity)s; no more are free right now.", quantity=facts.entry.quantity),) * fewer),
            _("Buy them by then, and they are yours. After that they go to the next one who waits."),
        ),
        button=Button(_("Take your places"), facts.link),
        afterwards=(_("Nothing is charged before you pay. If you do not want them any more, say so there."),),
    )


def _lapsed(facts: _Facts) -> Notice:
    return Notice(
        subject=_("Your offer for %(title)s is over", title=facts.title),
        heading=_("Your offer is over."),
        paragraphs=(
            _("The places are not kept for you any more; others can have them now. Nothing was charged."),
            _("If you still want to come, join the list again."),
        ),
        button=Button(_("To the tickets"), facts.event_link, public=True),
    )


def _closed(facts: _Facts) -> Notice:
    if facts.catalog.canceled_at is not None:
        return Notice(
            subject=_("%(title)s is called off", title=facts.title),
            heading=_("This event is called off."),
            paragraphs=(
                _("We are sorry: %(title)s does not take place.", title=facts.title),
                _("The waiting list is closed. Nothing was charged."),
            ),
        )
    return Notice(
        subject=_("No place became free for %(title)s", title=facts.title),
        heading=_("The waiting list is closed."),
        paragraphs=(
            _("The sale is over, and no place became free for you. Nothing was charged."),
            _("We are sorry, and hope to see you another time."),
        ),
    )
