"""Programs of the organizer's at a house as its user starts it: told by a webhook, asking with a token."""

from __future__ import annotations

import re
from pathlib import Path

import requests
from running import SLUG, DoorTablet, Running, fields, running, wait_until
from test_first_sale_to_first_scan import buy, status

from receiver import Receiver, Told, receiver


def signed_in(house: Running) -> requests.Session:
    """A browser of the owner."""
    browser = requests.Session()
    browser.headers["Accept-Language"] = "en"
    login = browser.get(f"{house.url}/office/api", timeout=20)
    form = {**fields(login.text), "email": "owner@example.com", "password": house.logins["owner@example.com"]}
    assert browser.post(login.url, data=form, timeout=20).url.endswith("/office/api")
    return browser


def made_by(browser: requests.Session, url: str, pattern: str, **form: object) -> str:
    """The secret that a form of the office shows once."""
    page = browser.get(url, timeout=20)
    token = fields(page.text)["csrf_token"]
    made = browser.post(form.pop("to") or url, data={"csrf_token": token, "event": SLUG, **form}, timeout=20)
    found = re.search(rf"<code>({pattern})</code>", made.text)
    assert found, made.text
    return found[1]


def of_type(there: Receiver, kind: str) -> list[Told]:
    return [one for one in there.told if one.facts["type"] == kind]


def test_a_program_is_told_of_a_sale_and_a_scan_and_asks_for_the_rest(tmp_path: Path) -> None:
    with receiver() as there, running(tmp_path / "instance") as house:
        browser = signed_in(house)
        kinds = ["order.paid", "ticket.scanned"]
        hook = {"name": "Accounts", "address": there.address, "type": kinds, "to": ""}
        secret = made_by(browser, f"{house.url}/office/api/hooks", r"whsec_[\w+/=]+", **hook)
        scopes = ["orders:read", "hooks:read", "hooks:write"]
        token = {"name": "Accounts", "scope": scopes, "reach": "event", "to": f"{house.url}/office/api/tokens"}
        bearer = made_by(browser, f"{house.url}/office/api", r"tkt_[\w-]+", **token)
        order_url = buy(house)
        DoorTablet.pair(house.url, house.pairing, "A-1").scan(status(order_url)["tickets"][0]["code"])
        wait_until(lambda: {one.facts["type"] for one in there.told} == set(kinds), "the program is told")
        assert all(one.is_signed_with(secret) for one in there.told)
        (paid,) = of_type(there, "order.paid")
        asks_and_has_it_told_again(house, bearer, there, paid)


def asks_and_has_it_told_again(house: Running, bearer: str, there: Receiver, paid: Told) -> None:
    """The program reads the order that it was told of, and has it told once more."""
    program = requests.Session()
    program.headers["Authorization"] = f"Bearer {bearer}"
    order = program.get(f"{house.url}/api/v1/orders/{paid.facts['data']['code']}", timeout=20)
    assert order.json() == paid.facts["data"]
    again = f"{house.url}/api/v1/events/{SLUG}/deliveries/{paid.headers['webhook-id']}/replay"
    assert program.post(again, headers={"Idempotency-Key": "1"}, timeout=20).status_code == 200
    wait_until(lambda: len(of_type(there, "order.paid")) == 2, "the program is told again")
    assert {one.headers["webhook-id"] for one in of_type(there, "order.paid")} == {paid.headers["webhook-id"]}
