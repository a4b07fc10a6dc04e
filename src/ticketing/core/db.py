"""The database: one engine, the base of all tables, and the two ways to open a transaction.

SQLite and PostgreSQL carry the same schema. On SQLite a writer takes the write lock at BEGIN: a transaction that
reads first and writes later would otherwise fail with "database is locked", whatever the busy timeout.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from functools import cache
from importlib import import_module
from select import POLLIN, poll
from typing import Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, DateTime, Engine, Executable, Index, Insert, MetaData, String, TypeDecorator, event, insert
from sqlalchemy.engine import Connection, Dialect, make_url
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.orm import DeclarativeBase, Session, registry

from ticketing.core.turns import turn

POOL_SIZE = 5
NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UTCDateTime(TypeDecorator[datetime]):
    """An instant. Takes aware datetimes only, keeps and returns UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive time: it has no meaning between a server and a tablet."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive time cannot be stored")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """SQLite returns naive UTC; PostgreSQL returns the session's zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """What all tables inherit: names of constraints, and the column types of our own."""

    registry = registry(
        metadata=MetaData(naming_convention=NAMES),
        type_annotation_map={
            datetime: UTCDateTime(),
            dict[str, Any]: JSON(),
            list[Any]: JSON(),
            str: String(200),
        },
    )


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})


def engine_options(url: str) -> dict[str, Any]:
    """Pool and connection settings for this database; SQLite waits 5 s for the write lock, PostgreSQL 3 s."""
    # Errors are logged with their statement: the values in it, names and addresses, are not.
    options: dict[str, Any] = {"pool_size": POOL_SIZE, "max_overflow": 0, "pool_timeout": 5, "hide_parameters": True}
    if make_url(url).get_backend_name() == "sqlite":
        return {**options, "connect_args": {"timeout": 5, "check_same_thread": False}}
    limits = "-c lock_timeout=3s -c statement_timeout=10s -c timezone=UTC"
    # A server that vanishes without a word (its machine is gone) is given up after seconds, not after a quarter-hour.
    vanished = {"keepalives_idle": 20, "tcp_user_timeout": 5000}
    return {**options, "connect_args": {"connect_timeout": 3, "options": limits, **vanished}}


def prepare_engine(engine: Engine) -> None:
    """Make SQLite behave: explicit BEGIN, foreign keys, a log that readers and a writer share, durable commits.

    On PostgreSQL, connections that died while nobody used them are left alone.
    """
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _open_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "checkout", _look_alive)


def _open_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    for pragma in ("foreign_keys=ON", "journal_mode=WAL", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    if not options.get("single_read", False):
        connection.exec_driver_sql("BEGIN" if options.get("read_only", False) else "BEGIN IMMEDIATE")


def _look_alive(connection: Any, _record: object, _proxy: object) -> None:
    """Raises InvalidatePoolError, and the pool connects anew, where the server has hung up (it was started again).

    An idle connection that has something to read was closed. To ask the server would cost a journey each time.
    """
    idle = poll()
    idle.register(connection.fileno(), POLLIN)
    if idle.poll(0):
        raise InvalidatePoolError("the server has hung up")


@contextmanager
def reading() -> Iterator[Session]:
    """A session that only reads; what it loaded stays usable afterwards, detached."""
    session = db.session()
    try:
        session.connection(execution_options=_only_read(db.engine))
        yield session
    finally:
        session.close()


@contextmanager
def snapshot() -> Iterator[Session]:
    """As `reading`, and all statements see one and the same moment: for figures that are compared with each other."""
    session = db.session()
    try:
        session.connection(execution_options=_only_read(db.engine, "REPEATABLE READ"))
        yield session
        session.commit()  # nothing was written, but at each ROLLBACK psycopg forgets what it has prepared
    finally:
        session.close()


@contextmanager
def looking() -> Iterator[Connection]:
    """A connection to look something up in one statement, without a session: for what is asked for most."""
    with _reader(db.engine).connect() as connection:
        yield connection


@cache
def _reader(engine: Engine) -> Engine:
    return engine.execution_options(**_only_read(engine), single_read=True)


def _only_read(engine: Engine, level: str = "AUTOCOMMIT") -> dict[str, Any]:
    """On SQLite every reading transaction sees one moment.

    PostgreSQL needs no BEGIN and ROLLBACK around a SELECT: each would be a journey of its own, for nothing, because
    at READ COMMITTED every statement sees its own moment anyway.
    """
    return {"read_only": True} if engine.dialect.name == "sqlite" else {"isolation_level": level}


@contextmanager
def writing() -> Iterator[Session]:
    """The one commit of an action; anything raised inside leaves the database as it was."""
    with _turn():
        session = db.session()
        try:
            yield session
            session.commit()
        except BaseException:
            session.rollback()
            raise
        finally:
            session.close()


@contextmanager
def recording() -> Iterator[Connection]:
    """A transaction that writes, without a session: for scans."""
    with _turn(), db.engine.begin() as connection:  # who held a connection while waiting would keep it from the others
        yield connection


def _turn() -> AbstractContextManager[None]:
    engine = db.engine
    waits = engine.dialect.name == "sqlite" and engine.url.database
    return turn(str(engine.url.database)) if waits else nullcontext()


def changed(session: Session | Connection, statement: Executable, values: Any = None) -> int:
    """Execute an INSERT, UPDATE or DELETE and say how many rows it changed.

    It goes past the session's objects: what was loaded before does not learn of it.
    """
    if isinstance(session, Session):
        session.flush()
        session = session.connection()
    return session.execute(statement, values, execution_options={"preserve_rowcount": True}).rowcount


def add_rows(session: Session, table: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows with all their columns, by one statement and without making objects of them."""
    session.connection().execute(_insert_into(table), rows)


@cache
def _insert_into(table: type[Base]) -> Insert:
    return insert(table)


def insert_or(table: type[Base], dialect: str) -> Any:
    """An INSERT with ON CONFLICT, which both databases write the same way but SQLAlchemy keeps in each dialect.

    The dialect is loaded when it is first needed: the other one is 80 ms of every start that nobody uses.
    """
    return import_module(f"sqlalchemy.dialects.{dialect}").insert(table)


def partial_index(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    """An index over the rows that meet a condition, which both databases write the same way.

    Tables are made by migrations, and the condition stands there (`sqlite_where`, `postgresql_where`); a test holds the
    database to what is noted here. Said as an option of the dialects, it would load both: 7 MiB for each process.
    """
    return Index(name, *columns, unique=unique, info={"where": where})
