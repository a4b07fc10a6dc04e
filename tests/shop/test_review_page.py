"""The final confirmation: everything the law asks for, nothing lost, nothing bought twice."""

from factories import MORNING, SEED, SLUG, House
from ticketing.inventory.levels import Level, Levels
from ticketing.orders.pricing import quote
from ticketing.shop.pages import kept_input, what_is_left

CHOICE = "qty-1-DAY=2&qty-EVENT-ONLY=1"


def left_of(house: House, wish: dict[str, int], *, conference: int, screenings: int) -> dict[str, int]:
    """How much of a wish can be had when the two programs have so many places left."""
    catalog = house.catalog()
    both = zip(catalog.programs, (conference, screenings), strict=True)
    programs = {program.id: Level(1, 300, 300 - left, 0) for program, left in both}
    levels = Levels(programs, {tier.id: Level(2, 600, 0, 0) for tier in catalog.tiers})
    left = what_is_left(catalog, quote(catalog, wish, MORNING), levels)
    assert left.total.amount == sum(line.amount.amount for line in left.lines)
    return {line.tier.code: line.quantity for line in left.lines}


def test_the_confirmation_says_all_that_the_law_asks_for(house: House) -> None:
    text = house.client.get(f"/e/{SLUG}/review?{CHOICE}&lang=ja").text
    for fact in (
        "1 DAYチケット × 2",
        "4,000円",
        "合計(税込)",
        "うち消費税 454円",
        "2025年10月26日",
        "10月26日 13:00まで。満席になりしだい終了します。",
        "キャンセル",
        "Stripe",
    ):
        assert fact in text


def test_the_choice_can_be_changed_without_script(house: House) -> None:
    text = house.client.get(f"/e/{SLUG}/review?{CHOICE}").text
    assert '<form method="get" action="/e/future-of-filmmaking-with-ai/review"' in text
    assert text.count("<option selected>") == 2


def test_faults_are_named_linked_and_nothing_typed_is_lost(house: House) -> None:
    answer = house.order(day=1, name="", email="hanako", **{"attendee-1": "髙橋 美咲"})
    assert answer.status_code == 400
    for part in ('href="#name"', 'href="#email"', 'value="hanako"', 'value="髙橋 美咲"', 'aria-invalid="true"'):
        assert part in answer.text


def test_the_link_to_the_other_language_leads_back_to_the_confirmation(house: House) -> None:
    answer = house.order(day=1, name="")
    assert f'href="/e/{SLUG}/review?qty-1-DAY=1&amp;lang=' in answer.text


def test_what_is_typed_is_no_markup(house: House) -> None:
    assert "<script>" not in house.order(day=1, email="<script>").text


def test_tiers_share_the_places_of_their_programs(house: House) -> None:
    wish = {"1-DAY": 2, "EVENT-ONLY": 2}
    assert left_of(house, wish, conference=3, screenings=300) == {"1-DAY": 2, "EVENT-ONLY": 1}
    assert left_of(house, wish, conference=300, screenings=0) == {"EVENT-ONLY": 2}
    assert left_of(house, wish, conference=0, screenings=300) == {}


def test_names_stay_with_their_tier_when_lines_shrink(house: House) -> None:
    catalog = house.catalog()
    wish = quote(catalog, {"1-DAY": 2, "EVENT-ONLY": 1}, MORNING)
    left = quote(catalog, {"EVENT-ONLY": 1}, MORNING)
    typed = {"name": "Hanako", "attendee-1": "Taro", "attendee-3": "Misaki"}
    assert kept_input(wish, left, typed) == {"name": "Hanako", "attendee-1": "Misaki"}


def test_who_comes_too_late_may_go_on_with_what_is_left(house: House) -> None:
    house.publish(SEED.read_text(encoding="utf-8").replace('code = "conference"', 'code = "conference"\nplaces = 2', 1))
    answer = house.order(conference=3, name="山田 花子")
    assert answer.status_code == 409
    assert 'name="qty-EVENT-ONLY" value="2"' in answer.text
    assert 'value="山田 花子"' in answer.text


def test_when_nothing_is_left_the_page_leads_back_to_the_event(house: House) -> None:
    house.publish(SEED.read_text(encoding="utf-8").replace('code = "conference"', 'code = "conference"\nplaces = 0', 1))
    answer = house.order(conference=1)
    assert answer.status_code == 409
    assert f'href="/e/{SLUG}#tickets"' in answer.text
    assert f'action="/e/{SLUG}/orders"' not in answer.text


def test_a_slip_in_the_address_is_asked_about_once(house: House) -> None:
    form = {"day": 1, "email": "hanako@gmial.com", "form_key": "one form", "lang": "en"}
    asked = house.order(**form)
    assert asked.status_code == 400
    assert "Is &#34;gmial.com&#34; right? Did you mean hanako@gmail.com?" in asked.text
    for part in ('name="email_asked" value="hanako@gmial.com"', 'name="email_taken" value="hanako@gmail.com"'):
        assert part in asked.text
    assert not house.gateway.sessions
    assert house.order(**form, email_asked="hanako@gmial.com").status_code == 303
    assert [params["customer_email"] for params in house.gateway.params.values()] == ["hanako@gmial.com"]


def test_what_was_probably_meant_is_taken_with_one_press(house: House) -> None:
    asked = {"email": "hanako@gmial.com", "email_asked": "hanako@gmial.com", "email_taken": "hanako@gmail.com"}
    unnamed = house.order(day=1, name="", **asked)
    assert 'value="hanako@gmail.com"' in unnamed.text, "another fault must not bring the slip back"
    assert "email_asked" not in unnamed.text
    assert house.order(day=1, **asked).status_code == 303
    assert [params["customer_email"] for params in house.gateway.params.values()] == ["hanako@gmail.com"]


def test_who_has_an_old_address_of_a_phone_company_buys_with_it_and_stripe_asks_for_one(house: House) -> None:
    assert house.order(day=1, email="hanako.@docomo.ne.jp").status_code == 303
    assert ["customer_email" in params for params in house.gateway.params.values()] == [False]


def test_another_slip_is_asked_about_anew(house: House) -> None:
    answer = house.order(day=1, email="hanako@docomo.co.jp", email_asked="hanako@docomo.jp")
    assert answer.status_code == 400
    assert 'value="hanako@docomo.ne.jp"' in answer.text
