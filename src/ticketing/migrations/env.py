"""How migrations run: on the app's own engine, offline SQL is not offered."""

from __future__ import annotations

from alembic import context
from flask import current_app

from ticketing.core.db import Base

engine = current_app.extensions["sqlalchemy"].engine

with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()
