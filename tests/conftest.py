"""The house for tests, on SQLite and on PostgreSQL: each test has a database of its own, cloned from a migrated one."""

from __future__ import annotations

import os
import shutil
import sys
import uuid
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import structlog
from sqlalchemy import create_engine, text

import postgres
from factories import MORNING, House
from fakes import FakeGateway, FakeTransport
from ticketing.app import Outside, create_app
from ticketing.core import observe
from ticketing.core.clock import SetClock
from ticketing.core.db import db
from ticketing.core.settings import Settings, read_settings
from ticketing.serving import migrate

pytest_plugins = ["chromium", "wallets"]
# A fault says what differed in what tests share, too.
_SHARED = {path.stem for path in Path(__file__).parent.rglob("*.py") if not path.stem.startswith(("test_", "conftest"))}
pytest.register_assert_rewrite(*sorted(_SHARED - sys.modules.keys()))
BACKENDS = ("sqlite", "postgresql")
# Rooms whose tests are about pages and letters. Those of all other rooms always run on both databases.
PAGES = frozenset({"browser", "lan", "mail", "office", "reports", "shop", "staff"})


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A test of pages runs on one of both databases, by its name; on both where EVERY_DATABASE is set."""
    dropped = [] if os.environ.get("EVERY_DATABASE") else [item for item in items if _is_for_the_other(item)]
    config.hook.pytest_deselected(items=dropped)
    gone = set(dropped)
    items[:] = [item for item in items if item not in gone]


def _is_for_the_other(item: pytest.Item) -> bool:
    call = getattr(item, "callspec", None)
    backend = call.params.get("database_url") if call else None
    if backend is None or item.path.parent.name not in PAGES or len(_backends(item)) < len(BACKENDS):
        return False
    rest = item.nodeid.replace("sqlite", "").replace("postgresql", "")
    return backend != BACKENDS[zlib.crc32(rest.encode()) % len(BACKENDS)]


def _backends(item: pytest.Item) -> Sequence[str]:
    """The databases that this test asks for."""
    for mark in item.iter_markers("parametrize"):
        if mark.args[0] == "database_url":
            return mark.args[1]
    return BACKENDS


def settings_for(url: str, instance: Path) -> Settings:
    """Settings of a test house."""
    return read_settings(
        {
            "TICKETING_INSTANCE": str(instance),
            "DATABASE_URL": url,
            "PUBLIC_URL": "http://localhost",
            "SECRET_KEY": "a secret of the tests",
            "TICKETING_RATE_LIMITS": "off",
            "STRIPE_API_BASE": "http://127.0.0.1:9",
        }
    )


@pytest.fixture(autouse=True)
def log_of_its_own() -> Iterator[None]:
    """A command that a test ran in this process sent the log to a stream that is gone: the next test begins anew."""
    yield
    structlog.reset_defaults()
    vars(observe.log).pop("bind", None)  # where structlog keeps a logger that it made once


@pytest.fixture(scope="session")
def pg_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[postgres.Cluster]:
    """A PostgreSQL of our own: the one that scripts/test started, or one for this session."""
    with postgres.cluster() as cluster:
        yield cluster


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    folder = tmp_path_factory.mktemp("template")
    path = folder / "template.sqlite3"
    _migrate(f"sqlite:///{path}", folder)
    with create_engine(f"sqlite:///{path}").connect() as connection:
        connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
        connection.engine.dispose()
    return path


@pytest.fixture(scope="session")
def pg_template(pg_cluster: postgres.Cluster, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a migrated PostgreSQL database to clone."""
    name = f"template_{uuid.uuid4().hex[:8]}"
    _migrate(pg_cluster.create_database(name), tmp_path_factory.mktemp("template-pg"))
    return name


def _migrate(url: str, instance: Path) -> None:
    app = create_app(settings_for(url, instance))
    with app.app_context():
        migrate()
        db.engine.dispose()


@pytest.fixture(params=BACKENDS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A migrated, empty database, once on each backend."""
    if request.param == "sqlite":
        path = tmp_path / "test.sqlite3"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    cluster: postgres.Cluster = request.getfixturevalue("pg_cluster")
    name = f"test_{uuid.uuid4().hex[:12]}"
    yield cluster.create_database(name, template=request.getfixturevalue("pg_template"))
    cluster.drop_database(name)


@pytest.fixture
def empty_house(database_url: str, tmp_path: Path) -> Iterator[House]:
    """The whole app with fakes outside and no event yet, the morning of the first event's day."""
    clock = SetClock(MORNING)
    outside: dict[str, Any] = {"clock": clock, "gateway": FakeGateway(clock.now), "transport": FakeTransport()}
    app = create_app(settings_for(database_url, tmp_path), Outside(**outside))
    app.testing = True
    made = House(app=app, **outside)
    yield made
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def house(empty_house: House) -> House:
    """The same with the first event imported."""
    empty_house.publish()
    return empty_house


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the developer's shell sets must not reach a test."""
    for name in list(os.environ):
        if name.startswith(("TICKETING_", "STRIPE_", "DATABASE_URL", "SMTP_", "PUBLIC_URL", "SECRET_KEY")):
            monkeypatch.delenv(name)
