"""Counting statements and transactions, to hold the promises about both."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import event

from factories import House
from ticketing.core.db import db


@dataclass
class Count:
    """What went to the database."""

    statements: int = 0
    transactions: int = 0


@contextmanager
def counted(house: House) -> Iterator[Count]:
    """Count what happens inside; BEGIN is a transaction, not a statement."""
    count = Count()
    with house.app.app_context():
        engine = db.engine

    def on_statement(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith("BEGIN"):
            count.statements += 1

    def on_begin(_connection: Any) -> None:
        count.transactions += 1

    event.listen(engine, "before_cursor_execute", on_statement)
    event.listen(engine, "begin", on_begin)
    try:
        yield count
    finally:
        event.remove(engine, "before_cursor_execute", on_statement)
        event.remove(engine, "begin", on_begin)
