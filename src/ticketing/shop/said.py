"""A page that says one thing: a heading, some sentences, at most one thing to do, and a way on."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response, make_response, render_template

from ticketing.events.heading import Heading


@dataclass(frozen=True)
class Said:
    """All that `shop/said.html` shows. `action` is where its button posts to, `back` where its link leads.

    `path` is the page's own where it may be the answer to a POST.
    """

    event: Heading
    heading: str
    paragraphs: tuple[str, ...] = ()
    action: str = ""
    button: str = ""
    back: str = ""
    back_label: str = ""
    path: str = ""


def said(page: Said, status: int = 200) -> Response:
    """The page as an answer."""
    return make_response(render_template("shop/said.html", page=page), status)
