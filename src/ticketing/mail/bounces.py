"""Letters that came back: reading the reports of mail servers (RFC 3464) and marking what they are about.

A letter's Message-ID is made from its id, which nobody but its reader and the mail servers between know. So a report
says by the returned headers which letter it is about, and nobody marks a letter who never saw it.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, message_from_string, policy
from email.message import Message

from sqlalchemy.orm import Session

from ticketing.core.states import Outcome
from ticketing.mail import outbox


@dataclass(frozen=True)
class Bounce:
    """A letter that was refused for good somewhere on its way; `why` is what that server said, in one line."""

    letter_id: str
    why: str


def read(raw: bytes) -> Bounce | None:
    """The letter that this message says was not delivered; None for any other message, or one that only tells of a
    delay."""
    report = message_from_bytes(raw, policy=policy.compat32)
    if report.get_content_type() != "multipart/report" or not report.is_multipart():
        return None
    failed = [block for block in _recipients(report) if str(block.get("Action", "")).strip().lower() == "failed"]
    letter_id = _letter_id(report)
    if not failed or letter_id is None:
        return None
    status, said = (" ".join(str(failed[0].get(name, "")).split()) for name in ("Status", "Diagnostic-Code"))
    return Bounce(letter_id, f"came back: {status} {(said.partition(';')[2] or said).strip()}".strip())


def mark(session: Session, found: Bounce) -> bool:
    """Note that a letter came back; False where there is no such letter, or it is known to have failed."""
    return outbox.bounced(session, found.letter_id, found.why) is Outcome.MOVED


def _recipients(report: Message) -> Iterator[Message]:
    """The blocks of the report about single recipients: all but the first, which is about the whole message."""
    for part in report.walk():
        if part.get_content_type() == "message/delivery-status":
            blocks = part.get_payload()
            yield from (one for one in (blocks if isinstance(blocks, list) else [])[1:] if isinstance(one, Message))


def _letter_id(report: Message) -> str | None:
    for header in _returned(report):
        name = header.strip().strip("<>").partition("@")[0]
        try:
            return str(uuid.UUID(name))
        except ValueError:
            continue
    return None


def _returned(report: Message) -> Iterator[str]:
    """The Message-ID of what came back: in the message itself, in its headers, else where servers refer to it."""
    for part in report.walk():
        if part.get_content_type() == "text/rfc822-headers":
            yield str(message_from_string(str(part.get_payload())).get("Message-ID", ""))
        elif part is not report and part.get_content_type() not in ("message/rfc822", "message/delivery-status"):
            yield str(part.get("Message-ID", ""))
    yield str(report.get("In-Reply-To", ""))
    yield from str(report.get("References", "")).split()
