"""Sending a message: each turn queues letters to some who have none yet, in one transaction. A letter's fact names the
message and the person, so however often this dies and begins again, nobody is written to twice."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ticketing.core.db import reading, writing
from ticketing.core.states import move
from ticketing.mail.models import Letter
from ticketing.mail.outbox import queue
from ticketing.messages.audience import Recipient, of_row, recipients
from ticketing.messages.models import Message
from ticketing.messages.states import SENDING, SENT, TRANSITIONS

LETTER = "event.message"
AT_ONCE = 500


def work(now: datetime) -> int:
    """Go on with every message that is being sent; says how many letters were queued."""
    with reading() as session:
        due = list(session.scalars(select(Message.id).where(Message.state == SENDING)))
    return sum(_send_some(message_id, now) for message_id in due)


def _send_some(message_id: str, now: datetime) -> int:
    with writing() as session:
        message = session.get_one(Message, message_id, with_for_update=True, populate_existing=True)  # one at a time
        if message.state != SENDING:
            return 0
        written = set(session.scalars(select(Letter.fact).where(Letter.group_id == message_id)))
        everybody = recipients(session, message.event_id, of_row(message.audience))
        new = [one for one in everybody if _fact(message_id, one.key) not in written]
        for one in new[:AT_ONCE]:
            queue(session, now, _letter(message_id, one))
        if len(new) <= AT_ONCE:
            move(session, Message, message_id, TRANSITIONS, SENT, ended_at=now)
        return len(new[:AT_ONCE])


def _letter(message_id: str, to: Recipient) -> Letter:
    facts = {"message": message_id, **({"change": to.change.id} if to.change else {})}
    return Letter(
        fact=_fact(message_id, to.key),
        kind=LETTER,
        subject_id=to.order.id,
        group_id=message_id,
        facts=facts,
        to_address=to.address,
        language=to.language,
    )


def _fact(message_id: str, key: str) -> str:
    return f"{LETTER}:{message_id}:{key}"


def progress(session: Session, message_id: str) -> Mapping[str, int]:
    """How many letters of a message stand how, by their states."""
    rows = select(Letter.state, func.count()).where(Letter.group_id == message_id)
    return {state: count for state, count in session.execute(rows.group_by(Letter.state))}
