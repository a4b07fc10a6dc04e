"""State changes: one conditional UPDATE out of a table of transitions. Nothing else writes a state column."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ticketing.core.db import changed

Transitions = Mapping[str, frozenset[str]]
"""For each state, the states that it may be entered from."""


class Outcome(Enum):
    """What became of a wish to change a state."""

    MOVED = "moved"
    ALREADY = "already"
    REFUSED = "refused"


def move(session: Session, table: Any, key: object, transitions: Transitions, to: str, **values: object) -> Outcome:
    """Move one row to `to` and set `values` with it, if its present state allows.

    Of several who try at once, exactly one sees MOVED; the others see ALREADY.
    """
    sources = transitions[to]
    statement = (
        update(table)
        .where(table.id == key, table.state.in_(sources))
        .values(state=to, **values)
        .execution_options(synchronize_session=False)
    )
    if changed(session, statement) == 1:
        return Outcome.MOVED
    present = session.scalar(select(table.state).where(table.id == key))
    return Outcome.ALREADY if present == to else Outcome.REFUSED
