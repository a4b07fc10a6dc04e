"""The legal page: all that the law wants told, out of the event's data, in both languages."""

import pytest

from factories import SEED, SLUG, House
from ticketing.core.i18n import force_locale
from ticketing.shop.legal_seller import TITLES, rows


def page(house: House, lang: str) -> str:
    """What the page says."""
    return house.client.get(f"/e/{SLUG}/legal?lang={lang}").text


def test_the_statements_that_japans_law_asks_for_are_all_there(house: House) -> None:
    text = page(house, "ja")
    titles = ["販売事業者", "責任者", "所在地", "電話番号", "メールアドレス", *TITLES.values()]
    assert [title for title in titles if f"<dt>{title}</dt>" not in text] == []
    for fact in ("2,000円", "1回のご注文につき6枚まで", "合計12枚まで", "2025年10月26日", "コンビニ払い", "30分間"):
        assert fact in text


def test_prices_periods_and_ways_to_pay_are_those_of_the_shop(house: House) -> None:
    house.publish(SEED.read_text(encoding="utf-8").replace("price = 2000", "price = 2500").replace(
        "[policy.konbini]\nenabled = true", "[policy.konbini]\nenabled = false"
    ))  # fmt: skip
    text = page(house, "en")
    assert "1 DAY Ticket: ¥2,500, tax included" in text
    assert "convenience store, while it is offered" not in text.lower()


def test_a_statement_of_the_file_replaces_a_row_or_stands_after_them(house: House) -> None:
    more = """
[[seller.statements]]
title = { ja = "販売価格以外に必要な費用", en = "Other charges" }
text = { ja = "発券手数料110円", en = "A fee of 110 yen" }

[[seller.statements]]
title = { ja = "受付時間", en = "Hours" }
text = { ja = "平日10時から17時", en = "Weekdays, 10 to 17" }
"""
    house.publish(SEED.read_text(encoding="utf-8") + more)
    with house.app.test_request_context(), force_locale("en"):
        found = {row.title: row.lines for row in rows(house.catalog(), house.clock.now())}
    assert found["Other charges"] == ("A fee of 110 yen",)
    assert list(found)[-1] == "Hours"


@pytest.mark.parametrize(("confirmed", "told"), [("false", True), ("true", False)])
def test_the_page_says_that_the_organizer_has_not_confirmed_it(house: House, confirmed: str, told: bool) -> None:
    house.publish(SEED.read_text(encoding="utf-8").replace("confirmed = false", f"confirmed = {confirmed}"))
    assert ("Not confirmed yet" in page(house, "en")) is told


def test_terms_and_privacy_speak_of_what_the_event_does(house: House) -> None:
    text = page(house, "en")
    for part in ("Waiting list", "12 hours", "resale sites", "Stripe (payments)", "90 days after the event"):
        assert part in text
    assert "tablets at the door show the name" not in text
    seed = SEED.read_text(encoding="utf-8").replace("door_names = false", "door_names = true")
    house.publish(seed.replace("[policy.konbini]", "[policy.waiting_list]\nenabled = false\n\n[policy.konbini]"))
    text = page(house, "en")
    assert "tablets at the door show the name" in text
    assert "Waiting list" not in text


def test_an_event_that_keeps_nothing_says_so(house: House) -> None:
    house.publish(SEED.read_text(encoding="utf-8").replace("personal_data_days = 90", "personal_data_days = 0"))
    text = page(house, "en")
    assert "After the event we erase names and addresses" in text
    assert "0 days" not in text


PAGES = ["/", *(f"/e/{SLUG}{one}" for one in ("", "/review?qty-1-DAY=1", "/review", "/legal"))]


@pytest.mark.parametrize("path", PAGES)
def test_pages_of_the_shop_lead_to_it(house: House, path: str) -> None:
    text = house.client.get(path).text
    for part in ("seller", "terms", "privacy"):
        assert f'href="/e/{SLUG}/legal#{part}"' in text


def test_the_list_of_several_events_leads_to_the_page_of_each(house: House) -> None:
    house.publish(SEED.read_text(encoding="utf-8").replace(f'slug = "{SLUG}"', 'slug = "another"'))
    text = house.client.get("/").text
    assert [f'href="/e/{slug}/legal#seller"' in text for slug in (SLUG, "another")] == [True, True]
