"""How letters leave: over SMTP, or into a folder when no server is set."""

from __future__ import annotations

import os
import smtplib
import ssl
from contextlib import suppress
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from ticketing.core.addresses import on_the_wire

TIMEOUT = 20.0


class Later(Exception):
    """The letter could not be handed over now; trying again may work."""


class Never(Exception):
    """The letter was refused for good."""


class Transport(Protocol):
    """Hands letters over."""

    def send(self, message: EmailMessage, letter_id: str) -> None:
        """Hand one letter over; raises Later or Never."""
        ...


class FolderTransport:
    """One file for each letter, `<UTC time>-<letter id>.eml`, for the inbox page and for tests."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, message: EmailMessage, letter_id: str) -> None:
        """Write the letter whole or not at all; a letter sent twice is one file."""
        self._folder.mkdir(parents=True, exist_ok=True)
        if any(self._folder.glob(f"*-{letter_id}.eml")):
            return
        name = f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{letter_id}.eml"
        draft = self._folder / f".{letter_id}.{os.getpid()}.part"
        draft.write_bytes(message.as_bytes())
        draft.rename(self._folder / name)


class SmtpTransport:
    """A mail server: `smtp://user:password@host:587` (STARTTLS where offered) or `smtps://…:465`."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
            raise ValueError("SMTP_URL must look like smtp://user:password@host:587 or smtps://host:465.")
        self._tls = parts.scheme == "smtps"
        self._host = parts.hostname
        self._port = parts.port or (465 if self._tls else 587)
        self._login = (unquote(parts.username), unquote(parts.password or "")) if parts.username else None

    def send(self, message: EmailMessage, letter_id: str) -> None:
        """Hand one letter over; a 5xx answer to its recipient or its text is for good, all else may be tried again.

        A server that refuses us or our sender says nothing about this letter: that is for the operator to put right.
        """
        try:
            server = self._connect()
            try:
                server.send_message(message, to_addrs=_recipients(message))
            finally:
                _part(server)
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _ in error.recipients.values()]
            refusal = f"recipient refused ({', '.join(map(str, codes))})"
            raise (Never if all(code >= 500 for code in codes) else Later)(refusal) from error
        except smtplib.SMTPResponseException as error:
            final = error.smtp_code >= 500 and isinstance(error, smtplib.SMTPDataError)
            raise (Never if final else Later)(f"server answered {error.smtp_code}") from error
        except (smtplib.SMTPException, OSError) as error:
            raise Later(type(error).__name__) from error

    def _connect(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self._tls:
            server: smtplib.SMTP = smtplib.SMTP_SSL(self._host, self._port, timeout=TIMEOUT, context=context)
        else:
            server = smtplib.SMTP(self._host, self._port, timeout=TIMEOUT)
            server.ehlo()
            if server.has_extn("starttls"):
                server.starttls(context=context)
        if self._login:
            server.login(*self._login)
        return server


def _recipients(message: EmailMessage) -> list[str]:
    """To whom: read from the header by ourselves, because smtplib loses the quotes of an address."""
    return [on_the_wire(f"{one.username}@{one.domain}") for one in message["To"].addresses]


def _part(server: smtplib.SMTP) -> None:
    """Say good-bye; how the server takes it changes nothing about the letter, which it has taken or refused by now."""
    with suppress(smtplib.SMTPException, OSError):
        server.quit()
    server.close()
