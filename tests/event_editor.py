"""Somebody who edits events, in a browser without scripts; and a buyer of what they published."""

from __future__ import annotations

import html
import re

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from factories import SLUG, House, session_of

NEW = "spring-screening-2026"
NEW_EVENT = {
    "event.title.ja": "ショートフィルムの夜",
    "event.title.en": "An evening of shorts",
    "event.starts_at": "2026-04-10T18:00",
    "event.ends_at": "2026-04-10T21:00",
    "venue.name.ja": "青い劇場",
    "venue.name.en": "Blue Theatre",
    "rooms.0.capacity": "１２０",
    "tiers.0.name.ja": "一般",
    "tiers.0.name.en": "Admission",
    "tiers.0.price": "1,800",
}
"""The form of a new event, but for its slug."""


class Editor:
    """A browser of somebody who edits events."""

    def __init__(self, house: House, role: str = "owner", lang: str = "en") -> None:
        self.house = house
        self.client: FlaskClient = house.staff(role, f"{role}@example.com")
        self.client.set_cookie("lang", lang)

    def get(self, path: str) -> str:
        answer = self.client.get(path)
        assert answer.status_code == 200, (path, answer.status_code, answer.text)
        return answer.text

    def post(self, path: str, page: str, **form: object) -> TestResponse:
        """Send a form of this page's text, with its hidden fields for the token."""
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)
        assert token
        return self.client.post(path, data={"csrf_token": token[1], **form})

    def copy(self, slug: str = NEW, starts_at: str = "2026-04-10T18:00") -> str:
        """Begin a copy; the path of the draft."""
        form = {"from": SLUG, "slug": slug, "starts_at": starts_at}
        answer = self.post("/office/events/copy", self.get("/office/events"), **form)
        assert answer.status_code == 303, answer.text
        return answer.location

    def begin(self, slug: str, **other: str) -> tuple[int, str]:
        """Begin a new event with a few words (`__` for `.`); the status, and where it leads or what it says."""
        form = {**NEW_EVENT, "event.slug": slug, **{name.replace("__", "."): text for name, text in other.items()}}
        answer = self.post("/office/events/new", self.get("/office/events/new"), **form)
        return answer.status_code, answer.location or html.unescape(answer.text)

    def edit(self, slug: str = SLUG) -> str:
        answer = self.post(f"/office/events/{slug}/edit", self.get("/office/events"))
        assert answer.status_code == 303, answer.text
        return answer.location

    def form(self, path: str) -> dict[str, list[str]]:
        return fields(self.get(path))

    def save(self, path: str, **other: str) -> TestResponse:
        """Change these fields of a page (`__` for `.`) and save it."""
        return self.send(path, self.form(path), **other)

    def send(self, path: str, form: dict[str, list[str]], **other: str) -> TestResponse:
        changed = {name.replace("__", "."): [text] for name, text in other.items()}
        return self.client.post(path, data={**form, **changed})

    def publish(self, draft: str, **form: str) -> TestResponse:
        page = self.get(f"{draft}/publish")
        version = re.search(r'name="version" value="(\d+)"', page)
        return self.post(f"{draft}/publish", page, version=version[1] if version else "", **form)


def fields(page: str) -> dict[str, list[str]]:
    """What a browser would send of the page's form, its last button pressed."""
    form = page[page.index('class="edit"') :]
    found: dict[str, list[str]] = {}
    for tag in re.findall(r"<input [^>]*>", form):
        facts = dict(re.findall(r'([a-z]+)="([^"]*)"', tag))
        if facts.get("type") == "checkbox" and " checked" not in tag:
            continue
        found.setdefault(facts["name"], []).append(html.unescape(facts.get("value", "")))
    for name, text in re.findall(r'<textarea [^>]*?name="([^"]+)"[^>]*>\n(.*?)</textarea>', form, re.S):
        found[name] = [html.unescape(text)]
    for name, options in re.findall(r'<select [^>]*?name="([^"]+)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'value="([^"]*)" selected', options) or re.search(r'value="([^"]*)"', options)
        assert chosen
        found[name] = [chosen[1]]
    return found


def buy(house: House, slug: str, tier: str = "1-DAY", count: int = 1, **form: str) -> str:
    """Buy tickets of an event; the order page."""
    fields = {
        "name": "山田 花子",
        "email": "hanako@example.com",
        "form_key": f"key-{slug}",
        f"qty-{tier}": str(count),
        **form,
    }
    session_id = session_of(house.client.post(f"/e/{slug}/orders", data=fields))
    house.gateway.pay(session_id)
    house.hook(session_id)
    house.work()
    return house.path(session_id)
