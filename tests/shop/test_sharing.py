"""What others show of an event: its card, its data for machines, and what search engines may look at."""

from __future__ import annotations

import json
import re
from io import BytesIO
from typing import Any
from xml.etree import ElementTree

import pytest
from PIL import Image

from factories import MORNING, SEED, SLUG, House
from ticketing.core.db import writing
from ticketing.payments.calling_off import call_off

MAPS = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}


def data_of(house: House, lang: str = "en") -> dict[str, Any]:
    """The JSON-LD of the event page."""
    text = house.client.get(f"/e/{SLUG}?lang={lang}").text
    found = re.search(r'<script type="application/ld\+json">(.+?)</script>', text, re.S)
    assert found
    facts: dict[str, Any] = json.loads(found[1])
    return facts


def tags_of(house: House, lang: str) -> dict[str, str]:
    """The tags of the Open Graph protocol."""
    text = house.client.get(f"/e/{SLUG}?lang={lang}").text
    return dict(re.findall(r'<meta property="(og:[^"]+)" content="([^"]*)">', text))


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_a_shared_link_shows_the_card_of_its_language(house: House, lang: str) -> None:
    tags = tags_of(house, lang)
    assert tags["og:image"].startswith(f"http://localhost/e/{SLUG}/card-{lang}.png?v=")
    answer = house.client.get(tags["og:image"].removeprefix("http://localhost"))
    assert (answer.status_code, answer.mimetype) == (200, "image/png")
    image = Image.open(BytesIO(answer.data))
    assert image.size == (int(tags["og:image:width"]), int(tags["og:image:height"])) == (1200, 630)
    assert len(answer.data) < 150_000
    assert len(image.getcolors(100_000) or ()) > 20, "something is drawn"


def test_the_cards_of_both_languages_differ_and_no_other_language_has_one(house: House) -> None:
    cards = [house.client.get(f"/e/{SLUG}/card-{lang}.png").data for lang in ("ja", "en")]
    assert cards[0] != cards[1]
    assert house.client.get(f"/e/{SLUG}/card-fr.png").status_code == 404
    assert house.client.get("/e/nothing/card-ja.png").status_code == 404


def test_a_title_that_is_very_long_keeps_inside_the_card(house: House) -> None:
    text = SEED.read_text(encoding="utf-8")
    long = text.replace('"with AI"', '"with artificial intelligence in the seven countries of the north and the south"')
    assert long != text
    house.publish(long)
    image = Image.open(BytesIO(house.client.get(f"/e/{SLUG}/card-en.png").data)).convert("RGB")
    column = {image.getpixel((1199, y)) for y in range(56, 440)}
    assert (0xF5, 0xEF, 0xE6) not in column, "a letter runs out of the card"


def test_machines_read_when_where_and_for_how_much(house: House) -> None:
    facts = data_of(house)
    assert (facts["@type"], facts["startDate"]) == ("Event", "2025-10-26T10:00:00+09:00")
    assert facts["location"]["name"] == "Akasaka Intercity Conference"
    assert [(one["price"], one["priceCurrency"]) for one in facts["offers"]] == [("2000", "JPY"), ("1000", "JPY")]
    assert {one["availability"] for one in facts["offers"]} == {"https://schema.org/InStock"}
    assert [one["name"] for one in facts["subEvent"]] == ["Conference", "Short film screenings (sample)"]
    assert data_of(house, "ja")["location"]["name"] == "赤坂インターシティコンファレンス"


def test_machines_read_that_it_is_sold_out_or_called_off(house: House) -> None:
    house.set_capacity(2)
    house.buy(conference=2)
    assert {one["availability"] for one in data_of(house)["offers"]} == {"https://schema.org/SoldOut"}
    with house.app.app_context(), writing() as session:
        call_off(session, house.catalog().id, "cli", house.clock.now())
    assert data_of(house)["eventStatus"] == "https://schema.org/EventCancelled"


def test_no_text_of_the_event_breaks_out_of_the_page(house: House) -> None:
    evil = "</script><script>alert(1)</script>"
    house.publish(SEED.read_text(encoding="utf-8").replace("Exploring creativity, collaboration, and ethics.", evil))
    text = house.client.get(f"/e/{SLUG}?lang=en").text
    assert "<script>alert" not in text
    assert data_of(house)["description"].startswith(evil)


def test_the_sitemap_has_the_event_in_both_languages(house: House) -> None:
    root = ElementTree.fromstring(house.client.get("/sitemap.xml").data)  # noqa: S314 (our own answer)
    places = [one.text for one in root.findall("s:url/s:loc", MAPS)]
    assert f"http://localhost/e/{SLUG}?lang=ja" in places
    assert f"http://localhost/e/{SLUG}?lang=en" in places
    assert len(root.findall("s:url/x:link", MAPS)) == 2 * len(places)


def test_rehearsals_are_found_by_nobody(house: House) -> None:
    house.publish(starts_at=MORNING)
    house.publish(starts_at=house.clock.now())
    assert f"/e/{SLUG}" not in house.client.get("/sitemap.xml").text
    assert '<meta name="robots" content="noindex">' in house.client.get(f"/e/{SLUG}").text


def test_search_engines_are_kept_from_what_is_private(house: House) -> None:
    lines = house.client.get("/robots.txt").text.splitlines()
    assert {"Disallow: /office", "Disallow: /boxoffice", "Disallow: /door"} <= set(lines)
    assert "Disallow: /" not in lines
    assert lines[-1] == "Sitemap: http://localhost/sitemap.xml"


def test_what_a_secret_link_opens_is_listed_by_nobody(house: House) -> None:
    path = house.buy(day=1)
    # An address that robots.txt forbids is listed all the same where somebody links to it.
    assert not any(path.startswith(line.partition(": ")[2]) for line in disallowed(house))
    for end in ("", "/status.json", "/tickets.pdf", "/nothing"):
        assert house.client.get(path + end).headers["X-Robots-Tag"] == "noindex"
    shown = house.client.get(path, headers={"Sec-Fetch-Dest": "document"})
    assert "X-Robots-Tag" not in shown.headers
    assert "X-Robots-Tag" not in house.client.get(f"/e/{SLUG}").headers


def disallowed(house: House) -> list[str]:
    return [line for line in house.client.get("/robots.txt").text.splitlines() if line.startswith("Disallow: ")]
