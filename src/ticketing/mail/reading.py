"""Reading the letters in a folder: their list, one of them, what is attached."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage, MIMEPart
from email.utils import parsedate_to_datetime
from functools import lru_cache
from pathlib import Path


@dataclass(frozen=True)
class Attachment:
    """One attached file, in the order of the letter."""

    name: str
    kind: str  # media type
    content: bytes


@dataclass(frozen=True)
class Letter:
    """What a reader sees of a letter; `text` and `html` are empty where it has no such part."""

    file: str
    to: str
    subject: str
    sent_at: datetime
    headers: tuple[tuple[str, str], ...]
    text: str
    html: str
    attachments: tuple[Attachment, ...]


class LetterFolder:
    """The `.eml` files of one folder, which may come into being later. Names begin with the time of writing."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def letters(self, limit: int, before: str = "") -> list[Letter]:
        """Newest first, at most `limit`, only those older than the file named `before`, if one is named."""
        names = sorted((path.name for path in self._paths()), reverse=True)
        older = [name for name in names if not before or name < before]
        return [_read(self.folder / name) for name in older[:limit]]

    def find(self, file: str) -> Letter | None:
        """One letter by its file name; only names that the folder itself lists are ever opened."""
        return next((_read(path) for path in self._paths() if path.name == file), None)

    def _paths(self) -> list[Path]:
        return [path for path in self.folder.glob("[!.]*.eml") if path.is_file() and not path.is_symlink()]


@lru_cache(maxsize=500)
def _read(path: Path) -> Letter:
    """A file is written once and whole, so what was read once stays true."""
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    return Letter(
        file=path.name,
        to=str(message.get("To", "")),
        subject=str(message.get("Subject", "")),
        sent_at=_sent_at(message, path),
        headers=tuple((name, str(value)) for name, value in message.items()),
        text=_body(message, "plain"),
        html=_body(message, "html"),
        attachments=tuple(_attachment(part, n) for n, part in enumerate(message.iter_attachments(), start=1)),
    )


def _sent_at(message: EmailMessage, path: Path) -> datetime:
    if date := message.get("Date"):
        return parsedate_to_datetime(str(date)).astimezone(UTC)
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return str(part.get_content()) if part is not None else ""


def _attachment(part: MIMEPart, number: int) -> Attachment:
    content = part.get_payload(decode=True)
    return Attachment(
        name=part.get_filename() or f"attachment-{number}",
        kind=part.get_content_type(),
        content=content if isinstance(content, bytes) else b"",
    )
