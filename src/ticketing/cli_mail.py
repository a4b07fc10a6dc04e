"""The commands about letters."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from mailbox import Maildir
from pathlib import Path

import click

from ticketing.cli_house import as_json, in_house
from ticketing.core.db import writing
from ticketing.mail import bounces


@click.command("bounces")
@click.option(
    "--maildir",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Read the unread messages of this Maildir.",
)
@as_json
@in_house
def main(maildir: Path | None, json_: bool) -> None:
    """Mark letters that came back: read one delivery report from standard input, or all new ones of a Maildir."""
    read = marked = 0
    for raw in _unread(maildir) if maildir else [sys.stdin.buffer.read()]:
        read += 1
        found = bounces.read(raw)
        if found is not None:
            with writing() as session:
                marked += bounces.mark(session, found)
    if json_:
        click.echo(json.dumps({"read": read, "marked": marked}))
    else:
        click.echo(f"Messages read: {read}. Letters marked as not delivered: {marked}.")


def _unread(folder: Path) -> Iterator[bytes]:
    """Each message once: it counts as read when whoever asked for it comes back for the next."""
    box = Maildir(folder, create=False)
    for key in sorted(box.keys()):
        message = box[key]
        if "S" in message.get_flags():
            continue
        yield box.get_bytes(key)
        message.set_subdir("cur")
        message.add_flag("S")
        box[key] = message
