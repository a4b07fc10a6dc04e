"""Fitting the counters to an event's file: every program and every tier has exactly one."""

from __future__ import annotations

from flask import current_app
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from ticketing.core.db import changed, looking
from ticketing.core.errors import Refused
from ticketing.core.i18n import gettext as _
from ticketing.core.i18n import pick
from ticketing.events.catalog import Catalog, TierInfo
from ticketing.inventory.levels import Level, read
from ticketing.inventory.models import Stock


def fit(session: Session, catalog: Catalog) -> None:
    """Give every program and tier its counter, with the capacity that the file says.

    Raises Refused("sold_promise") where more is sold or held already than the file would allow.
    """
    levels = read(session, catalog.id)
    for program in catalog.programs:
        owner = {"program_id": program.id}
        _fit_one(session, catalog, owner, levels.programs.get(program.id), program.places, pick(program.title))
    for tier in catalog.tiers:
        places = [program.places for program in catalog.programs_of(tier)]
        capacity = min(places) if tier.quota is None else tier.quota
        _fit_one(session, catalog, {"tier_id": tier.id}, levels.tiers.get(tier.id), capacity, pick(tier.name))


def stocks_of(catalog: Catalog, tier: TierInfo) -> tuple[int, ...]:
    """The ids of the counters that one ticket of this tier takes a place from; no statement once this process knows.

    Whoever asks should hold no connection: the first time, this takes one of its own.
    """
    known: dict[tuple[int, int], dict[int, tuple[int, ...]]] = current_app.extensions["ticketing.stocks"]
    key = (catalog.id, catalog.revision)
    if key not in known:
        with looking() as connection:
            levels = read(connection, catalog.id)
        known[key] = {
            one.id: (
                *(levels.programs[program.id].stock_id for program in catalog.programs_of(one)),
                levels.tiers[one.id].stock_id,
            )
            for one in catalog.tiers
        }
    return known[key][tier.id]


def _fit_one(
    session: Session, catalog: Catalog, owner: dict[str, int], level: Level | None, capacity: int, name: str
) -> None:
    if level is None:
        session.execute(insert(Stock).values(event_id=catalog.id, capacity=capacity, sold=0, held=0, **owner))
        return
    fits = update(Stock).where(Stock.id == level.stock_id, Stock.sold + Stock.held <= capacity)
    if changed(session, fits.values(capacity=capacity)) == 0:
        taken = session.scalar(select(Stock.sold + Stock.held).where(Stock.id == level.stock_id))
        said = _(
            "%(name)s: %(taken)s places are sold or held, more than %(places)s", name=name, taken=taken, places=capacity
        )
        raise Refused("sold_promise", what=said)
