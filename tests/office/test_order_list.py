"""Finding an order in the office: by what is typed, by what is chosen, while it is being typed."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from back_office import Office, code_of, codes
from factories import House
from ticketing.core.db import writing
from ticketing.orders.lookup import by_code


def test_orders_are_chosen_by_state_and_tier(house: House) -> None:
    paid = code_of(house.buy(conference=1))
    house.order(day=1)
    office = Office(house)
    waiting = [code for code in codes(office.get("/orders").text) if code != paid]
    assert codes(office.get("/orders?state=paid").text) == [paid]
    assert codes(office.get("/orders?state=pending").text) == waiting
    assert codes(office.get("/orders?tier=EVENT-ONLY").text) == [paid]
    assert codes(office.get("/orders?tier=1-DAY&state=paid").text) == []
    assert "Look in all orders" in office.get("/orders?tier=1-DAY&state=paid").text
    assert 'value="EVENT-ONLY" selected' in office.get("/orders?tier=EVENT-ONLY").text


def test_orders_are_chosen_by_the_day_in_the_zone_of_the_event(house: House) -> None:
    first, second = code_of(house.buy(day=1)), code_of(house.buy(day=1))
    midnight = datetime(2025, 10, 25, 15, tzinfo=UTC)  # in Tokyo
    with house.app.app_context(), writing() as session:
        by_code(session, first).created_at = midnight - timedelta(seconds=1)
        by_code(session, second).created_at = midnight
    office = Office(house)
    assert codes(office.get("/orders?day=2025-10-25").text) == [first]
    assert codes(office.get("/orders?day=2025-10-26").text) == [second]
    for nonsense in ("yesterday", "0001-01-01", "9999-12-31"):
        assert len(codes(office.get(f"/orders?day={nonsense}").text)) == 2, nonsense


def test_orders_are_chosen_of_which_somebody_is_still_to_come(house: House) -> None:
    both, one, none = (house.buy(day=2), house.buy(day=2), house.buy(day=1))
    house.order(day=1)  # unpaid: no ticket, nobody to come
    tablet = house.tablet()
    for code in (*house.codes(both), house.codes(one)[0]):
        assert tablet.scan(code)["decision"] == "admit"
    tablet.scan(house.codes(both)[0], kind="exit")
    found = codes(Office(house).get("/orders?absent=1").text)
    assert sorted(found) == sorted([code_of(one), code_of(none)])


def test_the_pages_and_the_other_language_keep_what_was_asked_for(house: House) -> None:
    for _ in range(51):
        house.order(day=1, name="山田 花子")
    text = Office(house).get("/orders?q=山田&tier=1-DAY&absent=0&state=pending").text
    assert re.search(
        r'href="/office/orders\?event=[\w-]+&amp;q=%E5[^"]+&amp;state=pending&amp;tier=1-DAY&amp;page=2"', text
    )
    assert re.search(r'href="/office/orders\?[^"]*q=%E5[^"]+tier=1-DAY[^"]*lang=ja"', text)


def test_a_whole_code_leads_to_its_order_only_when_typing_has_ended(house: House) -> None:
    code = code_of(house.buy(day=1))
    office = Office(house)
    assert office.get(f"/orders?q={code}").status_code == 303
    typing = office.get(f"/orders?q={code}&typing=1")
    assert (typing.status_code, codes(typing.text)) == (200, [code])
