"""A small event file, and a database of its own for each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from ticketing.core import i18n
from ticketing.core.db import engine_options, prepare_engine
from ticketing.events.file import EventFile, read
from ticketing.events.store import save

NOW = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
SMALL = """\
[event]
slug = "small"
title = { ja = "小さな会", en = "Small evening" }
summary = { ja = "短く。", en = "Short." }
starts_at = 2026-05-01T18:00:00+09:00
ends_at = 2026-05-01T20:00:00+09:00

[venue]
name = { ja = "家", en = "House" }
address = { ja = "東京", en = "Tokyo" }
access = { ja = "徒歩", en = "On foot" }
map_url = "https://example.com/map"

[[rooms]]
code = "HALL"
name = { ja = "ホール", en = "Hall" }
capacity = 50

[[gates]]
code = "A"
name = { ja = "ゲートA", en = "Gate A" }
room = "HALL"

[[programs]]
code = "talk"
title = { ja = "対談", en = "Talk" }
room = "HALL"
starts_at = 2026-05-01T18:00:00+09:00
ends_at = 2026-05-01T19:00:00+09:00
doors_open_at = 2026-05-01T17:30:00+09:00

[[programs]]
code = "film"
title = { ja = "映画", en = "Film" }
room = "HALL"
starts_at = 2026-05-01T19:00:00+09:00
ends_at = 2026-05-01T20:00:00+09:00
doors_open_at = 2026-05-01T19:00:00+09:00
places = 40

[[tiers]]
code = "ALL"
name = { ja = "通し券", en = "All evening" }
price = 1500
tax_percent = 10
admits = ["film", "talk"]
reentry = true
sale_starts_at = 2026-04-01T00:00:00+09:00
sale_ends_at = 2026-05-01T20:00:00+09:00
max_per_order = 4

[[tiers]]
code = "TALK-ONLY"
name = { ja = "対談券", en = "Talk only" }
price = 500
tax_percent = 10
admits = ["talk"]
reentry = false
sale_starts_at = 2026-04-01T00:00:00+09:00
sale_ends_at = 2026-05-01T19:00:00+09:00
max_per_order = 4

[policy]

[[policy.refunds]]
until = 2026-04-20T00:00:00+09:00
fee_percent = 0

[[policy.refunds]]
until = 2026-04-25T00:00:00+09:00
fee_percent = 50

[seller]
name = { ja = "主催", en = "Host" }
address = { ja = "東京", en = "Tokyo" }
phone = { ja = "開示します", en = "On request" }
responsible = { ja = "開示します", en = "On request" }
email = "host@example.com"
"""


@pytest.fixture
def small() -> str:
    """A file with a room, a gate, two programs and two tiers; changed by tests."""
    return SMALL


@pytest.fixture
def session(database_url: str) -> Iterator[Session]:
    """A session on an empty database of its own, and of the app just what rooms ask it for."""
    engine = create_engine(database_url, **engine_options(database_url))
    prepare_engine(engine)
    app = Flask("events")
    i18n.init(app)
    app.extensions["ticketing.catalogs"] = {}
    with app.app_context(), Session(engine) as opened:
        yield opened
    engine.dispose()


@pytest.fixture
def stored(session: Session) -> Callable[[str], EventFile]:
    """Reads a file, saves it, and commits as the edge does."""

    def store(text: str) -> EventFile:
        file = read(text)
        save(session, file, NOW)
        session.commit()
        return file

    return store
