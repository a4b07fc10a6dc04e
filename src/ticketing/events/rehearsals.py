"""Whether a house is there for practice only."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from ticketing.core.db import looking
from ticketing.events.models import Event

REHEARSALS = select(func.count(), func.count().filter(Event.shifted_seconds != 0)).select_from(Event)


def all_rehearse() -> bool:
    """Whether this house has rehearsal copies only: then every page says so. False where nobody can tell."""
    try:
        with looking() as connection:
            events, rehearsals = connection.execute(REHEARSALS).one()
    except SQLAlchemyError:
        return False  # the page that tells of the fault asks as well
    return bool(events) and events == rehearsals
