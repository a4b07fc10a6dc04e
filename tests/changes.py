"""Tickets that change hands, for tests: an event that lets them, and what buyers and holders do."""

from __future__ import annotations

import html
import re
from email.message import EmailMessage
from pathlib import Path

from werkzeug.test import TestResponse

from factories import SEED, House
from ticketing.core.db import reading
from ticketing.core.limits import make_limiter
from ticketing.mail.models import Letter
from ticketing.orders.holders import path_of_ticket
from ticketing.tickets.models import Ticket

EN = {"Accept-Language": "en"}
CLOSES = "2025-10-26T10:00:00+09:00"
"""Twenty minutes after the morning of the tests."""
STILL_OPEN = ("change_until = 2025-10-25T18:00:00+09:00", f"change_until = {CLOSES}")


def open_house(house: House, *other: tuple[str, str]) -> House:
    """The first event, whose tickets may still be changed, with other texts of its file replaced too."""
    house.publish(open_file(*other))
    return house


def open_file(*other: tuple[str, str]) -> str:
    """The file of that event."""
    text = SEED.read_text(encoding="utf-8")
    for before, after in (STILL_OPEN, *other):
        assert before in text
        text = text.replace(before, after)
    return text


def ticket(house: House, path: str, number: int = 1) -> Ticket:
    """The row of a ticket, of an order's path or of a holder's."""
    code = path.split("/")[2]
    with house.app.app_context(), reading() as session:
        return session.query(Ticket).filter_by(order_code=code, number=number).one()


def holder_path(house: House, path: str, number: int = 1) -> str:
    """The link of whoever has a ticket now, as the letter tells it."""
    row = ticket(house, path, number)
    with house.app.app_context():
        return path_of_ticket(row.order_code, number, row.id, row.issue)


def with_limits(house: House, folder: Path) -> House:
    """Let the rate limits hold."""
    house.app.extensions["ticketing.limiter"] = make_limiter(folder)
    return house


def pass_on(house: House, path: str, issue: int = 1, **fields: str) -> TestResponse:
    """Send the confirmed form; `path` is where the ticket is changed."""
    person = {"name": "佐藤 葵", "email": "aoi@example.com", "language": "ja", "confirm": "yes", "issue": str(issue)}
    return house.client.post(f"{path}/transfer", data={**person, **fields}, headers=EN)


def page(house: House, path: str, status: int = 200, headers: dict[str, str] = EN) -> str:
    """A page as it reads: its HTML, with entities resolved."""
    answer = house.client.get(path, headers=headers)
    assert answer.status_code == status, answer.text
    return html.unescape(answer.text)


def heading(text: str) -> str:
    """The words of the page's one h1."""
    (found,) = re.findall(r"<h1[^>]*>(.*?)</h1>", text, re.S)
    return " ".join(re.sub(r"<[^>]+>", "", found).split())


def letters(house: House, to: str = "") -> list[EmailMessage]:
    """What was sent to an address, the first letter first."""
    house.work()
    return [one for one in house.transport.letters if to in str(one["To"])]


def text_of(message: EmailMessage) -> str:
    """The plain text of a letter, its lines joined."""
    part = message.get_body(("plain",))
    assert part is not None
    content: str = part.get_content()
    return " ".join(content.split())


def kinds(house: House) -> list[tuple[str, str, str]]:
    """All letters, in the order that they were queued: kind, address, state."""
    with house.app.app_context(), reading() as session:
        rows = session.query(Letter).order_by(Letter.queued_at, Letter.id)
        return sorted((one.kind, one.to_address, one.state) for one in rows)
