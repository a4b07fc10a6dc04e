"""The event file: one event as TOML text, read into frozen values or refused with every fault and its line."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from typing import Any

from ticketing.events.file_checks import check
from ticketing.events.file_faults import BadEventFile, Fault, Path, where
from ticketing.events.file_parts import EventFile, ProgramPart, TierPart, TitleLines
from ticketing.events.file_positions import Positions
from ticketing.events.file_reader import Reader

__all__ = ["BadDocument", "BadEventFile", "EventFile", "Fault", "read", "take"]

LONGEST = 1_000_000
AT = re.compile(r" \(at (?:line (?P<line>\d+), column \d+|end of document)\)$")


def read(text: str) -> EventFile:
    """The event that this text describes.

    Raises BadEventFile with all faults at once. What the file leaves out is filled in: a program's places from
    its room, the poster's lines from the title. Order that carries no meaning is made one: programs by time,
    rooms by code, a tier's programs by time.
    """
    text = text.removeprefix("\ufeff")
    document, positions = _parse(text)
    try:
        return take(document)
    except BadDocument as error:
        raise BadEventFile(Fault(positions.line(at), where(at), message) for at, message in error.found) from error


class BadDocument(Exception):
    """Tables that make no event. `found` are all faults as pairs of path and message."""

    def __init__(self, found: list[tuple[Path, str]]) -> None:
        self.found = found
        super().__init__(f"{len(found)} faults")


def take(document: dict[str, Any]) -> EventFile:
    """The event that these tables describe, wherever they come from: a TOML text or a form.

    Raises BadDocument with all faults at once.
    """
    reader = Reader()
    file: EventFile = reader.table(document, EventFile, ())
    found: list[tuple[Path, str]] = [*reader.faults, *check(document)]
    if found:
        raise BadDocument(found)
    return normal(file)


def _parse(text: str) -> tuple[dict[str, Any], Positions]:
    if len(text) > LONGEST:
        raise BadEventFile([Fault(1, "", f"The file is too long; use at most {LONGEST:,} characters.")])
    try:
        return tomllib.loads(text), Positions(text)
    except (ValueError, RecursionError) as error:
        raise BadEventFile([_syntax(str(error), text)]) from error


def _syntax(message: str, text: str) -> Fault:
    at = AT.search(message)
    last = len(text.rstrip().splitlines()) or 1
    line = 1 if at is None else int(at["line"] or last)
    return Fault(line, "", f"This is no TOML: {AT.sub('', message)}. Look at this line and the one before.")


def normal(file: EventFile) -> EventFile:
    """The same event with its defaults filled in and its order made one."""
    capacities = {room.code: room.capacity for room in file.rooms}
    programs = sorted(file.programs, key=lambda program: (program.starts_at, program.code))
    order = [program.code for program in programs]
    title = file.event.title
    lines = file.event.title_lines or TitleLines((title.ja,), (title.en,))
    return replace(
        file,
        event=replace(file.event, title_lines=lines),
        rooms=tuple(sorted(file.rooms, key=lambda room: room.code)),
        programs=tuple(_with_places(program, capacities[program.room]) for program in programs),
        tiers=tuple(_with_order(tier, order) for tier in file.tiers),
    )


def _with_places(program: ProgramPart, capacity: int) -> ProgramPart:
    return program if program.places is not None else replace(program, places=capacity)


def _with_order(tier: TierPart, order: list[str]) -> TierPart:
    return replace(tier, admits=tuple(sorted(tier.admits, key=order.index)))
