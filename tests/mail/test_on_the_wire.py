"""Letters over a real mail server on this machine: refusals, broken lines, greylisting, and what comes of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from changes import page
from factories import House
from ticketing.core.db import reading
from ticketing.mail.models import Letter
from ticketing.mail.outbox import WAITS
from ticketing.mail.transports import SmtpTransport
from ticketing.reports.doctor import examine
from ticketing.serving import free_port

Answer = Callable[[int], str | None]
TO = "hanako@example.com"


class MailServer:
    """Takes letters, or answers as it is told: each function gets the number of the try and says what to answer."""

    def __init__(self) -> None:
        self.rcpt: Answer = lambda n: None
        self.data: Answer = lambda n: None
        self.tries = 0
        self.taken: list[bytes] = []
        self.lines: list[str] = []
        """What came behind RCPT, as it came: the library takes quotes off before it hands an address on."""

    async def handle_RCPT(  # noqa: N802 (the library's name)
        self, server: SMTP, session: Session, envelope: Envelope, address: str, _: list[str]
    ) -> str:
        self.tries += 1
        refusal = self.rcpt(self.tries)
        if refusal is None:
            envelope.rcpt_tos.append(address)
        return refusal or "250 OK"

    async def handle_DATA(  # noqa: N802 (the library's name)
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        answer = self.data(self.tries)
        if answer == "drop":
            assert server.transport is not None
            server.transport.abort()
            return "451 gone"
        if answer is None:
            assert isinstance(envelope.content, bytes)
            self.taken.append(envelope.content)
        return answer or "250 taken"


class Listening(Controller):
    """A server that also keeps the lines in which recipients were named."""

    def factory(self) -> SMTP:
        handler: MailServer = self.handler

        class Writing(SMTP):
            async def smtp_RCPT(self, arg: str) -> None:  # noqa: N802 (the library's name)
                handler.lines.append(arg)
                await super().smtp_RCPT(arg)

        return Writing(handler, **self.SMTP_kwargs)


@pytest.fixture
def server(house: House) -> Iterator[MailServer]:
    """A mail server, to which the house hands its letters."""
    handler = MailServer()
    port = free_port(25025)
    controller = Listening(handler, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        house.app.extensions["ticketing.transport"] = SmtpTransport(f"smtp://127.0.0.1:{port}")
        yield handler
    finally:
        controller.stop()


def letter(house: House) -> Letter:
    with house.app.app_context(), reading() as session:
        return session.query(Letter).filter_by(kind="order.paid").one()


def test_a_letter_arrives_whole(house: House, server: MailServer) -> None:
    house.buy(day=2, email=TO)
    (raw,) = server.taken
    message = message_from_bytes(raw, policy=policy.default)
    assert (message["To"], message["Message-ID"]) == (TO, f"<{letter(house).id}@localhost>")
    assert {"text/plain", "text/html", "application/pdf"} <= {part.get_content_type() for part in message.walk()}
    assert letter(house).state == "sent"


def test_greylisting_is_waited_out(house: House, server: MailServer) -> None:
    server.rcpt = lambda n: "450 4.7.1 greylisted, come back later" if n < 3 else None
    house.buy(day=1, email=TO)
    assert (letter(house).state, letter(house).attempts) == ("queued", 1)
    for wait in WAITS[:2]:
        house.clock.advance(wait - timedelta(seconds=1))
        house.work()
        before = server.tries
        house.clock.advance(timedelta(seconds=1))
        house.work()
        assert server.tries == before + 1
    assert (letter(house).state, len(server.taken)) == ("sent", 1)


def test_a_line_that_breaks_in_the_middle_of_the_text_is_tried_again(house: House, server: MailServer) -> None:
    server.data = lambda n: "drop" if n == 1 else None
    house.buy(day=1, email=TO)
    assert letter(house).state == "queued"
    house.clock.advance(WAITS[0])
    house.work()
    assert (letter(house).state, len(server.taken)) == ("sent", 1)


@pytest.mark.parametrize("step", ["rcpt", "data"])
def test_a_refusal_for_good_marks_the_letter_and_everybody_sees_it(house: House, server: MailServer, step: str) -> None:
    setattr(server, step, lambda n: "550 5.1.1 no such user")
    path = house.buy(day=1, email=TO)
    house.clock.advance(timedelta(days=2))
    house.work()
    assert (letter(house).state, server.tries, "550" in letter(house).last_error) == ("failed", 1, True)
    assert "could not be delivered to h•••••o@example.com" in page(house, path)
    office = house.staff().get(f"/office/orders/{path.split('/')[2]}", headers={"Accept-Language": "en"}).text
    assert "could not be delivered" in office
    with house.app.app_context(), reading() as session:
        assert [one.code for one in examine(session)] == ["letter_failed"]


def test_a_server_that_is_busy_for_days_is_given_up_in_the_end(house: House, server: MailServer) -> None:
    server.data = lambda n: "451 4.3.0 try later"
    house.buy(day=1, email=TO)
    for wait in WAITS:
        house.clock.advance(wait)
        house.work()
    assert (letter(house).state, server.tries) == ("failed", len(WAITS) + 1)


def test_other_letters_go_out_while_one_is_refused(house: House, server: MailServer) -> None:
    server.rcpt = lambda n: "550 no" if n == 1 else None
    house.buy(day=1, email=TO)
    house.buy(day=1, email="ken@example.com")
    assert len(server.taken) == 1


@pytest.mark.parametrize("old", ["hanako.@docomo.ne.jp", "ha..na...ko@ezweb.ne.jp"])
def test_an_old_address_of_a_phone_company_gets_its_tickets(house: House, server: MailServer, old: str) -> None:
    path = house.buy(day=1, email=old)
    (raw,) = server.taken
    local, _, domain = old.partition("@")
    quoted = f'"{local}"@{domain}'
    assert f"To: {quoted}\n".encode() in raw.replace(b"\r\n", b"\n")
    assert (server.lines, letter(house).state) == ([f"TO:<{quoted}>"], "sent")
    house.client.post("/find", data={"email": old})
    house.work()
    assert path in message_from_bytes(server.taken[-1], policy=policy.default).as_string().replace("=\n", "")
