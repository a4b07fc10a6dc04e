"""A walk through the shop for tests: every page that a buyer may meet, in every state it has.

Whoever looks at pages hands in `Eyes`; the walk leads them to each page at the moment that it stands there.
"""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Protocol

from flask.testing import FlaskClient

import promo_codes
from changes import holder_path, letters, pass_on, text_of
from factories import MORNING, SEED, SLUG, House, session_of
from ticketing.core import limits
from ticketing.core.db import reading, writing
from ticketing.core.limits import make_limiter
from ticketing.payments.calling_off import call_off
from ticketing.waiting.links import path_of
from ticketing.waiting.models import WaitingEntry

CODE = "早割-2025"
OTHER_FILES = (".png", ".pdf", ".ics", ".js", ".json", ".xml", ".txt", ".pkpass", "google-wallet", "/pay", "<kind>")
"""How the shop's addresses end at which no page stands."""
BLUEPRINTS = frozenset({"shop", "order", "change", "find", "held", "letters", "receipt", "refund", "waiting"})


class Eyes(Protocol):
    """Whoever looks at pages."""

    def page(self, name: str, path: str) -> None:
        """Look at the page at this path."""

    def answer(self, name: str, path: str, text: str) -> None:
        """Look at the page that answered a form sent to this path."""


class Walk:
    """One walk in one language. `seen` are the rules of all addresses that were looked at."""

    def __init__(self, house: House, eyes: Eyes, lang: str, folder: Path) -> None:
        self.house = house
        self.eyes = eyes
        self.lang = lang
        self.folder = folder
        self.seen: set[str] = set()

    def everything(self) -> None:
        """Walk from the event's page until it is called off."""
        hall = SEED.read_text(encoding="utf-8").replace("capacity = 300", "capacity = 10")
        self.house.publish(hall, starts_at=MORNING + timedelta(days=40))
        unpaid(self)
        paid(self)
        waiting(self)
        with self.house.app.app_context(), writing() as session:
            call_off(session, self.house.catalog().id, "cli", self.house.clock.now())
        self.house.work()
        self.keep("called-off", f"/e/{SLUG}")

    def visitor(self) -> FlaskClient:
        """Somebody new who reads this language."""
        client = self.house.client
        client.set_cookie("lang", self.lang)
        return client

    def keep(self, name: str, path: str) -> None:
        """Look at the page at this path."""
        rule, _ = self.house.app.url_map.bind("localhost").match(path.partition("?")[0], return_rule=True)
        self.seen.add(rule.rule)
        self.eyes.page(name, path)

    def order(self, what: str, /, **form: object) -> None:
        """Look at the answer to the final form."""
        self.eyes.answer(what, f"/e/{SLUG}/orders", self.house.order(self.visitor(), **form).text)

    def send(self, what: str, path: str, /, **form: object) -> None:
        """Look at the answer to any other form, which must be a page."""
        answer = self.visitor().post(path, data=form)
        assert answer.status_code in (200, 400, 409, 422), (path, answer.status_code)
        self.eyes.answer(what, path, answer.text)


def pages_of_the_shop(house: House) -> set[str]:
    """The rules of all addresses at which the shop shows a page."""
    rules = [one for one in house.app.url_map.iter_rules() if one.endpoint.partition(".")[0] in BLUEPRINTS]
    return {one.rule for one in rules if "GET" in (one.methods or ()) and not one.rule.endswith(OTHER_FILES)}


def unpaid(walk: Walk) -> None:
    """What a buyer sees from the event to the payment, or to its end."""
    house = walk.house
    walk.keep("index", "/")
    walk.keep("event", f"/e/{SLUG}")
    walk.keep("legal", f"/e/{SLUG}/legal")
    walk.keep("review", f"/e/{SLUG}/review?qty-1-DAY=2&qty-EVENT-ONLY=1")
    walk.keep("choose-again", f"/e/{SLUG}/review?qty-1-DAY=0")
    walk.keep("nothing", "/e/nothing")
    walk.order("faults", day=2, name="", email="hanako@", **{"attendee-1": "x" * 200})
    walk.order("slip", day=1, kana="山田", email="hanako@gmial.com")
    walk.order("gone", day=6, conference=6)
    with_code(walk)
    busy(walk)
    pending = house.path(session_of(house.order(day=1)))
    walk.keep("order-pending", pending)
    house.client.post(f"{pending}/cancel")
    walk.keep("order-canceled", pending)
    voucher = session_of(house.order(day=1))
    house.gateway.issue_voucher(voucher, house.clock.now() + timedelta(days=2))
    house.hook(voucher)
    house.work()
    walk.keep("order-voucher", house.path(voucher))


def with_code(walk: Walk) -> None:
    """A promo code in the link of the event, on the final form, and one that cannot be used."""
    promo_codes.make(walk.house, CODE, percent=15)
    promo_codes.make(walk.house, "GUEST", percent=100, tiers=["EVENT-ONLY"])
    review = f"/e/{SLUG}/review?qty-1-DAY=2&qty-EVENT-ONLY=1"
    walk.keep("event-code", f"/e/{SLUG}?code={CODE}")
    walk.keep("event-code-fault", f"/e/{SLUG}?code=NOBODY")
    walk.keep("review-code", f"{review}&code={CODE}")
    walk.keep("review-code-fault", f"{review}&code=NOBODY")
    walk.keep("review-free", f"/e/{SLUG}/review?qty-EVENT-ONLY=1&code=GUEST")
    walk.order("price-changed", day=1, shown=2000, code=CODE)


def busy(walk: Walk) -> None:
    """The final form where many orders came from this address."""
    walk.house.app.extensions["ticketing.limiter"] = make_limiter(walk.folder)
    with walk.house.app.test_request_context(environ_base={"REMOTE_ADDR": "127.0.0.1"}):
        for _ in range(3):
            limits.count("order_free", limits.client())
    walk.keep("review-busy", f"/e/{SLUG}/review?qty-1-DAY=2")
    walk.order("asked-for-proof", day=1)
    walk.house.app.extensions["ticketing.limiter"] = None


def paid(walk: Walk) -> None:
    """The order, placed with a promo code, its tickets and papers, and giving one back."""
    house = walk.house
    path = house.buy(day=2, conference=1, code=CODE)
    walk.keep("order-paid", path)
    walk.keep("ticket", f"{path}/t/1")
    walk.keep("receipt", f"{path}/receipt")
    house.client.post(f"{path}/receipt", data={"addressee": "株式会社 山田 & <娘>"})
    walk.keep("receipt-issued", f"{path}/receipt")
    walk.keep("refund", f"{path}/refund")
    walk.keep("refund-terms", f"{path}/refund?ticket=1")
    give_back(house, path)
    walk.keep("order-partly", path)
    changing(walk, path)
    walk.keep("ticket-revoked", f"{path}/t/1")


def changing(walk: Walk, path: str) -> None:
    """Another name, another person, another address; the page of who was passed a ticket; lost links."""
    house = walk.house
    person = {"name": "佐藤 葵", "email": "aoi@gmial.com", "language": "ja"}
    for what in ("name", "transfer"):
        walk.keep(what, f"{path}/t/2/{what}")
        walk.send(f"{what}-faults", f"{path}/t/2/{what}", name=" ", email="aoi@")
    walk.send("transfer-slip", f"{path}/t/2/transfer", **person)
    walk.send("transfer-check", f"{path}/t/2/transfer", **{**person, "email": "aoi@example.com"})
    assert pass_on(house, f"{path}/t/2").status_code == 303
    walk.keep("order-passed-on", path)
    walk.keep("ticket-passed-on", f"{path}/t/2")
    held = holder_path(house, path, 2)
    walk.keep("held", held)
    for what in ("t/2", "name", "transfer"):
        walk.keep(f"held-{what.replace('/', '-')}", f"{held}/{what}")
    walk.keep("address", f"{path}/address")
    walk.send("address-slip", f"{path}/address", email="hanako@gmial.com")
    house.client.post(f"{path}/address", data={"email": "else@example.org"})
    walk.keep("order-address-asked", path)
    house.work()
    for what in ("confirm", "stop"):
        found = [re.findall(rf"http://localhost(/address/\S+/{what}/\S+)", text_of(one)) for one in letters(house)]
        walk.keep(f"address-{what}", next(links[-1] for links in reversed(found) if links))
    walk.keep("find", "/find")
    walk.send("find-faults", "/find", email="aoi@")
    walk.keep("find-asked", "/find?asked=yes")


def give_back(house: House, path: str) -> None:
    """Give the first ticket of an order back."""
    amount = re.search(r'name="amount" value="(\d+)"', house.client.get(f"{path}/refund?ticket=1").text)
    assert amount
    house.client.post(f"{path}/refund", data={"ticket": "1", "amount": amount[1]})
    house.work()


def waiting(walk: Walk) -> None:
    """Sold out, and what those see who wait."""
    house = walk.house
    path = house.buy(day=6)
    house.buy(conference=1)
    walk.keep("sold-out", f"/e/{SLUG}")
    walk.keep("waiting", f"/e/{SLUG}/waiting?tier=EVENT-ONLY")
    walk.send("waiting-faults", f"/e/{SLUG}/waiting", tier="EVENT-ONLY", quantity="9", email="aoi@")
    for email in ("first@example.com", "second@example.com"):
        form = {"tier": "EVENT-ONLY", "quantity": "2", "email": email}
        assert house.client.post(f"/e/{SLUG}/waiting", data=form).status_code == 303
        house.clock.advance(timedelta(seconds=1))
    walk.keep("waiting-joined", f"/e/{SLUG}/waiting/joined")
    with house.app.app_context(), reading() as session:
        entries = [path_of(entry.id) for entry in session.query(WaitingEntry).order_by(WaitingEntry.joined_at)]
    walk.keep("entry-waiting", entries[1])
    give_back(house, path)
    walk.keep("entry-offered", entries[0])
    house.client.post(f"{entries[0]}/leave")
    walk.keep("entry-left", entries[0])
