"""Pages of the office in a real Chromium, in both languages: axe-core finds nothing, nothing is wider than its screen.

`PICTURES=FOLDER scripts/test tests/browser/test_office_pages.py` keeps a picture of each at three widths."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from looked_at import looked_at
from playwright.sync_api import Page, expect

from books_of_stripe import compare
from event_editor import Editor
from factories import SLUG, House
from html_validator import faults_of
from ticketing.core.db import writing
from ticketing.events import drafts
from ticketing.messages import sending
from ticketing.messages.audience import Audience
from ticketing.messages.writing import Text, begin, send
from ticketing.office.editor_sections import SECTIONS
from ticketing.payments.payout_facts import StripePayout

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]


def pages(house: House) -> dict[str, str]:
    """The paths of pages with something on them, by name."""
    house.tablet().scan(house.codes(house.buy(day=1))[0])
    wish = {"tier": "1-DAY", "quantity": "2", "email": "somebody.with.a.long.name@example.com"}
    house.set_capacity(1)
    assert house.client.post(f"/e/{SLUG}/waiting", data=wish).status_code == 303
    house.set_capacity(300)
    single = {"today": "", "exports": "/exports", "waiting": "/waiting", "event-cancel": "/event/cancel"}
    paths = {name: f"/office{path}?event={SLUG}" for name, path in single.items()}
    return {**paths, **money(house), **messages(house), **editor(house)}


def money(house: House) -> dict[str, str]:
    """The books after a comparison, with payouts in every state."""
    for status in ("in_transit", "paid", "failed", "canceled"):
        made = StripePayout(f"po_1{status:x<23}", status, 4000, "jpy", True, house.clock.now(), date(2025, 10, 27))
        house.gateway.made_payouts[made.id] = made
    compare(house)
    return {"money": f"/office/money?event={SLUG}"}


def editor(house: House) -> dict[str, str]:
    """Events, and a draft with something to publish: its parts, what publishing would do, how it would look."""
    with house.app.app_context(), writing() as session:
        draft = drafts.load(session, drafts.open_for(session, house.catalog(), house.clock.now(), "cli"))
        later = {**draft.document, "event": {**draft.document["event"], "ends_at": "2025-10-26T21:30:00+09:00"}}
        drafts.save(session, draft, later, house.clock.now(), "cli")
    here = f"/office/drafts/{draft.id}"
    parts = {f"editor-{part}": f"{here}/{part}" for part in (*(one.name for one in SECTIONS), "preview", "publish")}
    new = {"editor-new": "/office/events/new", "editor-begun": f"/office/drafts/{begun(house)}"}
    return {"editor-events": "/office/events", "editor-draft": here, **new, **parts}


def begun(house: House) -> str:
    """The draft of an event that was begun with a few words."""
    return Editor(house, "manager").begin("evening-of-shorts")[1].rpartition("/")[2]


def messages(house: House) -> dict[str, str]:
    """The list, an empty form, a draft with its preview, one on its way."""
    found = {"messages-new": f"/office/messages/new?event={SLUG}"}
    subject = {"ja": "開場時刻のお知らせ", "en": "Doors open at ten"}
    body = {
        "ja": "開場は午前10時です。\n上着をお持ちください。\n\nお待ちしております。",
        "en": "See you at https://example.com/" + "x" * 80,
    }
    with house.app.app_context(), writing() as session:
        for name in ("draft", "going"):
            made = begin(
                session, house.catalog().id, Text(subject, body), Audience(absent=True), "cli", house.clock.now()
            )
            found[f"message-{name}"] = f"/office/messages/{made}"
    house.buy(conference=1)
    with house.app.app_context(), writing() as session:
        send(session, made, 1, "cli", house.clock.now())
    with house.app.app_context():
        sending.work(house.clock.now())
    return {**found, "messages": f"/office/messages?event={SLUG}"}


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_pages_of_the_office_are_for_everybody_at_every_width(
    house: House, visit: Callable[..., Page], address: str, lang: str, tmp_path: Path
) -> None:
    cookie = house.staff().get_cookie("staff")
    assert cookie
    page = visit(f"/staff/login?lang={lang}")
    page.context.add_cookies([{"name": "staff", "value": cookie.value, "url": address}])
    for name, path in pages(house).items():
        page.goto(address + path)
        assert page.url == address + path  # not where one signs in
        assert page.locator("html").get_attribute("lang") == lang
        (tmp_path / f"{name}-{lang}.html").write_text(page.request.get(address + path).text(), encoding="utf-8")
        assert looked_at(page, f"{name}-{lang}") == []
    assert faults_of(tmp_path) == []


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_further_sections_are_a_menu_that_fits_a_phone(
    house: House, visit: Callable[..., Page], address: str, lang: str
) -> None:
    cookie = house.staff().get_cookie("staff")
    assert cookie
    page = visit(f"/staff/login?lang={lang}")
    page.context.add_cookies([{"name": "staff", "value": cookie.value, "url": address}])
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{address}/office/guests?event={SLUG}")
    page.locator(".further summary").press("Enter")
    links = page.locator(".further a")
    assert links.count() >= 7
    for link in links.all():
        expect(link).to_be_in_viewport(ratio=1)
    assert looked_at(page, "menu", [390]) == []
    leads_to = links.first.get_attribute("href") or ""
    links.first.press("Enter")
    expect(page.locator("nav [aria-current=page]")).to_have_attribute("href", leads_to)
