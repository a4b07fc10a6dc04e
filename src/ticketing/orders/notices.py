"""Notices: letters to a buyer that tell one thing, in the frame that all letters share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import css_inline
from flask import render_template

from ticketing.core import i18n
from ticketing.core.i18n import pick
from ticketing.events.art import columns
from ticketing.events.artwork import artwork
from ticketing.events.catalog import Catalog
from ticketing.mail.outbox import Draft
from ticketing.orders.links import public_url
from ticketing.orders.reading import OrderView

_INLINER = css_inline.CSSInliner(load_remote_stylesheets=False, keep_style_tags=True)


@dataclass(frozen=True)
class Button:
    """Where the letter leads, and what is there; `public` where anybody may know the address."""

    label: str
    address: str
    public: bool = False


@dataclass(frozen=True)
class Link:
    """One of several places that a letter leads to, with a word about it."""

    label: str
    address: str
    note: str


@dataclass(frozen=True)
class Table:
    """Figures with their labels; the title may be empty. Long ones (`wide`) stand below their labels."""

    title: str
    rows: tuple[tuple[str, str], ...]
    wide: bool = False


@dataclass(frozen=True)
class Notice:
    """What a letter says, in the language in force. `order_url` stands at its end where the button leads elsewhere.

    `order_code` stands for the order's own, empty where the letter is about several. `tables_first`: the figures are
    what is told, and the button comes after them.
    """

    subject: str
    heading: str
    paragraphs: tuple[str, ...]
    tables: tuple[Table, ...] = ()
    button: Button | None = None
    afterwards: tuple[str, ...] = ()
    order_url: str = ""
    links: tuple[Link, ...] = ()
    order_code: str | None = None
    tables_first: bool = False

    @property
    def is_private(self) -> bool:
        """Whether a link in it is for its reader alone."""
        return bool(self.links or self.order_url or (self.button and not self.button.public))


def notice_draft(catalog: Catalog, order: OrderView | None, notice: Notice) -> Draft:
    """The notice as a letter to the buyer of this order, or to somebody who has none."""
    facts = {**frame(catalog, order), "subject": notice.subject, "notice": notice}
    if notice.order_code is not None:
        facts["order_code"] = notice.order_code
    return Draft(notice.subject, *render("notice", facts))


def render(name: str, facts: Mapping[str, Any]) -> tuple[str, str]:
    """The letter of this template as plain text and as HTML with its styles inlined."""
    html = _INLINER.inline(render_template(f"mail/{name}.html", **facts))
    return render_template(f"mail/{name}.txt", **facts), html


def frame(catalog: Catalog, order: OrderView | None) -> dict[str, Any]:
    """What every letter wants besides its subject, in the language in force."""
    return {
        "lang": i18n.language(),
        "rehearsal": catalog.rehearsal,
        "art": columns(artwork(catalog).poster),
        "name": order.buyer_name if order else "",
        "order_code": order.code if order else "",
        "series": pick(catalog.page.get("series") or {}),
        "legal_url": f"{public_url()}/e/{catalog.slug}/legal",
        "contact": catalog.seller.get("email", ""),
    }
