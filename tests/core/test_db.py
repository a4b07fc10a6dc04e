"""Connections that die while nobody uses them, and statements that go together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from threading import Thread

import pytest
from sqlalchemy import bindparam, create_engine, select, text, update
from sqlalchemy.exc import IntegrityError, ProgrammingError

from factories import House
from ticketing.core.batch import Row, Step, Unmet, adding, run_alone, run_together
from ticketing.core.db import POOL_SIZE, db, looking, reading, recording, snapshot, writing
from ticketing.core.heartbeat import Heartbeat
from ticketing.events.models import Program

RENAME = (
    update(Heartbeat).where(Heartbeat.name == bindparam("old")).values(name=bindparam("new")).returning(Heartbeat.name)
)
FIND = select(Heartbeat.name).where(Heartbeat.name == bindparam("one"))


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
        for opened in (looking, reading, snapshot, recording, writing):
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


def test_a_snapshot_sees_one_moment_whatever_is_written_meanwhile(house: House) -> None:
    def write(name: str) -> None:
        with house.app.app_context(), writing() as session:
            session.add(Heartbeat(name=name, at=house.clock.now()))

    write("web")
    with house.app.app_context(), snapshot() as session:
        before = session.scalars(select(Heartbeat.name)).all()
        meanwhile = Thread(target=write, args=["worker"])
        meanwhile.start()
        meanwhile.join()
        assert session.scalars(select(Heartbeat.name)).all() == before == ["web"]
    assert beats(house).keys() == {"web", "worker"}


def run_inside(steps: Sequence[Step]) -> list[Row]:
    """The steps inside a transaction of somebody else."""
    with recording() as connection:
        return run_together(connection, steps)


Run = Callable[[Sequence[Step]], list[Row]]


def beats(house: House) -> dict[str, datetime]:
    """All heartbeats as they are kept."""
    with house.app.app_context(), reading() as session:
        return {beat.name: beat.at for beat in session.scalars(select(Heartbeat))}


def test_each_step_says_what_it_returned(house: House) -> None:
    now = house.clock.now()
    added = adding(Heartbeat, [{"name": name, "at": now} for name in ("web", "worker")])
    renamed = Step(RENAME, {"old": "web", "new": "mail"}, must=True)
    missed = Step(RENAME, {"old": "web", "new": "other"})
    with house.app.app_context():
        first, second, third = run_alone([added, renamed, missed])
    assert first is None
    assert second is not None
    assert (second[0], third) == ("mail", None)
    assert beats(house) == {"mail": now, "worker": now}


@pytest.mark.parametrize(
    "unmet", [Step(RENAME, {"old": "no", "new": "x"}, must=True), Step(FIND, {"one": "no"}, must=True)]
)
@pytest.mark.parametrize("run", [run_alone, run_inside])
def test_a_step_that_finds_no_row_though_it_must_undoes_the_batch(house: House, unmet: Step, run: Run) -> None:
    steps = [
        adding(Heartbeat, [{"name": "web", "at": house.clock.now()}]),
        Step(FIND, {"one": "web"}, must=True),
        unmet,
        adding(Heartbeat, [{"name": "worker", "at": house.clock.now()}]),
    ]
    with house.app.app_context(), pytest.raises(Unmet):
        run(steps)
    assert beats(house) == {}


@pytest.mark.parametrize("run", [run_alone, run_inside])
def test_a_step_that_fails_undoes_those_before_it(house: House, run: Run) -> None:
    added = adding(Heartbeat, [{"name": "secret", "at": house.clock.now()}])
    with house.app.app_context(), pytest.raises(IntegrityError) as caught:
        run([added, added, added])
    assert beats(house) == {}
    assert caught.value.params is None


def test_a_step_must_name_all_values(house: House) -> None:
    with house.app.app_context(), pytest.raises(TypeError, match="all its values"):
        run_alone([adding(Program, [{"code": "without"}])])
    with house.app.app_context(), pytest.raises((KeyError, ProgrammingError), match="new"):
        run_alone([Step(RENAME, {"old": "web"})])


def test_a_batch_that_fails_spoils_none_after_it(house: House) -> None:
    """psycopg prepares a statement when it has seen it often; one prepared in a batch that fails is not there."""
    now = house.clock.now()
    fails = Step(FIND, {"one": "no"}, must=True)
    with house.app.app_context():
        for number in range(20):
            step = Step(RENAME, {"old": f"{number}", "new": f"new {number}"}, must=True)
            added = adding(Heartbeat, [{"name": f"{number}", "at": now}])
            with pytest.raises(Unmet):
                run_alone([fails, added, step])
            run_alone([added, step])
    assert len(beats(house)) == 20
