"""Writing a message: begun, changed, tried on oneself, sent, stopped. Nothing is sent here: that does the worker."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ticketing.core import audit
from ticketing.core.db import changed
from ticketing.core.errors import Refused
from ticketing.core.i18n import LANGUAGES
from ticketing.core.ids import new_id
from ticketing.core.states import Outcome, move
from ticketing.mail.models import Letter
from ticketing.mail.outbox import queue
from ticketing.messages.audience import Audience, of_row, recipients
from ticketing.messages.models import Message
from ticketing.messages.states import DISCARDED, DRAFT, SENDING, STOPPED, TRANSITIONS

TEST_LETTER = "event.message_test"
LONGEST_SUBJECT = 120
LONGEST_BODY = 5000


@dataclass(frozen=True)
class Text:
    """What is written, by language; a language without text is left out."""

    subject: Mapping[str, str]
    body: Mapping[str, str]

    @property
    def languages(self) -> tuple[str, ...]:
        """Those it is written in."""
        return tuple(lang for lang in LANGUAGES if lang in self.subject)


def read_text(form: Mapping[str, str]) -> Text:
    """The fields `subject-<lang>` and `body-<lang>`.

    Raises Refused("message_empty"), Refused("message_half") for a subject without a text or a text without a subject,
    Refused("message_too_long").
    """
    subject = {lang: " ".join(form.get(f"subject-{lang}", "").split()) for lang in LANGUAGES}
    body = {lang: _lines(form.get(f"body-{lang}", "")) for lang in LANGUAGES}
    if not any(subject.values()) and not any(body.values()):
        raise Refused("message_empty", 400)
    if any(bool(subject[lang]) != bool(body[lang]) for lang in LANGUAGES):
        raise Refused("message_half", 400)
    longest = max(len(text) for text in body.values())
    if longest > LONGEST_BODY or max(len(text) for text in subject.values()) > LONGEST_SUBJECT:
        raise Refused("message_too_long", 400, subject=LONGEST_SUBJECT, body=LONGEST_BODY)
    written = [lang for lang in LANGUAGES if subject[lang]]
    return Text({lang: subject[lang] for lang in written}, {lang: body[lang] for lang in written})


def begin(session: Session, event_id: int, text: Text, audience: Audience, by: str, now: datetime) -> str:
    """Keep a new message as a draft; its id."""
    message = Message(id=new_id(), event_id=event_id, state=DRAFT, version=1, made_by=by, made_at=now)
    message.subject, message.body, message.audience = dict(text.subject), dict(text.body), audience.kept()
    session.add(message)
    audit.record(session, now, by, "message.begun", f"message:{message.id}")
    return message.id


def find(session: Session, message_id: str) -> Message:
    """The message; raises Refused("not_found", 404)."""
    message = session.get(Message, message_id, populate_existing=True)
    if message is None or message.state == DISCARDED:
        raise Refused("not_found", 404)
    return message


def change(session: Session, message_id: str, version: int, text: Text, audience: Audience) -> None:
    """Write a draft anew; raises Refused("message_changed") where somebody else did, or sent it, since `version`."""
    values: dict[str, Any] = {"subject": dict(text.subject), "body": dict(text.body), "audience": audience.kept()}
    mine = update(Message).where(Message.id == message_id, Message.state == DRAFT, Message.version == version)
    if changed(session, mine.values(version=version + 1, **values)) != 1:
        raise Refused("message_changed")


def send(session: Session, message_id: str, version: int, by: str, now: datetime) -> None:
    """Let it be sent as it was looked at. A second time changes nothing.

    Raises Refused("message_changed") where it is another text by now, Refused("message_nobody") where it has no reader.
    """
    session.get(Message, message_id, with_for_update=True)  # nobody writes it anew between the look and the move
    message = find(session, message_id)
    if message.state == DRAFT and message.version != version:
        raise Refused("message_changed")
    if message.state == DRAFT and not recipients(session, message.event_id, of_row(message.audience)):
        raise Refused("message_nobody")
    outcome = move(session, Message, message_id, TRANSITIONS, SENDING, sent_by=by, sent_at=now)
    if outcome is Outcome.MOVED:
        audit.record(session, now, by, "message.sent", f"message:{message_id}", version=message.version)


def stop(session: Session, message_id: str, by: str, now: datetime) -> None:
    """Write to nobody more; what a mail server has taken cannot be called back."""
    if move(session, Message, message_id, TRANSITIONS, STOPPED, ended_at=now) is Outcome.MOVED:
        audit.record(session, now, by, "message.stopped", f"message:{message_id}")


def discard(session: Session, message_id: str, by: str, now: datetime) -> None:
    """Give a draft up; raises Refused("message_changed") once it is sent."""
    outcome = move(session, Message, message_id, TRANSITIONS, DISCARDED, ended_at=now)
    if outcome is Outcome.REFUSED:
        raise Refused("message_changed")
    if outcome is Outcome.MOVED:
        audit.record(session, now, by, "message.discarded", f"message:{message_id}")


def try_out(session: Session, message: Message, address: str, by: str, now: datetime) -> None:
    """Queue the letter to oneself, one in each language that it is written in."""
    for lang in message.subject:
        letter = Letter(fact=f"{TEST_LETTER}:{new_id()}", kind=TEST_LETTER, subject_id=message.id, facts={})
        letter.to_address, letter.language = address, lang
        queue(session, now, letter)
    audit.record(session, now, by, "message.tried", f"message:{message.id}")


def of_event(session: Session, event_id: int) -> list[Message]:
    """All messages of an event, the newest first."""
    mine = select(Message).where(Message.event_id == event_id, Message.state != DISCARDED)
    return list(session.scalars(mine.order_by(Message.made_at.desc(), Message.id)))


def _lines(text: str) -> str:
    """As typed, but for the ends of lines, and without empty lines around it."""
    return "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")).strip("\n")
