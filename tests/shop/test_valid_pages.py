"""Every page of the shop, in every state and both languages, under the eyes of the HTML validator."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from changes import holder_path, letters, pass_on, text_of
from factories import MORNING, SEED, SLUG, House, session_of
from html_validator import faults_of
from ticketing.core import limits
from ticketing.core.db import reading, writing
from ticketing.core.limits import make_limiter
from ticketing.payments.calling_off import call_off
from ticketing.waiting.links import path_of
from ticketing.waiting.models import WaitingEntry


class Pages:
    """Pages as files, by name and language."""

    def __init__(self, house: House, folder: Path) -> None:
        self.house = house
        self.folder = folder

    def keep(self, name: str, path: str) -> None:
        """Keep the page at this path as this file, once in each language."""
        for lang in ("ja", "en"):
            answer = self.house.client.get(f"{path}{'&' if '?' in path else '?'}lang={lang}")
            assert answer.mimetype == "text/html", (path, answer.status_code)
            (self.folder / f"{name}-{lang}.html").write_text(answer.text, encoding="utf-8")

    def keep_answer(self, file: str, **form: object) -> None:
        """Keep the answer to the final form as this file."""
        for lang in ("ja", "en"):
            client = self.house.client
            client.set_cookie("lang", lang)
            (self.folder / f"{file}-{lang}.html").write_text(self.house.order(client, **form).text, encoding="utf-8")


@pytest.mark.usefixtures("with_wallets")
def test_every_page_of_the_shop_is_valid_html(house: House, tmp_path: Path) -> None:
    hall = SEED.read_text(encoding="utf-8").replace("capacity = 300", "capacity = 10")
    house.publish(hall, starts_at=MORNING + timedelta(days=40))
    pages = Pages(house, tmp_path)
    unpaid(pages)
    paid(pages)
    waiting(pages)
    with house.app.app_context(), writing() as session:
        call_off(session, house.catalog().id, "cli", house.clock.now())
    house.work()
    pages.keep("called-off", f"/e/{SLUG}")
    assert len(list(tmp_path.glob("*.html"))) > 40
    assert faults_of(tmp_path) == []


def unpaid(pages: Pages) -> None:
    """What a buyer sees from the event to the payment, or to its end."""
    house = pages.house
    pages.keep("index", "/")
    pages.keep("event", f"/e/{SLUG}")
    pages.keep("legal", f"/e/{SLUG}/legal")
    pages.keep("review", f"/e/{SLUG}/review?qty-1-DAY=2&qty-EVENT-ONLY=1")
    pages.keep("choose-again", f"/e/{SLUG}/review?qty-1-DAY=0")
    pages.keep("nothing", "/e/nothing")
    pages.keep("sign-in", "/staff/login")
    pages.keep_answer("faults", day=2, name="", email="hanako@", **{"attendee-1": "x" * 200})
    pages.keep_answer("slip", day=1, kana="山田", email="hanako@gmial.com")
    pages.keep_answer("gone", day=6, conference=6)
    busy(pages)
    pending = house.path(session_of(house.order(day=1)))
    pages.keep("order-pending", pending)
    house.client.post(f"{pending}/cancel")
    pages.keep("order-canceled", pending)
    voucher = session_of(house.order(day=1))
    house.gateway.issue_voucher(voucher, house.clock.now() + timedelta(days=2))
    house.hook(voucher)
    house.work()
    pages.keep("order-voucher", house.path(voucher))


def busy(pages: Pages) -> None:
    """The final form where many orders came from this address."""
    pages.house.app.extensions["ticketing.limiter"] = make_limiter(pages.folder)
    with pages.house.app.test_request_context(environ_base={"REMOTE_ADDR": "127.0.0.1"}):
        for _ in range(3):
            limits.count("order_free", limits.client())
    pages.keep("review-busy", f"/e/{SLUG}/review?qty-1-DAY=2")
    pages.keep_answer("asked-for-proof", day=1)
    pages.house.app.extensions["ticketing.limiter"] = None


def paid(pages: Pages) -> None:
    """The order, its tickets and papers, and giving one back."""
    house = pages.house
    path = house.buy(day=2, conference=1)
    pages.keep("order-paid", path)
    pages.keep("ticket", f"{path}/t/1")
    pages.keep("receipt", f"{path}/receipt")
    house.client.post(f"{path}/receipt", data={"addressee": "株式会社 山田 & <娘>"})
    pages.keep("receipt-issued", f"{path}/receipt")
    pages.keep("refund", f"{path}/refund")
    pages.keep("refund-terms", f"{path}/refund?ticket=1")
    give_back(house, path)
    pages.keep("order-partly", path)
    changing(pages, path)
    pages.keep("ticket-revoked", f"{path}/t/1")


def changing(pages: Pages, path: str) -> None:
    """Another name, another person, another address; the page of who was passed a ticket; lost links."""
    house = pages.house
    for what in ("name", "transfer"):
        pages.keep(what, f"{path}/t/2/{what}")
    assert pass_on(house, f"{path}/t/2").status_code == 303
    pages.keep("order-passed-on", path)
    pages.keep("ticket-passed-on", f"{path}/t/2")
    held = holder_path(house, path, 2)
    pages.keep("held", held)
    for what in ("t/2", "t/2/name", "t/2/transfer"):
        pages.keep(f"held-{what.replace('/', '-')}", f"{held}/{what}")
    pages.keep("address", f"{path}/address")
    house.client.post(f"{path}/address", data={"email": "else@example.org"})
    pages.keep("order-address-asked", path)
    house.work()
    for what in ("confirm", "stop"):
        found = [re.findall(rf"http://localhost(/address/\S+/{what}/\S+)", text_of(one)) for one in letters(house)]
        pages.keep(f"address-{what}", next(links[-1] for links in reversed(found) if links))
    pages.keep("find", "/find")
    pages.keep("find-asked", "/find?asked=yes")


def give_back(house: House, path: str) -> None:
    """Give the first ticket of an order back."""
    amount = re.search(r'name="amount" value="(\d+)"', house.client.get(f"{path}/refund?ticket=1").text)
    assert amount
    house.client.post(f"{path}/refund", data={"ticket": "1", "amount": amount[1]})
    house.work()


def waiting(pages: Pages) -> None:
    """Sold out, and what those see who wait."""
    house = pages.house
    path = house.buy(day=6)
    house.buy(conference=1)
    pages.keep("sold-out", f"/e/{SLUG}")
    pages.keep("waiting", f"/e/{SLUG}/waiting?tier=EVENT-ONLY")
    for email in ("first@example.com", "second@example.com"):
        form = {"tier": "EVENT-ONLY", "quantity": "2", "email": email}
        assert house.client.post(f"/e/{SLUG}/waiting", data=form).status_code == 303
        house.clock.advance(timedelta(seconds=1))
    pages.keep("waiting-joined", f"/e/{SLUG}/waiting/joined")
    with house.app.app_context(), reading() as session:
        entries = [path_of(entry.id) for entry in session.query(WaitingEntry).order_by(WaitingEntry.joined_at)]
    pages.keep("entry-waiting", entries[1])
    give_back(house, path)
    pages.keep("entry-offered", entries[0])
    house.client.post(f"{entries[0]}/leave")
    pages.keep("entry-left", entries[0])
