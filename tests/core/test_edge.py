"""The edge: headers on every answer, nothing inline on any page, and logs that tell nothing of anybody."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator

import pytest
import structlog

from conftest import settings_for
from factories import SLUG, House
from ticketing.app import Outside, create_app
from ticketing.core import observe
from ticketing.core.db import db
from ticketing.core.settings import read_settings

INLINE = re.compile(
    r"<style|\sstyle=|\son[a-z]+=|javascript:|<script(?![^>]*\b(?:src|application/(?:ld\+)?json)\b)", re.IGNORECASE
)
FOREIGN = re.compile(
    r'(?:src|action)="(?:https?:)?//|<link(?! rel="(?:alternate|canonical)")[^>]*href="(?:https?:)?//', re.IGNORECASE
)


def read_pages(house: House) -> dict[str, str]:
    """Every page of the house, by path."""
    order = house.buy(day=1)
    office = house.staff("owner")
    found = {}
    for path in (
        "/",
        f"/e/{SLUG}",
        f"/e/{SLUG}/review?qty-1-DAY=1",
        f"/e/{SLUG}/legal",
        order,
        f"{order}/t/1",
        "/door",
    ):
        for lang in ("ja", "en"):
            found[f"{path} {lang}"] = house.client.get(path, headers={"Accept-Language": lang}).text
    for path in ("/office", "/office/devices", "/nothing/here"):
        found[path] = office.get(path).text
    found["/staff/login"] = house.client.get("/staff/login").text
    return found


@pytest.fixture
def pages(house: House) -> dict[str, str]:
    """Every page of a house with a real event."""
    return read_pages(house)


def test_in_a_rehearsal_every_page_says_so(house: House) -> None:
    real = read_pages(house)
    house.publish(starts_at=house.clock.now())
    for pages, expected in ((real, False), (read_pages(house), True)):
        for path, page in pages.items():
            seen = re.sub("<script.*?</script>", "", page, flags=re.DOTALL)
            assert ("REHEARSAL" in seen or "リハーサル" in seen) == expected, path


def test_no_page_holds_inline_code_or_asks_another_host(pages: dict[str, str]) -> None:
    assert len(pages) == 18
    for path, page in pages.items():
        assert page.lstrip().startswith("<!doctype html>"), path
        assert not INLINE.search(page), path
        assert not FOREIGN.search(page.replace('action="http://127.0.0.1', "")), path


def test_every_page_says_which_language_it_is_in(pages: dict[str, str]) -> None:
    for path, page in pages.items():
        if path.endswith((" ja", " en")):
            assert f'<html lang="{path[-2:]}"' in page, path


@pytest.mark.parametrize(
    "path", ["/", f"/e/{SLUG}", "/door", "/office", "/healthz", "/nothing", "/api/v1/door/occupancy"]
)
def test_every_answer_carries_the_security_headers(house: House, path: str) -> None:
    headers = house.client.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy
    assert ("wasm-unsafe-eval" in policy) == (path == "/door")
    assert ("camera=(self)" in headers["Permissions-Policy"]) == (path == "/door")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "Strict-Transport-Security" not in headers


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_behind_https_cookies_are_secure(house: House, database_url: str, tmp_path: object) -> None:
    settings = settings_for(database_url, tmp_path)  # type: ignore[arg-type]
    environment = {"TICKETING_INSTANCE": str(tmp_path), "DATABASE_URL": settings.database_url, "SECRET_KEY": "x"}
    secure = create_app(
        read_settings({**environment, "PUBLIC_URL": "https://tickets.example"}),
        Outside(clock=house.clock, gateway=house.gateway, transport=house.transport),
    )
    answer = secure.test_client().get("/staff/login?lang=ja", base_url="https://tickets.example")
    assert "Secure" in answer.headers.getlist("Set-Cookie")[-1]
    assert answer.headers["Strict-Transport-Security"]
    with secure.app_context():
        db.engine.dispose()


def test_the_language_is_asked_for_then_remembered_then_accepted(house: House) -> None:
    client = house.client
    assert '<html lang="ja"' in client.get(f"/e/{SLUG}", headers={"Accept-Language": "ja,en;q=0.5"}).text
    assert '<html lang="en"' in client.get(f"/e/{SLUG}?lang=en", headers={"Accept-Language": "ja"}).text
    assert '<html lang="en"' in client.get(f"/e/{SLUG}", headers={"Accept-Language": "ja"}).text
    assert '<html lang="en"' in house.client.get(f"/e/{SLUG}", headers={"Accept-Language": "fr"}).text


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """Everything that the house logs, as it would be written."""
    written = io.StringIO()
    monkeypatch.setattr("sys.stderr", written)
    structlog.reset_defaults()
    monkeypatch.setattr(observe, "log", structlog.get_logger("ticketing"))
    observe.init_logging()
    yield written
    structlog.reset_defaults()


def test_logs_tell_the_request_and_the_order_but_nobodys_name(log: io.StringIO, house: House) -> None:
    path = house.buy(day=1, name="山田 花子", email="hanako@example.com")
    house.client.get(path)
    _, _, code, secret = path.split("/")
    text = log.getvalue()
    lines = [json.loads(line) for line in text.splitlines()]
    last = lines[-1]
    assert (last["event"], last["order"], last["status"]) == ("request", code, 200)
    assert last["request_id"]
    assert last["route"] == "/o/<order_code>/<secret>"
    for private in ("山田", "hanako", "example.com", secret, *(house.codes(path))):
        assert private not in text


def test_ready_says_what_is_missing(house: House) -> None:
    answer = house.client.get("/readyz")
    assert answer.status_code == 503
    assert answer.get_json()["faults"] == ["worker", "standin"]
    assert house.client.get("/healthz").get_json() == {"ok": True}


def test_metrics_are_for_this_machine_only(house: House) -> None:
    house.buy(day=1)
    text = house.client.get("/metrics").text
    assert 'ticketing_orders{state="paid"} 1' in text
    assert house.client.get("/metrics", environ_base={"REMOTE_ADDR": "203.0.113.9"}).status_code == 404
    assert house.client.get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 404
