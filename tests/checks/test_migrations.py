"""Models and migrations agree, on both databases, and every migration goes both ways."""

from __future__ import annotations

import re
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask_migrate import Migrate, downgrade, upgrade
from sqlalchemy import create_engine, inspect

from conftest import settings_for
from factories import House
from ticketing.app import PACKAGE, create_app
from ticketing.core.db import Base, db, reading
from ticketing.core.health import newest_migration
from ticketing.orders.lookup import by_code
from ticketing.reports.doctor import examine


def test_models_and_migrations_agree(database_url: str) -> None:
    engine = create_engine(database_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
        assert context.get_current_revision() == newest_migration() != ""
    engine.dispose()


def test_indexes_over_some_rows_have_the_condition_that_their_models_note(database_url: str) -> None:
    engine = create_engine(database_url)
    noted = {
        index.name: index.info["where"]
        for table in Base.metadata.tables.values()
        for index in table.indexes
        if "where" in index.info
    }
    found = {
        index["name"]: index["dialect_options"][f"{engine.dialect.name}_where"]
        for table in Base.metadata.tables
        for index in inspect(engine).get_indexes(table)
        if f"{engine.dialect.name}_where" in index.get("dialect_options", {})
    }
    engine.dispose()
    assert {name: _words(where) for name, where in found.items()} == {
        name: _words(where) for name, where in noted.items()
    }


def _words(condition: object) -> list[str]:
    """The condition as both databases tell it: PostgreSQL writes IN as = ANY, with types and brackets."""
    return sorted(set(re.findall(r"\w+", str(condition))) - {"IN", "ANY", "ARRAY", "character", "varying", "text"})


def test_migrations_go_down_and_up_again(database_url: str, tmp_path: Path) -> None:
    app = create_app(settings_for(database_url, tmp_path))
    with app.app_context():
        Migrate(app, db, directory=str(PACKAGE / "migrations"))
        downgrade(revision="base")
        assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}
        upgrade()
        assert set(inspect(db.engine).get_table_names()) == {"alembic_version", *Base.metadata.tables}
        db.engine.dispose()


def test_what_is_in_the_house_outlives_every_migration(house: House) -> None:
    path = house.buy(day=2, conference=1)
    code = house.status(path)["order"]
    with house.app.app_context():
        Migrate(house.app, db, directory=str(PACKAGE / "migrations"))
        downgrade(revision="0002")
        upgrade()
        with reading() as session:
            assert examine(session) == []
            assert session.connection().exec_driver_sql("SELECT count(*) FROM ticket").scalar_one() == 3
            assert by_code(session, code).state == "paid"
        db.engine.dispose()
