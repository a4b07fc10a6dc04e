"""What programs may look up about hooks and their deliveries, and have sent again."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from msgspec import Struct, convert

from ticketing.api import asked, deliveries, hooks
from ticketing.api.answers import Cursor, DeliveryState, Whole
from ticketing.api.asked import DeliveriesQuery
from ticketing.api.calls import Asker, Call, event_of
from ticketing.api.models import Delivery, Hook
from ticketing.core.db import reading, writing
from ticketing.reports.listing import Place

HookState = Literal["on", "off"]
OffReason = Literal["by_hand", "failing", "gone", "maker"]


class HookFacts(Struct):
    """One hook. `failing_since` is null while the last delivery arrived; `off_reason` is null while it is on."""

    id: str
    name: str
    address: str
    types: list[str]
    state: HookState
    off_reason: OffReason | None
    made_at: datetime
    failing_since: datetime | None


class HookList(Struct):
    """The hooks of an event, the oldest first."""

    hooks: list[HookFacts]


class DeliveryFacts(Struct):
    """One delivery. `last_error` is a code where no answer came, `last_status` the status of the last one that did."""

    id: str
    type: str
    state: DeliveryState
    happened_at: datetime
    queued_at: datetime
    due_at: datetime | None
    attempts: Whole
    settled_at: datetime | None
    last_status: int | None
    last_error: str | None


class DeliveryPage(Struct):
    """Some deliveries of a hook, the newest first; `next_cursor` is null on the last page."""

    deliveries: list[DeliveryFacts]
    next_cursor: Cursor


def list_hooks(asker: Asker, slug: str) -> HookList:
    """The hooks of an event."""
    with reading() as session:
        catalog = event_of(session, asker, slug, "hooks:read")
        return HookList([_hook(one) for one in hooks.of_event(session, catalog.id)])


def list_deliveries(asker: Asker, slug: str, hook_id: str) -> DeliveryPage:
    """What a hook was told in the last 30 days, the newest first."""
    query = asked.query(DeliveriesQuery)
    with reading() as session:
        catalog = event_of(session, asker, slug, "hooks:read")
        hook = hooks.get(session, catalog.id, hook_id)
        part = asked.part(query)
        rows = deliveries.page(session, hook, query.state or "", part.after, part.limit + 1)
    rest = rows[part.limit - 1] if len(rows) > part.limit else None
    after = asked.cursor(Place(rest.queued_at, rest.id)) if rest else None
    return DeliveryPage([_delivery(one) for one in rows[: part.limit]], after)


def replay_delivery(asker: Asker, slug: str, delivery_id: str) -> DeliveryFacts:
    """Send a delivery again, with all its tries, under the id that it has."""
    asked.idempotency_key()
    with writing() as session:
        catalog = event_of(session, asker, slug, "hooks:write")
        return _delivery(deliveries.replay(session, catalog.id, delivery_id, asker.now, asker.bearer.actor))


def _hook(row: Hook) -> HookFacts:
    return HookFacts(
        id=row.id,
        name=row.name,
        address=row.address,
        types=list(row.types),
        state=convert(row.state, HookState),
        off_reason=convert(row.off_reason, OffReason) if row.off_reason else None,
        made_at=row.made_at,
        failing_since=row.failing_since,
    )


def _delivery(row: Delivery) -> DeliveryFacts:
    return DeliveryFacts(
        id=row.id,
        type=row.type,
        state=convert(row.state, DeliveryState),
        happened_at=row.happened_at,
        queued_at=row.queued_at,
        due_at=row.due_at if row.settled_at is None else None,
        attempts=row.attempts,
        settled_at=row.settled_at,
        last_status=row.last_status,
        last_error=row.last_error or None,
    )


HOOKS = "/events/<slug>/hooks"
REPLAY = "/events/<slug>/deliveries/<delivery_id>/replay"
CALLS = (
    Call("GET", HOOKS, "hooks:read", HookList, list_hooks, refusals=(404,)),
    Call(
        "GET",
        f"{HOOKS}/<hook_id>/deliveries",
        "hooks:read",
        DeliveryPage,
        list_deliveries,
        query=DeliveriesQuery,
        refusals=(400, 404),
    ),
    Call("POST", REPLAY, "hooks:write", DeliveryFacts, replay_delivery, refusals=(400, 404, 409)),
)
