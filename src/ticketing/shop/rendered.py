"""The event page from memory: made once for each state that it can show, and served until something changes."""

from __future__ import annotations

import gzip
import hashlib
from datetime import datetime
from typing import Any, NamedTuple

from flask import Response, current_app, render_template, request

from ticketing.core.i18n import visitor_language
from ticketing.events.artwork import artwork, draw
from ticketing.events.catalog import Catalog
from ticketing.inventory.levels import Levels
from ticketing.shop.cheaper import NO_CODE, Linked
from ticketing.shop.poster import event_page

CACHE_SIZE = 200


def event(catalog: Catalog, levels: Levels, now: datetime, linked: Linked = NO_CODE) -> Response:
    """The event page for everybody who sees the same: nothing of one visitor is in it, but the promo code that all have
    who came by the same link."""
    made: dict[tuple[Any, ...], _Made] = current_app.extensions["ticketing.pages"]
    key = (*_key(catalog, levels, now), linked.key)
    stored = made.get(key)
    if stored is None:
        if len(made) >= CACHE_SIZE:
            made.clear()
        page = event_page(catalog, levels, now, artwork(catalog).poster_svg, artwork(catalog).reel_svgs, linked)
        stored = made[key] = _make(render_template("shop/event.html", page=page).encode())
    if "HTTP_IF_NONE_MATCH" in request.environ and request.if_none_match.contains_weak(stored.tag):
        return Response(status=304, headers=stored.headers)
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        return Response(stored.packed, headers=[*stored.headers, ("Content-Encoding", "gzip")])
    return Response(stored.plain, headers=stored.headers)


def preview(catalog: Catalog, levels: Levels, now: datetime) -> str:
    """The event page of an event that is not published as it is here; kept nowhere."""
    art = draw(catalog)
    page = event_page(catalog, levels, now, art.poster_svg, art.reel_svgs)
    return render_template("shop/event.html", page=page, preview=True)


class _Made(NamedTuple):
    """A page in both forms, with its headers ready: this answers the most asked of all requests."""

    plain: bytes
    packed: bytes
    tag: str
    headers: list[tuple[str, str]]


def _make(plain: bytes) -> _Made:
    tag = hashlib.sha256(plain).hexdigest()[:32]
    headers = [
        ("Content-Type", "text/html; charset=utf-8"),
        ("Cache-Control", "no-cache"),
        ("Vary", "Accept-Encoding, Accept-Language, Cookie"),
        ("ETag", f'W/"{tag}"'),
    ]
    return _Made(plain, gzip.compress(plain, 6, mtime=0), tag, headers)


def _key(catalog: Catalog, levels: Levels, now: datetime) -> tuple[Any, ...]:
    """Everything that the page depends on."""
    counts = tuple(levels.programs.values())
    quotas = tuple(levels.tiers.values())
    sales = tuple(tier.sale_state(now) for tier in catalog.tiers)
    return (catalog.id, catalog.revision, visitor_language(), counts, quotas, sales)
