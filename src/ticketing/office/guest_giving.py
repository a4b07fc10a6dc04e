"""Giving a list of guests their tickets: some at a time, each of them once, however often the list is sent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.exc import IntegrityError

from ticketing.core.batch import Unmet
from ticketing.core.db import reading, writing
from ticketing.core.errors import Refused
from ticketing.events.catalog import Catalog
from ticketing.inventory import holds
from ticketing.orders.changes import Act
from ticketing.payments import comps
from ticketing.payments.comps import Line

AT_ONCE = 10
"""How many guests a transaction takes: others who buy wait no longer than that."""
TRIES = 5


def give_all(catalog: Catalog, lines: Sequence[Line], by: str, now: datetime) -> None:
    """Give all of them tickets. What was made before is left alone, so that a list whose answer was lost, or which
    places ran out for, is simply sent again.

    Raises Refused("places_gone") or Refused("allotment_short") where places run out, Refused("event_canceled"),
    Refused("busy", 503).
    """
    for first in range(0, len(lines), AT_ONCE):
        _give_some(catalog, lines[first : first + AT_ONCE], Act(by, now))


def _give_some(catalog: Catalog, lines: Sequence[Line], act: Act) -> None:
    for _try in range(TRIES):
        try:
            with writing() as session:
                for line in lines:
                    comps.give(session, catalog, line, act)
        except Unmet:
            _check_left(catalog, lines)
        except IntegrityError:  # the same list came twice at once, or an order code was taken
            continue
        else:
            return
    raise Refused("busy", 503)


def _check_left(catalog: Catalog, lines: Sequence[Line]) -> None:
    """Raises Refused where places are gone; those that were set aside have said so themselves."""
    with reading() as session:
        to_take = [line for line in lines if comps.kept_for(session, catalog, line) is None]
    holds.check_left(catalog, [(line.guest.tier, line.guest.count) for line in to_take])
