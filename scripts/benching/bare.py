"""The bare route to compare with: Flask, one UPDATE and one INSERT in a transaction, and nothing else."""

from __future__ import annotations

import os
import uuid

from flask import Flask, Response, jsonify
from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.engine import Connection

TABLES = (
    "CREATE TABLE bare_room (id INTEGER PRIMARY KEY, inside INTEGER NOT NULL)",
    "CREATE TABLE bare_scan (id VARCHAR(36) PRIMARY KEY, room_id INTEGER NOT NULL, decision VARCHAR(6) NOT NULL)",
    "INSERT INTO bare_room VALUES (1, 0)",
)
UPDATE = text("UPDATE bare_room SET inside = inside + 1 WHERE id = 1")
INSERT = text("INSERT INTO bare_scan VALUES (:id, 1, 'admit')")


def make_engine(url: str) -> Engine:
    """An engine with the settings that the house uses: the same pool, the same durability."""
    engine = create_engine(url, pool_size=5, max_overflow=0)
    if url.startswith("sqlite"):
        event.listen(engine, "connect", _open)
        event.listen(engine, "begin", _begin)
    return engine


def _open(connection: object, _record: object) -> None:
    connection.isolation_level = None  # type: ignore[attr-defined]
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")  # type: ignore[attr-defined]


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def wsgi() -> Flask:
    """What the web server calls in each of its processes."""
    app = Flask("bare")
    engine = make_engine(os.environ["BARE_DATABASE_URL"])

    @app.post("/scan")
    def scan() -> Response:
        with engine.begin() as connection:
            connection.execute(UPDATE)
            connection.execute(INSERT, {"id": str(uuid.uuid4())})
        return jsonify(decision="admit")

    @app.get("/hello")
    def hello() -> str:
        return "hello"

    return app
