"""The routes for those who pass the event on: its card, and what search engines may look at."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from ticketing.core.db import reading
from ticketing.core.errors import Refused
from ticketing.core.i18n import LANGUAGES
from ticketing.events.catalog import load, slugs
from ticketing.orders.links import public_url
from ticketing.shop.share_card import card

bp = Blueprint("sharing", __name__)

# The staff and the machines: nothing there is for the public.
PRIVATE = ("/office", "/boxoffice", "/staff/", "/door", "/api/", "/stripe/")
# Buyers' links are secrets themselves. A search engine that may not ask for an address can still list the address where
# it finds it; one that asks, and is told to, lists nothing (Google Search Central: "Block Search indexing").
SECRET = ("/o/", "/t/", "/address/", "/w/")


@bp.after_app_request
def unlisted(response: BaseResponse) -> BaseResponse:
    """Tells whoever collects pages to list nothing of a buyer's, whatever kind of answer it is.

    A browser that shows a page to somebody says that it does (`Sec-Fetch-Dest`), and is not told.
    """
    if request.path.startswith(SECRET) and request.headers.get("Sec-Fetch-Dest") != "document":
        response.headers["X-Robots-Tag"] = "noindex"
    return response


@bp.get("/e/<slug>/card-<lang>.png")
def share_card(slug: str, lang: str) -> BaseResponse:
    """The picture that stands for the event where its link is shared."""
    if lang not in LANGUAGES:
        raise Refused("not_found", 404)
    with reading() as session:
        catalog = load(session, slug)
    response = Response(card(catalog, lang), mimetype="image/png")
    response.headers["Cache-Control"] = "public, max-age=86400"
    response.add_etag()
    return response.make_conditional(request)


@bp.get("/sitemap.xml")
def sitemap() -> Response:
    """Every event page in both languages, rehearsal copies left out (sitemaps.org, with Google's xhtml:link)."""
    with reading() as session:
        catalogs = [load(session, slug) for slug in slugs(session)]
    pages = [public_url() + "/", *(f"{public_url()}/e/{one.slug}" for one in catalogs if not one.rehearsal)]
    return Response(render_template("shop/sitemap.xml", pages=pages, languages=LANGUAGES), mimetype="application/xml")


@bp.get("/robots.txt")
def robots() -> Response:
    """What search engines leave alone (RFC 9309)."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in PRIVATE), f"Sitemap: {public_url()}/sitemap.xml"]
    return Response("\n".join(lines) + "\n", mimetype="text/plain")
