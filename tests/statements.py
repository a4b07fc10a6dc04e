"""Counting statements and transactions, to hold the promises about both."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

import psycopg
from sqlalchemy import Engine, event

from factories import House
from ticketing.core.db import db


@dataclass
class Count:
    """What went to the database."""

    statements: int = 0
    transactions: int = 0


@contextmanager
def counted(house: House) -> Iterator[Count]:
    """Count what happens inside, at the driver, which nothing gets past; BEGIN and COMMIT are no statements."""
    count = Count()
    with house.app.app_context():
        engine = db.engine

    def on_statement(statement: str) -> None:
        if not statement.startswith(("BEGIN", "COMMIT", "ROLLBACK")):
            count.statements += 1

    def on_begin(_connection: Any) -> None:
        count.transactions += 1

    event.listen(engine, "begin", on_begin)
    try:
        with _traced(engine, on_statement):
            yield count
    finally:
        event.remove(engine, "begin", on_begin)


@contextmanager
def _traced(engine: Engine, on_statement: Callable[[str], None]) -> Iterator[None]:
    if engine.dialect.name != "sqlite":
        execute = psycopg.Cursor.execute

        def executed(cursor: Any, query: str, *args: Any, **options: Any) -> Any:
            on_statement(query)
            return execute(cursor, query, *args, **options)

        with patch.object(psycopg.Cursor, "execute", executed):
            yield
        return

    def watch(driver: Any, *_: Any) -> None:
        driver.set_trace_callback(on_statement)

    event.listen(engine, "checkout", watch)
    try:
        yield
    finally:
        event.remove(engine, "checkout", watch)
        engine.dispose()  # its connections are watched
