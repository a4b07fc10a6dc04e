"""What the event page says, and what it must never contain."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from factories import MORNING, SLUG, House
from ticketing.core.db import writing
from ticketing.core.i18n import force_locale
from ticketing.door.stations import facts_changed
from ticketing.events.models import Program
from ticketing.inventory.levels import Level, Levels
from ticketing.shop.pages import EventPage, event_page


def levels(house: House, *, sold: int, held: int = 0) -> Levels:
    """Every counter of the first event with the same numbers."""
    level = Level(1, 300, sold, held)
    catalog = house.catalog()
    return Levels({one.id: level for one in catalog.programs}, {one.id: level for one in catalog.tiers})


def seen(house: House, *, sold: int, held: int = 0, lang: str = "en", **changes: object) -> EventPage:
    """The page in one language, with changes to the first tier."""
    catalog = house.catalog()
    tiers = (replace(catalog.tiers[0], **changes), *catalog.tiers[1:])  # type: ignore[arg-type]
    with house.app.test_request_context(), force_locale(lang):
        return event_page(replace(catalog, tiers=tiers), levels(house, sold=sold, held=held), MORNING, "", {})


@pytest.mark.parametrize(("lang", "title"), [("en", "with AI"), ("ja", "制作の未来")])
def test_the_page_speaks_both_languages(house: House, lang: str, title: str) -> None:
    text = house.client.get(f"/e/{SLUG}?lang={lang}").text
    assert f'<html lang="{lang}"' in text
    assert title in text


def test_the_page_is_the_same_for_everybody(house: House) -> None:
    first, second = house.client, house.staff()
    path = f"/e/{SLUG}?lang=en"
    assert first.get(path).data == second.get(path).data
    assert "csrf" not in first.get(path).text


def test_many_places_are_told_with_the_capacity(house: House) -> None:
    assert seen(house, sold=100).tiers[0].places == "200 of 300 places left"


def test_few_places_are_told_plainly(house: House) -> None:
    card = seen(house, sold=285, held=3).tiers[0]
    assert (card.state, card.places, card.most) == ("few", "12 left", 6)


def test_nobody_can_choose_more_than_is_left(house: House) -> None:
    assert seen(house, sold=298).tiers[0].most == 2


def test_places_that_are_being_paid_for_may_come_free(house: House) -> None:
    page = seen(house, sold=296, held=4)
    assert page.tiers[0].state == "sold_out"
    assert "4 are being paid for" in page.tiers[0].places
    assert not page.on_sale


def test_a_sale_that_has_not_begun_says_when(house: House) -> None:
    card = seen(house, sold=0, sale_starts_at=MORNING + timedelta(days=1)).tiers[0]
    assert (card.state, card.most) == ("upcoming", 0)
    assert "Mon 27 Oct 2025 09:40" in card.places


def test_a_sale_that_has_ended_says_so(house: House) -> None:
    card = seen(house, sold=0, sale_ends_at=MORNING, lang="ja").tiers[0]
    assert (card.state, card.places) == ("over", "販売は終了しました。")


def test_a_rehearsal_copy_says_so_on_the_page(house: House) -> None:
    assert "REHEARSAL" not in house.client.get(f"/e/{SLUG}?lang=en").text
    catalog = replace(house.catalog(), shifted=timedelta(days=1))
    with house.app.test_request_context():
        page = event_page(catalog, levels(house, sold=0), MORNING, "", {})
        shown = house.app.jinja_env.get_template("shop/event.html").render(page=page)
    assert "REHEARSAL" in shown


@pytest.mark.parametrize(("lang", "says"), [("en", "Last entry before 12:30."), ("ja", "最終入場12:30。")])
def test_the_last_entry_stands_beside_the_doors(house: House, lang: str, says: str) -> None:
    assert says not in house.client.get(f"/e/{SLUG}?lang={lang}").text
    with house.app.app_context(), writing() as session:
        first = update(Program).where(Program.code == "conference")
        session.execute(first.values(last_entry_at=datetime(2025, 10, 26, 3, 30, tzinfo=UTC)))
        facts_changed(session, house.catalog().id)
    assert says in house.client.get(f"/e/{SLUG}?lang={lang}").text
