"""How migrations run: on the app's own engine, offline SQL is not offered."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

from alembic import context
from flask import current_app
from sqlalchemy import Connection

from ticketing.core.db import Base, UTCDateTime


def render_item(kind: str, item: object, _context: object) -> str | Literal[False]:
    """Migrations stay readable without our code: an instant is a plain column there."""
    if kind == "type" and isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    return False


@contextmanager
def rebuilding(connection: Connection) -> Iterator[None]:
    """SQLite changes a table by making it anew, which rows elsewhere that belong to it would not allow: keys are
    checked before the commit instead (sqlite.org/lang_altertable.html#otheralter). Changes nothing on PostgreSQL."""
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name != "sqlite":
        yield
        return
    driver.execute("PRAGMA foreign_keys=OFF").close()
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys=ON").close()


def check_keys(connection: Connection) -> None:
    """Nothing is committed that would leave a row without what it belongs to."""
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise RuntimeError(f"rows that belong to nothing: {broken[:5]}")


engine = current_app.extensions["sqlalchemy"].engine

with engine.connect() as connection, rebuilding(connection):
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        render_item=render_item,
    )
    with context.begin_transaction():
        context.run_migrations()
        check_keys(connection)
