"""What programs ask, in form and bounds."""

from __future__ import annotations

import base64
import binascii
import re
from datetime import UTC, datetime
from typing import Annotated, Literal, TypeVar

import msgspec
from flask import request
from msgspec import Meta, Struct

from ticketing.api.answers import Decision, DeliveryState, OrderState, TicketState
from ticketing.core.errors import Refused
from ticketing.reports.listing import Part, Place

T = TypeVar("T")
MOST = 200
LONGEST_KEY = 64
KEY = re.compile(r"[!-~]{1,64}")
FIRST_YEAR, LAST_YEAR = 2000, 9000
PLACE = re.compile(r"(\d{1,16}):([0-9a-f-]{36})")

Limit = Annotated[int, Meta(ge=1, le=MOST)]
CursorText = Annotated[str, Meta(pattern="^[A-Za-z0-9_-]{1,100}$")]
Code = Annotated[str, Meta(min_length=1, max_length=40)]


class ListQuery(Struct, kw_only=True, forbid_unknown_fields=True):
    """One part of a list: rows of this span of time, at most so many, from this cursor on."""

    limit: Limit = 50
    cursor: CursorText | None = None
    since: datetime | None = None
    until: datetime | None = None


class OrdersQuery(ListQuery, kw_only=True, forbid_unknown_fields=True):
    """Which orders."""

    state: OrderState | None = None


class TicketsQuery(ListQuery, kw_only=True, forbid_unknown_fields=True):
    """Which tickets."""

    state: TicketState | None = None
    tier: Code | None = None


class ScansQuery(ListQuery, kw_only=True, forbid_unknown_fields=True):
    """Which scans."""

    decision: Decision | None = None
    gate: Code | None = None


class DeliveriesQuery(Struct, kw_only=True, forbid_unknown_fields=True):
    """Which deliveries of a hook."""

    limit: Limit = 50
    cursor: CursorText | None = None
    state: DeliveryState | None = None


class RefundBody(Struct, forbid_unknown_fields=True):
    """What to give back: all valid tickets (`all`), these `tickets`, or an `amount` while all tickets stay valid."""

    what: Literal["all", "tickets", "amount"]
    tickets: Annotated[list[Annotated[int, Meta(ge=1, le=1000)]], Meta(max_length=100)] = []
    amount: Annotated[int, Meta(ge=1, le=2**31 - 1)] | None = None


def query(kind: type[T]) -> T:
    """The query in the call's form; raises Refused("bad_request", 400), also for a name given twice or unknown."""
    given = {name: values for name, values in request.args.lists() if name != "lang"}
    # Read from text, "null" would be taken for nothing at all.
    if any(len(values) != 1 or values[0].lower() == "null" for values in given.values()):
        raise Refused("bad_request", 400)
    try:
        return msgspec.convert({name: values[0] for name, values in given.items()}, kind, strict=False)
    except (msgspec.ValidationError, UnicodeEncodeError) as error:
        raise Refused("bad_request", 400) from error


def body(kind: type[T]) -> T:
    """The body in the call's form; raises Refused("bad_request", 400)."""
    try:
        return msgspec.json.decode(request.get_data(), type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Refused("bad_request", 400) from error


def instant(at: datetime | None) -> datetime | None:
    """The same instant in UTC; raises Refused("bad_request", 400) for one without an offset, or of no time of ours."""
    if at is None:
        return None
    if at.tzinfo is None or not FIRST_YEAR <= at.year <= LAST_YEAR:
        raise Refused("bad_request", 400)
    return at.astimezone(UTC)


def part(asked: ListQuery | DeliveriesQuery) -> Part:
    """Which part of a list is asked for; raises Refused("cursor_invalid", 400)."""
    return Part(asked.limit, read_cursor(asked.cursor) if asked.cursor else None)


def cursor(place: Place | None) -> str | None:
    """A place as text that programs hand back as it is."""
    if place is None:
        return None
    # Microseconds as a whole number: a float would round, and a row on the edge would come twice or never.
    since = place.at - datetime(1970, 1, 1, tzinfo=UTC)
    micro = (since.days * 86400 + since.seconds) * 1_000_000 + since.microseconds
    return base64.urlsafe_b64encode(f"{micro}:{place.id}".encode()).decode("ascii").rstrip("=")


def read_cursor(text: str) -> Place:
    """The place that a cursor names; raises Refused("cursor_invalid", 400)."""
    try:
        plain = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode("ascii")
    except (binascii.Error, ValueError) as error:
        raise Refused("cursor_invalid", 400) from error
    found = PLACE.fullmatch(plain)
    if found is None or int(found[1]) > 253_000_000_000_000_000:
        raise Refused("cursor_invalid", 400)
    seconds, micro = divmod(int(found[1]), 1_000_000)
    return Place(datetime.fromtimestamp(seconds, UTC).replace(microsecond=micro), found[2])


def idempotency_key() -> str:
    """The key under which a call counts once; raises Refused("idempotency_key_missing", 400)."""
    key = request.headers.get("Idempotency-Key", "")
    if KEY.fullmatch(key) is None:
        raise Refused("idempotency_key_missing", 400)
    return key
