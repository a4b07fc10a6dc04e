"""The parts of an order's page: its tickets and letters, and who did what, in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from ticketing.core import i18n
from ticketing.core.i18n import gettext as _
from ticketing.core.i18n import pick
from ticketing.reports.dossier import Dossier
from ticketing.reports.words import (
    LETTER_STATES,
    LETTERS,
    TICKETS,
    look,
    word,
)


@dataclass(frozen=True)
class TicketRow:
    """One ticket; `valid` ones can be chosen for a refund.

    `holder` is the address of whoever it was passed on to, `back` where it is brought back to its buyer. `key` names
    the ticket with its present issue, for a form about new codes.
    """

    number: int
    tier: str
    sign: int
    attendee: str
    price: str
    look: str
    state: str
    valid: bool
    holder: str = ""
    back: str = ""
    key: str = ""


@dataclass(frozen=True)
class LetterRow:
    """One letter; `again` is where to send it again, for one that failed."""

    kind: str
    to: str
    look: str
    state: str
    at: str
    error: str
    again: str


def moment(at: datetime, zone: ZoneInfo) -> str:
    """26 Oct 2025 10:00, in the event's zone."""
    return f"{i18n.date(at, zone)} {i18n.clock_time(at, zone)}"


def ticket_rows(file: Dossier, *, may_manage: bool = False) -> tuple[TicketRow, ...]:
    """All tickets, revoked ones too."""
    prices = {line.tier.id: i18n.money(line.amount_each) for line in file.view.lines}
    issues = {ticket.number: ticket.issue for ticket in file.tickets}
    return tuple(
        TicketRow(
            ticket.number,
            pick(ticket.tier.name),
            ticket.tier.sign,
            ticket.attendee,
            prices[ticket.tier.id],
            look(TICKETS, ticket.state),
            word(TICKETS, ticket.state),
            ticket.state == "valid",
            file.away[ticket.number].email if ticket.number in file.away else "",
            f"/office/orders/{file.order.code}/tickets/{ticket.number}/back"
            if may_manage and ticket.number in file.away and ticket.state == "valid"
            else "",
            f"{ticket.number}.{issues[ticket.number]}",
        )
        for ticket in file.view.tickets
    )


def letter_rows(file: Dossier, *, may_manage: bool) -> tuple[LetterRow, ...]:
    """All letters, the first one first."""
    return tuple(_letters(file, may_manage=may_manage))


def _letters(file: Dossier, *, may_manage: bool) -> Iterator[LetterRow]:
    for letter in file.letters:
        path = f"/office/orders/{file.order.code}/letters/{letter.id}/again"
        yield LetterRow(
            kind=word(LETTERS, letter.kind),
            to=letter.to_address,
            look=look(LETTER_STATES, letter.state),
            state=word(LETTER_STATES, letter.state),
            at=moment(letter.sent_at, file.catalog.zone) if letter.sent_at else "",
            error=letter.last_error,
            again=path if may_manage and letter.state == "failed" else "",
        )


def actor_word(file: Dossier, actor: str) -> str:
    """Who did something, for people."""
    if actor.startswith("person:"):
        return file.people.get(actor.removeprefix("person:"), actor)
    known = {
        "cli": _("by command"),
        "system": _("by itself"),
        "stripe": _("at Stripe"),
        "buyer": _("the buyer"),
        "holder": _("its holder"),
    }
    return known.get(actor, actor)
