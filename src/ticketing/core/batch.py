"""Statements that go to the database together.

An order is a dozen small statements and a scan is four. Handed over one by one, each pays for the whole road through
SQLAlchemy, on PostgreSQL for a journey there and back as well, and everybody else waits for the counters meanwhile.
Here each statement is compiled once per process, and PostgreSQL gets all of them before the first answer is awaited
(the pipeline mode of libpq).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Executable, bindparam, insert
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler

from ticketing.core.db import Base, db, looking, recording

Values = Mapping[str, Any]
Step = tuple[Executable, Values]
"""A statement that is made once and kept, with named parameters only, and the values of this time."""


@dataclass(frozen=True)
class Done:
    """What came of a step: how many rows it changed, and the first row that it returned."""

    count: int
    row: Sequence[Any] | None


def adding(table: type[Base], rows: Sequence[Values]) -> Step:
    """The step that inserts these few rows, one at least, all with the same columns, by one statement."""
    statement = _inserting(table, tuple(rows[0]), len(rows))
    return statement, {f"{name}_{number}": row[name] for number, row in enumerate(rows) for name in row}


@lru_cache(256)
def _inserting(table: type[Base], columns: Sequence[str], count: int) -> Executable:
    rows: list[dict[str, Any]] = [{name: bindparam(f"{name}_{number}") for name in columns} for number in range(count)]
    return insert(table).values(rows)


def run_together(connection: Connection, steps: Sequence[Step]) -> list[Done]:
    """Run the steps in their order, inside the transaction of `connection`; says of each what came of it.

    A step cannot depend on the answer to one before it: look at the answers afterwards, and roll back where one is not
    as it should be. Raises the errors that SQLAlchemy would.
    """
    dialect, driver = connection.dialect, connection.connection
    sql = ""
    pipeline = getattr(driver.dbapi_connection, "pipeline", nullcontext)
    try:
        with pipeline():
            cursors = []
            for statement, values in steps:
                compiled = _compiled(statement, dialect)
                sql = compiled.sql
                cursor = driver.cursor()
                cursor.execute(sql, compiled.parameters(values))
                cursors.append(cursor)
        return [_done(cursor) for cursor in cursors]
    except dialect.loaded_dbapi.Error as error:
        raise DBAPIError.instance(
            sql, None, error, dialect.loaded_dbapi.Error, hide_parameters=True, dialect=dialect
        ) from error


def run_alone(step: Step) -> Done:
    """A transaction of one statement: PostgreSQL needs no BEGIN and COMMIT around it."""
    opened = recording if db.engine.dialect.name == "sqlite" else looking
    with opened() as connection:
        return run_together(connection, [step])[0]


def _done(cursor: Any) -> Done:
    done = Done(cursor.rowcount, cursor.fetchone() if cursor.description else None)
    cursor.close()
    return done


class _Compiled:
    """A statement as its driver takes it."""

    def __init__(self, compiled: SQLCompiler, dialect: Dialect) -> None:
        if compiled.insert_prefetch or compiled.post_compile_params:
            raise TypeError("a statement of a batch must name all its values: no defaults, no lists")
        self.sql = str(compiled)
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
