"""The whole main job over HTTP, from an empty folder to an admitted ticket, without patching anything."""

from __future__ import annotations

import json
import re
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
import requests
import zxingcpp
from running import SLUG, DoorTablet, Running, fields, hours_from_now, pay, running, wait_until

from ticketing.app import PACKAGE

SEED = PACKAGE / "events" / f"{SLUG}.toml"


@pytest.fixture
def house_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database for `ticketing serve` to fill."""
    if request.param == "sqlite":
        return ""
    cluster = request.getfixturevalue("pg_cluster")
    return str(cluster.create_database(f"journey_{tmp_path.name.replace('-', '_')}"[:60]))


@pytest.mark.parametrize("house_url", ["sqlite", "postgresql"], indirect=True)
def test_from_an_empty_folder_to_an_admitted_ticket(house_url: str, tmp_path: Path) -> None:
    environment = {"DATABASE_URL": house_url} if house_url else {}
    with running(tmp_path / "instance", **environment) as house:
        order_url = buy(house)
        codes = read_letter(house)
        assert sorted(codes) == sorted(ticket["code"] for ticket in status(order_url)["tickets"])
        scan(house, status(order_url)["tickets"])
        watch(house)
        assert json.loads(house.command("doctor", "--json")) == {"ok": True, "findings": []}


def buy(house: Running) -> str:
    """2 × 1 DAY and 1 × Event Only: review, pay, and wait until the order says so by itself."""
    browser = requests.Session()
    browser.headers["Accept-Language"] = "ja"
    event = browser.get(f"{house.url}/e/{SLUG}", timeout=20)
    assert event.status_code == 200
    assert 'name="qty-1-DAY"' in event.text
    assert 'lang="ja"' in event.text
    review = browser.get(f"{house.url}/e/{SLUG}/review?qty-1-DAY=2&qty-EVENT-ONLY=1", timeout=20)
    assert "5,000" in review.text
    form = {**fields(review.text), "name": "山田 花子", "email": "hanako@example.com", "attendee-2": "𠮷田 太郎"}
    placed = browser.post(f"{house.url}/e/{SLUG}/orders", data=form, allow_redirects=False, timeout=20)
    assert placed.status_code == 303, placed.text
    assert placed.headers["Location"].startswith(house.standin)
    twice = browser.post(f"{house.url}/e/{SLUG}/orders", data=form, allow_redirects=False, timeout=20)
    assert twice.headers["Location"] == placed.headers["Location"]
    back = pay(browser, placed.headers["Location"])
    assert back.url.startswith(f"{house.url}/o/")
    order_url = back.url.partition("?")[0]
    wait_until(lambda: status(order_url)["state"] == "paid", "the order is paid")
    assert status(order_url)["total"] == {"amount": 5000, "currency": "jpy"}
    return order_url


def status(order_url: str) -> dict[str, list[dict[str, str]]]:
    """The order for programs."""
    answer = requests.get(f"{order_url}/status.json", timeout=20)
    assert answer.status_code == 200
    facts: dict[str, list[dict[str, str]]] = answer.json()
    return facts


def read_letter(house: Running) -> list[str]:
    """The codes in the PDF of the one letter in the inbox, read from its pictures."""
    wait_until(lambda: requests.get(f"{house.inbox}/inbox.json", timeout=20).json(), "a letter is there")
    letters = requests.get(f"{house.inbox}/inbox.json", timeout=20).json()
    assert [letter["to"] for letter in letters] == ["hanako@example.com"]
    assert [name.rpartition(".")[2] for name in letters[0]["attachments"]] == ["pdf", "ics"]
    eml = next((house.instance / "mail").glob("*.eml"))
    return codes_on_pages(attached_pdf(eml))


def attached_pdf(eml: Path) -> bytes:
    """The one PDF in a letter."""
    from email import message_from_bytes
    from email.policy import default

    message = message_from_bytes(eml.read_bytes(), policy=default)
    parts = [part for part in message.iter_attachments() if part.get_content_type() == "application/pdf"]
    assert len(parts) == 1
    content: bytes = parts[0].get_content()
    return content


def codes_on_pages(content: bytes) -> list[str]:
    """One code from each page, as a camera would read it."""
    document = pypdfium2.PdfDocument(BytesIO(content))
    codes = []
    for page in document:
        found = zxingcpp.read_barcodes(page.render(scale=150 / 72).to_pil())
        assert len(found) == 1
        codes.append(found[0].text)
    document.close()
    assert len(codes) == 3
    return codes


def scan(house: Running, tickets: list[dict[str, str]]) -> None:
    """In, again, out, in again; then the screening is on and the conference ticket is turned away."""
    first = next(ticket["code"] for ticket in tickets if ticket["tier"] == "1-DAY")
    conference = next(ticket["code"] for ticket in tickets if ticket["tier"] == "EVENT-ONLY")
    tablet = DoorTablet.pair(house.url, house.pairing, "A-1")
    code = json.loads(house.command("device", "code", "--gate", "B", "--json"))["code"]
    other = DoorTablet.pair(house.url, code, "B-1")
    verdict = tablet.scan(first)
    assert (verdict["decision"], verdict["inside"], verdict["capacity"]) == ("admit", 1, 300)
    again = other.scan(first)
    assert (again["reason"], again["first_entry"]["gate"], again["first_entry"]["device"]) == (
        "already_inside",
        "A",
        "A-1",
    )
    assert other.scan(first, "exit")["inside"] == 0
    assert other.scan(first)["decision"] == "admit"
    house.command("event", "import", str(SEED), "--starts-at", hours_from_now(-4.5))
    assert tablet.scan(conference)["reason"] == "wrong_program"
    house.command("event", "import", str(SEED), "--starts-at", hours_from_now(0.1))


def watch(house: Running) -> None:
    """The organizer sees all of it."""
    browser = requests.Session()
    browser.headers["Accept-Language"] = "en"
    login = browser.get(f"{house.url}/office", timeout=20)
    assert "/staff/login" in login.url
    form = {**fields(login.text), "email": "owner@example.com", "password": house.logins["owner@example.com"]}
    office = browser.post(login.url, data=form, timeout=20)
    assert office.url.endswith("/office"), office.text
    figures = browser.get(f"{house.url}/office/figures.json", timeout=20).json()
    text = json.dumps(figures, ensure_ascii=False)
    assert "¥5,000" in text
    plain = re.sub(r"<[^>]+>", " ", office.text)
    assert re.search(r"\b1 DAY Ticket\b", plain)
    ready = requests.get(f"{house.url}/readyz", timeout=20)
    assert (ready.status_code, ready.json()["faults"]) == (200, [])
