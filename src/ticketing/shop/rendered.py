"""The event page from memory: made once for each state that it can show, and served until something changes."""

from __future__ import annotations

import gzip
import hashlib
from datetime import datetime
from typing import Any

from flask import Response, current_app, render_template, request

from ticketing.core.i18n import visitor_language
from ticketing.events.artwork import artwork
from ticketing.events.catalog import Catalog
from ticketing.inventory.levels import Levels
from ticketing.shop.poster import event_page

CACHE_SIZE = 200


def event(catalog: Catalog, levels: Levels, now: datetime) -> Response:
    """The event page for everybody who sees the same: nothing of one visitor is in it."""
    made: dict[tuple[Any, ...], tuple[bytes, bytes, str]] = current_app.extensions["ticketing.pages"]
    key = _key(catalog, levels, now)
    if key not in made:
        if len(made) >= CACHE_SIZE:
            made.clear()
        page = event_page(catalog, levels, now, artwork(catalog).poster_svg, artwork(catalog).reel_svgs)
        plain = render_template("shop/event.html", page=page).encode()
        made[key] = (plain, gzip.compress(plain, 6, mtime=0), hashlib.sha256(plain).hexdigest()[:32])
    plain, packed, tag = made[key]
    response = Response(mimetype="text/html")
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Vary"] = "Accept-Encoding, Accept-Language, Cookie"
    response.set_etag(tag)
    if request.if_none_match.contains_weak(tag):
        response.status_code = 304
    elif "gzip" in request.headers.get("Accept-Encoding", ""):
        response.set_data(packed)
        response.headers["Content-Encoding"] = "gzip"
    else:
        response.set_data(plain)
    return response


def _key(catalog: Catalog, levels: Levels, now: datetime) -> tuple[Any, ...]:
    """Everything that the page depends on."""
    counts = tuple(levels.programs.values())
    quotas = tuple(levels.tiers.values())
    sales = tuple(tier.sale_state(now) for tier in catalog.tiers)
    return (catalog.id, catalog.revision, visitor_language(), counts, quotas, sales)
