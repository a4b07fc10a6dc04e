"""Statements that go to the database together: all of them take effect, or none does.

An order is a dozen small statements and a scan is four. Handed over one by one, each pays for the whole road through
SQLAlchemy, on PostgreSQL for a journey there and back as well, and everybody else waits for the counters meanwhile.
Here each statement is compiled once per process, and PostgreSQL gets all of them at once (the pipeline mode of libpq),
so that nobody waits for a counter longer than the server needs. What must hold is therefore part of the statements: a
step that had to find its row and did not undoes the whole batch.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import Executable, bindparam, insert
from sqlalchemy.engine import Connection, Dialect, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler

from ticketing.core.db import Base, db, looking, recording
from ticketing.core.sharing import SharedCommits

Values = Mapping[str, Any]
DIVISION_BY_ZERO = "22012"


class Unmet(Exception):
    """A step that must find its row did not: the world is not as it was thought to be, and nothing was written."""


@dataclass(frozen=True)
class Step:
    """A statement that is made once and kept, with named parameters only, and the values of this time.

    One with `must`, a SELECT or with RETURNING, undoes the whole batch where it returns no row. `turn`: see `in_turn`.
    """

    statement: Executable
    values: Values
    must: bool = False
    turn: int | None = None


Row = Sequence[Any] | None
"""The first row that a step returned."""


def adding(table: type[Base], rows: Sequence[Values]) -> Step:
    """The step that inserts these few rows, one at least, all with the same columns, by one statement."""
    statement = _inserting(table, tuple(rows[0]), len(rows))
    return Step(statement, {f"{name}_{number}": row[name] for number, row in enumerate(rows) for name in row})


def in_turn(step: Step, *about: object) -> Step:
    """The step, which returns nothing, and from which on no other transaction that is about the same is under way.

    PostgreSQL lets a transaction count what others are about to add without seeing it; on SQLite all wait for all.
    What counts must be a later step: a statement sees what was there when it began.
    """
    digest = hashlib.sha256(repr(about).encode()).digest()
    return replace(step, turn=int.from_bytes(digest[:8], "big", signed=True))


@lru_cache(256)
def _inserting(table: type[Base], columns: Sequence[str], count: int) -> Executable:
    rows: list[dict[str, Any]] = [{name: bindparam(f"{name}_{number}") for name in columns} for number in range(count)]
    return insert(table).values(rows)


def run_alone(steps: Sequence[Step]) -> list[Row]:
    """Run the steps in their order as a transaction of their own; says of each the first row that it returned.

    PostgreSQL takes a pipeline without BEGIN for one transaction. Raises Unmet, and the errors that SQLAlchemy would.
    """
    if db.engine.dialect.name == "sqlite":
        rows: list[Row] = _commits_of(db.engine).run(lambda connection: run_together(connection, steps))
        return rows
    with looking() as connection:
        return run_together(connection, steps)


@cache
def _commits_of(_engine: Engine) -> SharedCommits:
    return SharedCommits(recording)


def run_together(connection: Connection, steps: Sequence[Step]) -> list[Row]:
    """The same inside the transaction of `connection`, which whoever opened it must roll back after an error."""
    dialect, driver = connection.dialect, connection.connection
    run = _run_one_by_one if dialect.name == "sqlite" else _run_in_pipeline
    try:
        return run(driver, dialect, steps)
    except dialect.loaded_dbapi.Error as error:
        if getattr(error, "sqlstate", None) == DIVISION_BY_ZERO:
            raise Unmet from error
        base = dialect.loaded_dbapi.Error
        raise DBAPIError.instance("a batch", None, error, base, hide_parameters=True, dialect=dialect) from error


def _run_one_by_one(driver: Any, dialect: Dialect, steps: Sequence[Step]) -> list[Row]:
    rows = []
    cursor = driver.cursor()
    for step in steps:
        compiled = _compiled(step.statement, dialect)
        cursor.execute(compiled.sql, compiled.parameters(step.values))
        rows.append(cursor.fetchone() if cursor.description else None)
        if step.must and rows[-1] is None:
            raise Unmet
    cursor.close()
    return rows


def _run_in_pipeline(driver: Any, dialect: Dialect, steps: Sequence[Step]) -> list[Row]:
    cursors = []
    with driver.dbapi_connection.pipeline():
        for step in steps:
            compiled = _compiled(step.statement, dialect)
            cursor = driver.cursor()
            sql = compiled.checked if step.must else compiled.sql if step.turn is None else compiled.in_turn
            # Prepared from the first time on: where a pipeline fails, psycopg forgets only new ones rightly.
            cursor.execute(sql, compiled.parameters({**step.values, "turn": step.turn}), prepare=True)
            cursors.append(cursor)
    rows: list[Any] = [cursor.fetchone() if cursor.description else None for cursor in cursors]
    return [row[1:] if step.must else row for step, row in zip(steps, rows, strict=True)]


class _Compiled:
    """A statement as its driver takes it; `checked` fails, as a division by zero, where it returns no row, `in_turn`
    waits for others with the same `turn`, and then keeps them waiting until its transaction ends."""

    def __init__(self, compiled: SQLCompiler, dialect: Dialect) -> None:
        if compiled.insert_prefetch or compiled.post_compile_params:
            raise TypeError("a statement of a batch must name all its values: no defaults, no lists")
        self.sql = str(compiled)
        self.checked = (
            f"WITH done AS ({self.sql}) SELECT 1 / (SELECT count(*) FROM done), done.* "  # noqa: S608 (our own text)
            "FROM (VALUES (1)) AS always LEFT JOIN done ON true"
        )
        self.in_turn = f"WITH done AS ({self.sql}) SELECT pg_advisory_xact_lock(%(turn)s::BIGINT)"
        self._order = compiled.positiontup if compiled.positional else None
        self._fixed = {name: bind.value for name, bind in compiled.binds.items() if not bind.required}
        processors = {
            name: bind.type.dialect_impl(dialect).bind_processor(dialect) for name, bind in compiled.binds.items()
        }
        self._processors = {name: processor for name, processor in processors.items() if processor is not None}

    def parameters(self, values: Values) -> Any:
        """The values with their types as the driver wants them."""
        given = {**self._fixed, **values}
        for name, processor in self._processors.items():
            given[name] = processor(given[name])
        return given if self._order is None else [given[name] for name in self._order]


@lru_cache(256)
def _compiled(statement: Any, dialect: Dialect) -> _Compiled:
    return _Compiled(statement.compile(dialect=dialect), dialect)
