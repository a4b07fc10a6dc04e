"""A call as it is served and described: one object is both, so the description cannot tell another story."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any

import msgspec
from flask import Response, g, request
from sqlalchemy.orm import Session

from ticketing.core import clock, limits
from ticketing.core.db import reading, writing
from ticketing.core.errors import Refused
from ticketing.events.catalog import Catalog, load
from ticketing.staff import tokens
from ticketing.staff.tokens import Bearer

ENCODER = msgspec.json.Encoder()


@dataclass(frozen=True)
class Asker:
    """Who asks, and when."""

    bearer: Bearer
    now: datetime

    @property
    def personal(self) -> bool:
        """Whether the token was made to see names and addresses."""
        return self.bearer.has("personal:read")

    def sees_people(self, event_id: int) -> bool:
        """Whether names and addresses of this event may be told."""
        return self.personal and self.bearer.reaches(event_id, "personal:read")


@dataclass(frozen=True)
class Call:
    """One call. `path` is below /api/v1 as Flask writes it; `refusals` are the codes beside those that every call has.

    `query` and `body` are the structs that it takes, `answer` the one that it gives.
    """

    method: str
    path: str
    scope: str
    answer: type[msgspec.Struct]
    does: Callable[..., msgspec.Struct]
    query: type[msgspec.Struct] | None = None
    body: type[msgspec.Struct] | None = None
    refusals: tuple[int, ...] = ()

    @property
    def name(self) -> str:
        """Its stable name."""
        return self.does.__name__

    @property
    def summary(self) -> str:
        """What it does, from the first line of its own description."""
        return (self.does.__doc__ or "").strip().splitlines()[0]

    @property
    def changes(self) -> bool:
        """Whether it changes something, and so needs an idempotency key."""
        return self.method == "POST"


def served(call: Call) -> Callable[..., Response]:
    """The view of a call: who asks is known and may, before anything is looked up."""

    @wraps(call.does)
    def view(**parts: Any) -> Response:
        asker = _asker(call)
        made = call.does(asker, **parts)
        response = Response(ENCODER.encode(made), mimetype="application/json")
        if call.changes:
            return response
        response.add_etag()
        response.headers["Cache-Control"] = "private, no-cache"
        response.make_conditional(request)
        return response

    return view


def _asker(call: Call) -> Asker:
    now = clock.now()
    try:
        found = _bearer(now)
    except Refused:
        limits.hit("api_guess", limits.client())
        raise
    g.api_token = found.token_id
    limits.hit("api", found.token_id)
    if not found.has(call.scope):
        raise Refused("scope_missing", 403, scope=call.scope)
    if not tokens.is_noted(found, now):
        with writing() as session:
            tokens.note_use(session, found.token_id, now)
    return Asker(found, now)


def _bearer(now: datetime) -> Bearer:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Refused("token_invalid", 401)
    with reading() as session:
        return tokens.bearer(session, token.strip(), now)


def event_of(session: Session, asker: Asker, slug: str, scope: str) -> Catalog:
    """The event, where the token reaches it; Refused("not_found", 404) tells neither of another nor of none."""
    catalog = load(session, slug)
    check(asker, catalog.id, scope)
    return catalog


def check(asker: Asker, event_id: int, scope: str) -> None:
    """Raises Refused("not_found", 404) where the token does not reach this event with this scope."""
    if not asker.bearer.reaches(event_id, scope):
        raise Refused("not_found", 404)


def tell_limits(response: Response) -> Response:
    """What is left of the limit (IETF draft "RateLimit header fields for HTTP"), and how to sign in after a 401."""
    if response.status_code == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="ticketing"'
    token_id: str | None = g.get("api_token")
    seconds = limits.renews_in("api", token_id) if token_id else None
    if token_id and seconds is not None:
        rule = limits.RULES["api"]
        left = max(0, limits.left("api", token_id))
        response.headers["RateLimit-Policy"] = f'"api";q={rule.amount};w={rule.get_expiry()}'
        response.headers["RateLimit"] = f'"api";r={left};t={seconds}'
    response.headers["Vary"] = "Authorization, Accept-Language"
    return response
