"""Connections that die while nobody uses them, and statements that go together."""

from __future__ import annotations

from threading import Thread

import pytest
from sqlalchemy import bindparam, create_engine, select, text, update
from sqlalchemy.exc import IntegrityError, ProgrammingError

from factories import House
from ticketing.core.batch import adding, run_together
from ticketing.core.db import POOL_SIZE, db, looking, reading, recording, writing
from ticketing.core.heartbeat import Heartbeat
from ticketing.events.models import Program

RENAME = (
    update(Heartbeat).where(Heartbeat.name == bindparam("old")).values(name=bindparam("new")).returning(Heartbeat.name)
)


def test_connections_that_the_server_closed_are_made_anew(house: House) -> None:
    with house.app.app_context():
        if db.engine.dialect.name == "sqlite":
            return  # a file hangs up on nobody
        with db.engine.connect() as one, db.engine.connect() as two:
            assert one.scalar(text("SELECT 1")) == two.scalar(text("SELECT 1"))
        server = create_engine(db.engine.url.set(database="postgres"))
        with server.connect() as admin:
            closed = admin.execute(
                text("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = :name"),
                {"name": db.engine.url.database},
            ).scalars()
            assert list(closed).count(True) >= 2
        server.dispose()
        for opened in (looking, reading, recording, writing):
            with opened() as connection:
                assert connection.execute(select(Heartbeat)).all() == []


def test_whoever_waits_for_a_turn_holds_no_connection(house: House) -> None:
    def record() -> None:
        with house.app.app_context(), recording() as connection:
            connection.execute(select(Heartbeat))

    waiting = [Thread(target=record) for _ in range(POOL_SIZE)]
    with house.app.app_context(), writing() as session:
        for thread in waiting:
            thread.start()
        for thread in waiting:
            thread.join(0.1)
        assert session.scalars(select(Heartbeat)).all() == []  # would wait for a connection in vain, and raise
    for thread in waiting:
        thread.join()


def test_each_step_says_what_it_changed_and_returned(house: House) -> None:
    now = house.clock.now()
    rows = [{"name": name, "at": now} for name in ("web", "worker")]
    with house.app.app_context():
        with recording() as connection:
            added, renamed, missed = run_together(
                connection,
                [
                    adding(Heartbeat, rows),
                    (RENAME, {"old": "web", "new": "mail"}),
                    (RENAME, {"old": "web", "new": "other"}),
                ],
            )
        with reading() as session:
            kept = {beat.name: beat.at for beat in session.scalars(select(Heartbeat))}
    assert added.count == 2
    assert renamed.row is not None
    assert (renamed.row[0], missed.row) == ("mail", None)
    assert kept == {"mail": now, "worker": now}


def test_a_step_that_fails_undoes_those_before_it(house: House) -> None:
    row = {"name": "web", "at": house.clock.now()}
    with house.app.app_context():
        with pytest.raises(IntegrityError) as caught, recording() as connection:
            run_together(connection, [adding(Heartbeat, [row]), adding(Heartbeat, [row]), adding(Heartbeat, [row])])
        with reading() as session:
            assert session.scalars(select(Heartbeat)).all() == []
    assert "web" not in str(caught.value).partition("parameters")[2]


def test_a_step_must_name_all_values(house: House) -> None:
    with house.app.app_context(), pytest.raises(TypeError, match="all its values"), recording() as connection:
        run_together(connection, [adding(Program, [{"code": "without"}])])
    with house.app.app_context(), pytest.raises((KeyError, ProgrammingError), match="new"), recording() as connection:
        run_together(connection, [(RENAME, {"old": "web"})])
