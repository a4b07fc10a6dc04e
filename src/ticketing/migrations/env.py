"""How migrations run: on the app's own engine, offline SQL is not offered."""

from __future__ import annotations

from typing import Literal

from alembic import context
from flask import current_app

from ticketing.core.db import Base, UTCDateTime


def render_item(kind: str, item: object, _context: object) -> str | Literal[False]:
    """Migrations stay readable without our code: an instant is a plain column there."""
    if kind == "type" and isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    return False


engine = current_app.extensions["sqlalchemy"].engine

with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        render_item=render_item,
    )
    with context.begin_transaction():
        context.run_migrations()
