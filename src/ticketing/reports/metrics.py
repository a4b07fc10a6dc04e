"""The house in numbers for Prometheus: one reading of the database at each scrape, for this machine only."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint, Response, request
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ticketing.core.db import reading
from ticketing.core.errors import Refused
from ticketing.core.settings import is_loopback
from ticketing.door.models import Occupancy, Scan
from ticketing.inventory.models import Stock
from ticketing.mail.models import Letter
from ticketing.orders.models import Order
from ticketing.payments.models import StripeEvent

bp = Blueprint("metrics", __name__)


@bp.get("/metrics")
def metrics() -> Response:
    """Prometheus text; not public: only to whoever asks from this machine, and not through a proxy on it."""
    if "X-Forwarded-For" in request.headers or not is_loopback(request.remote_addr or ""):
        raise Refused("not_found", 404)
    with reading() as session:
        lines = list(_lines(session))
    return Response("\n".join(lines) + "\n", mimetype="text/plain; version=0.0.4")


def _lines(session: Session) -> Iterator[str]:
    counts = {
        "ticketing_orders": (Order.state, "Orders by state."),
        "ticketing_letters": (Letter.state, "Letters by state."),
        "ticketing_scans": (Scan.decision, "Scans by decision."),
    }
    for name, (column, about) in counts.items():
        yield from _head(name, about)
        for value, count in session.execute(select(column, func.count()).group_by(column)):
            yield f'{name}{{{column.key}="{value}"}} {count}'
    yield from _head("ticketing_people_inside", "Everybody in a room now, by room id.")
    for room_id, inside, untracked in session.execute(select(Occupancy.room_id, Occupancy.inside, Occupancy.untracked)):
        yield f'ticketing_people_inside{{room="{room_id}"}} {inside + untracked}'
    yield from _head("ticketing_places", "Places of programs by state.")
    for state in (Stock.sold, Stock.held, Stock.capacity):
        total = session.scalar(select(func.coalesce(func.sum(state), 0)).where(Stock.program_id.is_not(None)))
        yield f'ticketing_places{{state="{state.key}"}} {total}'
    yield from _head("ticketing_webhooks_waiting", "Webhook deliveries still to be worked on.")
    waiting = session.scalar(select(func.count()).where(StripeEvent.handled_at.is_(None)))
    yield f"ticketing_webhooks_waiting {waiting}"


def _head(name: str, about: str) -> Iterator[str]:
    yield f"# HELP {name} {about}"
    yield f"# TYPE {name} gauge"
