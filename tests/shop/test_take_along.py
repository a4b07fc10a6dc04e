"""What the order page offers to take along, and the service worker that keeps it."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import update

from factories import House
from ticketing.core.db import writing
from ticketing.orders.models import Order
from ticketing.tickets.issue import revoke

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def kept(house: House, path: str) -> dict[str, list[str]]:
    """What the service worker of an order keeps."""
    answer = house.client.get(f"{path}/sw.js")
    assert answer.status_code == 200
    assert answer.headers["Service-Worker-Allowed"] == path
    first, _, script = answer.text.partition("\n")
    assert "self.kept" in script
    facts: dict[str, list[str]] = json.loads(first.removeprefix("self.kept = ").removesuffix(";"))
    return facts


def test_a_paid_order_offers_its_dates_and_a_sheet_for_the_phone(house: House) -> None:
    path = house.buy(day=1)
    page = house.client.get(path).text
    assert f'href="{path}/event.ics"' in page
    assert f'href="{path}/tickets.pdf?size=phone"' in page
    answer = house.client.get(f"{path}/tickets.pdf?size=phone")
    assert answer.data.startswith(b"%PDF-")
    assert answer.headers["Content-Disposition"].endswith('-phone.pdf"')


def test_who_gave_everything_back_may_clear_the_calendar(house: House) -> None:
    path = house.buy(day=1)
    with house.app.app_context(), writing() as session:
        revoke(session, path.split("/")[2], [1], house.clock.now())
        session.execute(update(Order).values(state="refunded"))
    page = house.client.get(f"{path}?lang=en").text
    assert f'<a href="{path}/event.ics">Take the dates out of your calendar</a>' in page
    assert "size=phone" not in page
    assert "data-keep" not in page


def test_what_is_kept_changes_its_version_with_what_it_shows(house: House) -> None:
    path = house.buy(day=2)
    before = kept(house, path)
    assert before["pages"] == [path, f"{path}/t/1", f"{path}/t/2"]
    assert kept(house, path) == before
    for file in before["files"]:
        with house.client.get(file) as answer:
            assert answer.status_code == 200
    with house.app.app_context(), writing() as session:
        revoke(session, path.split("/")[2], [1], house.clock.now())
    after = kept(house, path)
    assert after["pages"] == [path, f"{path}/t/2"]
    assert after["version"] != before["version"]


def test_nothing_is_kept_before_payment_nor_after_the_event(house: House) -> None:
    waiting = house.path(house.order(day=1).location.rpartition("/")[2])
    assert kept(house, waiting)["pages"] == []
    assert "data-keep" not in house.client.get(waiting).text
    paid = house.buy(day=1)
    assert "data-keep" in house.client.get(paid).text
    house.clock.advance(timedelta(days=3))
    assert kept(house, paid)["pages"] == []


def test_the_worker_of_an_order_is_as_secret_as_the_order(house: House) -> None:
    path = house.buy(day=1)
    assert house.client.get(f"{path[:-1]}x/sw.js").status_code == 404
