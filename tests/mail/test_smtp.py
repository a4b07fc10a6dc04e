"""Handing letters to a mail server: what is for good, what is tried again, and when a letter is taken."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from email.message import EmailMessage

import pytest

from ticketing.mail.transports import Later, Never, SmtpTransport

GOOD = {"hello": "220 ready", "EHLO": "250 fine", "MAIL": "250 fine", "RCPT": "250 fine", ".": "250 taken"}
ANSWERS = {**GOOD, "DATA": "354 go on", "QUIT": "221 bye", "RSET": "250 fine"}


@contextmanager
def mail_server(answers: Mapping[str, str]) -> Iterator[str]:
    """A mail server that gives these answers; its URL."""

    class Talk(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.say("hello")
            in_text = False
            for line in self.rfile:
                word = line.decode().split()[0].upper() if line.strip() else ""
                if in_text and word != ".":
                    continue
                in_text = word == "DATA" and answers["DATA"].startswith("354")
                self.say(word)

        def say(self, word: str) -> None:
            self.wfile.write(f"{answers[word]}\r\n".encode())

    with socketserver.TCPServer(("127.0.0.1", 0), Talk) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"smtp://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


def send(answers: Mapping[str, str]) -> None:
    message = EmailMessage()
    message["From"], message["To"] = "tickets@example.com", "hanako@example.com"
    message.set_content("Your tickets")
    with mail_server({**ANSWERS, **answers}) as url:
        SmtpTransport(url).send(message, "a letter")


@pytest.mark.parametrize("good_bye", ["221 bye", "421 too late", "500 what"])
def test_a_letter_that_was_taken_is_sent_however_the_server_parts(good_bye: str) -> None:
    send({"QUIT": good_bye})


@pytest.mark.parametrize(("step", "answer"), [("RCPT", "550 no such person"), (".", "554 not this text")])
def test_what_is_wrong_with_the_letter_itself_is_for_good(step: str, answer: str) -> None:
    with pytest.raises(Never):
        send({step: answer})


@pytest.mark.parametrize(
    ("step", "answer"),
    [("hello", "554 not now"), ("MAIL", "530 sign in first"), ("RCPT", "450 grey"), (".", "451 later")],
)
def test_what_is_wrong_with_the_server_or_our_account_is_tried_again(step: str, answer: str) -> None:
    with pytest.raises(Later):
        send({step: answer})
