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
    """Count what happens inside, at the driver, which nothing gets past; BEGIN and COMMIT are no statements.

    On PostgreSQL a pipeline without BEGIN is a transaction too.
    """
    count = Count()
    with house.app.app_context():
        engine = db.engine

    def on_statement(statement: str) -> None:
        if statement.startswith("BEGIN"):
            count.transactions += 1
        elif not statement.startswith(("COMMIT", "ROLLBACK")):
            count.statements += 1

    with _traced_sqlite(engine, on_statement) if engine.dialect.name == "sqlite" else _traced_psycopg(on_statement):
        yield count


@contextmanager
def _traced_sqlite(engine: Engine, on_statement: Callable[[str], None]) -> Iterator[None]:
    def watch(driver: Any, *_: Any) -> None:
        driver.set_trace_callback(on_statement)

    event.listen(engine, "checkout", watch)
    try:
        yield
    finally:
        event.remove(engine, "checkout", watch)
        engine.dispose()  # its connections are watched


@contextmanager
def _traced_psycopg(on_statement: Callable[[str], None]) -> Iterator[None]:
    execute, pipeline, begin = psycopg.Cursor.execute, psycopg.Connection.pipeline, psycopg.Connection._exec_command

    def executed(cursor: Any, query: str, *args: Any, **options: Any) -> Any:
        on_statement(query)
        return execute(cursor, query, *args, **options)

    def piped(connection: Any) -> Any:
        if connection.autocommit:
            on_statement("BEGIN")
        return pipeline(connection)

    def commanded(connection: Any, command: bytes, *args: Any) -> Any:
        on_statement(command.decode())
        return begin(connection, command, *args)

    with (
        patch.object(psycopg.Cursor, "execute", executed),
        patch.object(psycopg.Connection, "pipeline", piped),
        patch.object(psycopg.Connection, "_exec_command", commanded),
    ):
        yield
