"""Showing a page: its template in the buyer's language, under a policy that lets nothing else load."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from flask import Response, make_response, render_template, request

from ticketing.standin.money import amount_text
from ticketing.standin.store import Obj
from ticketing.standin.texts import text


@dataclass(frozen=True)
class View:
    """One page: its template, what it shows, and its status."""

    template: str
    values: dict[str, Any]
    status: int = 200


def render(view: View, session: Obj | None) -> Response:
    """The page as the buyer gets it; a session says which language and which shop."""
    locale = _locale(session)
    currency = session["currency"] if session else "jpy"
    html = render_template(
        f"standin/{view.template}",
        t=lambda name, **values: text(name, locale, **values),
        money=lambda amount: amount_text(amount, currency, locale),
        locale=locale,
        session=session,
        **view.values,
    )
    response = make_response(html, view.status)
    response.headers["Content-Security-Policy"] = _policy(session)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _policy(session: Obj | None) -> str:
    """Browsers check a form's redirects too, so the shop's origin is named beside our own."""
    shop = urlsplit(session["success_url"]) if session else None
    origin = f" {shop.scheme}://{shop.netloc}" if shop else ""
    rest = "base-uri 'none'; frame-ancestors 'none'"
    return f"default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'{origin}; {rest}"


def _locale(session: Obj | None) -> str:
    wish = session["locale"] if session else None
    if wish in (None, "auto"):
        return request.accept_languages.best_match(["ja", "en"]) or "en"
    return "ja" if wish == "ja" else "en"
