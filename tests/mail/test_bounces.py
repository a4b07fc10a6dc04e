"""Letters that came back (RFC 3464): the report marks the letter, whatever else lies in the mailbox."""

from __future__ import annotations

import json
from mailbox import Maildir
from pathlib import Path

import pytest
from click.testing import CliRunner

from changes import page
from factories import House
from ticketing import cli_house, cli_mail
from ticketing.core.db import reading, writing
from ticketing.mail import bounces
from ticketing.mail.models import Letter
from ticketing.orders.links import path_of
from ticketing.orders.reading import get

REPORT = """\
From: MAILER-DAEMON@mx.example.net (Mail Delivery System)
To: tickets@localhost
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain

I'm sorry to have to inform you that your message could not be delivered.

--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net
Arrival-Date: Sun, 26 Oct 2025 09:41:00 +0900

Final-Recipient: rfc822; hanako@example.com
Original-Recipient: rfc822;hanako@example.com
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 <hanako@example.com>: Recipient address
    rejected: User unknown

--B
{returned}
--B--
"""
HEADERS = "Content-Type: text/rfc822-headers\n\nFrom: tickets@localhost\nMessage-ID: <{id}@localhost>\nSubject: x\n"
WHOLE = "Content-Type: message/rfc822\n\nFrom: tickets@localhost\nMessage-ID: <{id}@localhost>\nSubject: x\n\nDear\n"


def report(letter_id: str, returned: str = HEADERS, action: str = "failed", status: str = "5.1.1") -> bytes:
    text = REPORT.format(action=action, status=status, returned=returned.format(id=letter_id))
    return text.replace("\n", "\r\n").encode()


@pytest.fixture
def letter_id(house: House) -> str:
    house.buy(day=1, email="hanako@example.com")
    return letter(house).id


def letter(house: House) -> Letter:
    with house.app.app_context(), reading() as session:
        return session.query(Letter).filter_by(kind="order.paid").one()


def mark(house: House, raw: bytes) -> bool:
    found = bounces.read(raw)
    if found is None:
        return False
    with house.app.app_context(), writing() as session:
        return bounces.mark(session, found)


@pytest.mark.parametrize("returned", [HEADERS, WHOLE])
def test_a_report_marks_its_letter_once(house: House, letter_id: str, returned: str) -> None:
    assert mark(house, report(letter_id, returned))
    assert not mark(house, report(letter_id, returned))
    assert letter(house).state == "failed"
    why = "came back: 5.1.1 550 5.1.1 <hanako@example.com>: Recipient address rejected: User unknown"
    assert letter(house).last_error == why


def test_the_buyer_sees_it(house: House, letter_id: str) -> None:
    with house.app.app_context(), reading() as session:
        order_id = session.get_one(Letter, letter_id).subject_id
        path = path_of(get(session, order_id).code, order_id)
    mark(house, report(letter_id))
    assert "could not be delivered to h•••••o@example.com" in page(house, path)


@pytest.mark.parametrize(
    ("action", "status"), [("delayed", "4.4.1"), ("delivered", "2.0.0"), ("relayed", "2.0.0"), ("expanded", "2.0.0")]
)
def test_a_delay_is_no_end(house: House, letter_id: str, action: str, status: str) -> None:
    assert not mark(house, report(letter_id, action=action, status=status))
    assert letter(house).state == "sent"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff\xfe\x00garbage",
        b"Subject: I am on holiday\r\nAuto-Submitted: auto-replied\r\n\r\nBack on Monday",
        b"Content-Type: multipart/report; report-type=delivery-status\r\n\r\nno parts at all",
        report("no-uuid"),
        report("", "Content-Type: text/plain\n\nnothing came back\n"),
    ],
)
def test_other_mail_marks_nothing(house: House, letter_id: str, raw: bytes) -> None:
    assert not mark(house, raw)
    assert letter(house).state == "sent"


def test_a_report_about_a_letter_of_others_marks_nothing(house: House, letter_id: str) -> None:
    assert not mark(house, report("7cd15a43-ed06-4ba0-ba51-3427ec7a63d2"))
    assert letter(house).state == "sent"


def test_the_command_reads_a_mailbox_once(
    house: House, letter_id: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = Maildir(tmp_path / "box")
    for raw in (report(letter_id), b"Subject: hello\r\n\r\nhello"):
        box.add(raw)
    monkeypatch.setattr(cli_house, "house", lambda: house.app)
    run = CliRunner().invoke(cli_mail.main, ["--maildir", str(tmp_path / "box"), "--json"])
    again = CliRunner().invoke(cli_mail.main, ["--maildir", str(tmp_path / "box"), "--json"])
    assert [json.loads(one.stdout) for one in (run, again)] == [{"read": 2, "marked": 1}, {"read": 0, "marked": 0}]
    assert letter(house).state == "failed"
    assert sorted("S" in one.get_flags() for one in Maildir(tmp_path / "box")) == [True, True]


def test_the_command_reads_one_report_from_standard_input(
    house: House, letter_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cli_house, "house", lambda: house.app)
    run = CliRunner().invoke(cli_mail.main, input=report(letter_id))
    assert "marked as not delivered: 1" in run.stdout
    assert letter(house).state == "failed"
