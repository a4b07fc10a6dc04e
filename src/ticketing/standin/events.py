"""Events: snapshots of an object at the moment something happened to it, and their way to the webhook."""

from typing import Any

from ticketing.standin.ids import new_id
from ticketing.standin.store import Obj
from ticketing.standin.world import Action

API_VERSION = "2026-10-28.endive"

# What the stand-in's one webhook endpoint is subscribed to. All other events can only be listed.
SUBSCRIBED = frozenset(
    (
        "checkout.session.completed",
        "checkout.session.async_payment_succeeded",
        "checkout.session.async_payment_failed",
        "checkout.session.expired",
        "charge.refunded",
        "refund.created",
        "refund.updated",
        "refund.failed",
        "charge.dispute.created",
        "charge.dispute.updated",
        "charge.dispute.closed",
        "charge.dispute.funds_withdrawn",
        "charge.dispute.funds_reinstated",
    )
)


def emit(action: Action, event_type: str, obj: Obj, previous: dict[str, Any] | None = None) -> None:
    """Records that something happened to `obj`; `previous` are the former values of what changed."""
    data: dict[str, Any] = {"object": obj}
    if previous is not None:
        data["previous_attributes"] = previous
    event = {
        "id": new_id("evt_"),
        "object": "event",
        "api_version": API_VERSION,
        "created": action.now,
        "data": data,
        "livemode": False,
        "pending_webhooks": 1 if event_type in SUBSCRIBED else 0,
        "request": action.request,
        "type": event_type,
    }
    action.add(event)
    if event_type in SUBSCRIBED:
        about = obj.get("payment_intent") or obj["id"]
        for posting in action.post.plan(event_type, about):
            action.db.execute(
                "INSERT INTO deliveries (event, lane, state, due) VALUES (?, ?, ?, ?)",
                (event["id"], posting.lane, posting.state, posting.due),
            )


def seen_now(action: Action, event: Obj) -> Obj:
    """The event as it is answered now: with the number of deliveries that have not succeeded yet."""
    row = action.db.execute(
        "SELECT COUNT(*) FROM deliveries WHERE event = ? AND state <> 'delivered'", (event["id"],)
    ).fetchone()
    return event | {"pending_webhooks": 1 if row[0] else 0}
