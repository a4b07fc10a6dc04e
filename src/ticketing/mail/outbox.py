"""The outbox: queue a letter with its fact, claim what is due, and note what became of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.message import EmailMessage

from sqlalchemy import ColumnElement, case, func, select, update
from sqlalchemy.orm import Session

from ticketing.core.addresses import on_the_wire
from ticketing.core.db import changed
from ticketing.core.errors import Refused
from ticketing.core.ids import new_id
from ticketing.core.states import Outcome, Transitions, move
from ticketing.mail.models import Letter

QUEUED, SENDING, SENT, FAILED, DROPPED = "queued", "sending", "sent", "failed", "dropped"
TRANSITIONS: Transitions = {
    SENDING: frozenset({QUEUED, SENDING}),
    SENT: frozenset({SENDING}),
    QUEUED: frozenset({SENDING}),
    FAILED: frozenset({SENDING}),
    DROPPED: frozenset({SENDING}),
}
BY_HAND: Transitions = {QUEUED: frozenset({FAILED})}
BOUNCED: Transitions = {FAILED: frozenset({SENT, SENDING})}
# A sender that died is given up after the lease; then the letter is tried again: rather twice than never.
LEASE = timedelta(minutes=5)
WAITS = tuple(timedelta(seconds=s) for s in (30, 120, 600, 1800, 3600, 7200, 14400, 28800, 43200))


@dataclass(frozen=True)
class Attachment:
    """A file that goes with a letter; `parameters` stand behind its type, such as a charset."""

    name: str
    mime: str
    content: bytes
    parameters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Draft:
    """A letter as written: what the composer of its kind returns."""

    subject: str
    text: str
    html: str
    attachments: tuple[Attachment, ...] = field(default=())


class NothingToSay(Exception):
    """What the letter would tell is not so any more, or was never so: it is not sent."""


Composer = Callable[[Session, Letter], Draft]
Composers = Mapping[str, Composer]


def queue(session: Session, now: datetime, letter: Letter) -> None:
    """Add a letter to the outbox, in the transaction that makes its fact true; none where no address is known."""
    if "@" not in letter.to_address:
        return
    letter.id = new_id()
    letter.state = QUEUED
    letter.queued_at = letter.due_at = now
    session.add(letter)


def due(session: Session, now: datetime, limit: int = 20) -> list[str]:
    """The ids of letters to send now, and of those whose sender has died."""
    ready = select(Letter.id).where(Letter.state.in_((QUEUED, SENDING)), Letter.due_at <= now)
    return list(session.scalars(ready.order_by(Letter.due_at).limit(limit)))


def claim(session: Session, letter_id: str, now: datetime) -> Letter | None:
    """Take one letter for sending; None when another worker was first."""
    mine = (
        update(Letter)
        .where(Letter.id == letter_id, Letter.state.in_(TRANSITIONS[SENDING]), Letter.due_at <= now)
        .values(state=SENDING, due_at=now + LEASE, attempts=Letter.attempts + 1)
    )
    return session.get_one(Letter, letter_id, populate_existing=True) if changed(session, mine) else None


def sent(session: Session, letter_id: str, now: datetime) -> Outcome:
    """Note that a letter was handed over."""
    return move(session, Letter, letter_id, TRANSITIONS, SENT, sent_at=now, last_error="")


def put_off(session: Session, letter: Letter, now: datetime, error: str) -> Outcome:
    """Try again later, each time a longer wait; after the last one the letter has failed."""
    if letter.attempts > len(WAITS):
        return give_up(session, letter, error)
    due_at = now + WAITS[letter.attempts - 1]
    return move(session, Letter, letter.id, TRANSITIONS, QUEUED, due_at=due_at, last_error=error[:300])


def give_up(session: Session, letter: Letter, error: str) -> Outcome:
    """The address refuses letters for good."""
    return move(session, Letter, letter.id, TRANSITIONS, FAILED, last_error=error[:300])


def drop(session: Session, letter: Letter) -> Outcome:
    """Nothing is to be told any more."""
    return move(session, Letter, letter.id, TRANSITIONS, DROPPED, last_error="")


def bounced(session: Session, letter_id: str, error: str) -> Outcome:
    """A letter that was handed over came back: another mail server refused it for good."""
    return move(session, Letter, letter_id, BOUNCED, FAILED, last_error=error[:300])


def states_of(session: Session, subject_id: str, address: str) -> dict[str, str]:
    """How the letters about one thing to one address stand, by their facts, the first one first."""
    rows = select(Letter.fact, Letter.state).where(Letter.subject_id == subject_id, Letter.to_address == address)
    return {fact: state for fact, state in session.execute(rows.order_by(Letter.queued_at, Letter.id))}


def send_again(session: Session, letter_id: str, now: datetime) -> None:
    """Queue a letter that failed once more, with all its tries; raises Refused("letter_not_failed")."""
    if move(session, Letter, letter_id, BY_HAND, QUEUED, due_at=now, attempts=0) is not Outcome.MOVED:
        raise Refused("letter_not_failed")


def write(letter: Letter, draft: Draft, sender: str, now: datetime) -> EmailMessage:
    """The message as it goes over the wire: text, HTML, attachments, and a stable Message-ID."""
    message = EmailMessage()
    message["Subject"] = draft.subject
    message["From"] = sender
    message["To"] = on_the_wire(letter.to_address)
    message["Date"] = now
    message["Message-ID"] = f"<{letter.id}@{sender.rpartition('@')[2].rstrip('>')}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(draft.text)
    message.add_alternative(draft.html, subtype="html")
    for attachment in draft.attachments:
        maintype, _, subtype = attachment.mime.partition("/")
        message.add_attachment(
            attachment.content,
            maintype=maintype,
            subtype=subtype,
            filename=attachment.name,
            params=dict(attachment.parameters),
        )
    message["Content-Language"] = letter.language  # last: setting a content drops every Content- header
    return message


def address() -> ColumnElement[str]:
    """The address of a letter in lower case, for conditions."""
    return func.lower(Letter.to_address)


def settled() -> tuple[ColumnElement[bool], ...]:
    """The conditions on letters that nothing more happens to, and that still say to whom they went."""
    return Letter.state.in_((SENT, FAILED, DROPPED)), Letter.to_address != ""


def forget(session: Session, email: str) -> int:
    """Forget that letters went to this address (lower case), and send none of those that wait; says how many."""
    waiting = (Letter.state.in_((QUEUED, FAILED)), address() == email)
    changed(session, update(Letter).where(*waiting).values(state=DROPPED))
    return forget_where(session, address() == email)


def forget_where(session: Session, which: ColumnElement[bool]) -> int:
    """Forget to whom those settled letters went; one that failed is given up. Says how many. What a mail server said
    may name the address."""
    found = update(Letter).where(*settled(), which)
    given_up = case((Letter.state == FAILED, DROPPED), else_=Letter.state)
    return changed(session, found.values(to_address="", last_error="", state=given_up))
