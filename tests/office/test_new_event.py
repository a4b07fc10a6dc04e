"""A new event in the office: begun with a few words, finished page by page, sold like any other."""

from __future__ import annotations

import html
import re

import pytest

from event_editor import NEW_EVENT, Editor, buy
from factories import SLUG, House, well
from ticketing.core.audit import AuditEntry
from ticketing.core.db import reading
from ticketing.events.unwritten import TEXTS

NEW = "evening-of-shorts"


def missing(editor: Editor, draft: str) -> list[str]:
    """What the draft says must still be written."""
    box = re.search(r'id="missing".*?</section>', editor.get(draft), re.S)
    return re.findall(r'<a href="[^"]+">([^<]+)</a>', html.unescape(box[0])) if box else []


def finish(editor: Editor, draft: str) -> None:
    words = {"event__summary__ja": "短い映画の夜です。", "event__summary__en": "Short films."}
    assert editor.save(f"{draft}/about", **words).status_code == 303
    there = {f"venue__{key}__{lang}": f"{key} {lang}" for key in ("address", "access") for lang in ("ja", "en")}
    assert editor.save(f"{draft}/place", **there, venue__map_url="https://maps.example/blue").status_code == 303


def test_an_event_begins_with_a_few_words_and_is_sold_when_it_is_finished(house: House) -> None:
    editor = Editor(house)
    assert 'href="/office/events/new"' in editor.get("/office/events")
    status, draft = editor.begin(NEW)
    assert status == 303
    assert missing(editor, draft) == [
        "Event › In one sentence",
        "Venue › Postal address",
        "Venue › How to get there",
        "Venue › Web address of a map",
    ]
    assert house.client.get(f"/e/{NEW}").status_code == 404
    assert TEXTS["en"] in editor.get(f"{draft}/preview")
    page = html.unescape(editor.get(f"{draft}/publish"))
    assert "This must still be written before it can be published: Event › In one sentence; Venue" in page
    assert editor.post(f"{draft}/publish", page, version="0").status_code == 409
    finish(editor, draft)
    assert missing(editor, draft) == []
    assert editor.publish(draft).status_code == 303
    text = house.client.get(f"/e/{NEW}?lang=en").text
    assert "An evening of shorts" in text
    assert "¥1,800" in text
    path = buy(house, NEW, "ADMISSION", 2)
    assert house.status(path)["total"] == {"amount": 3600, "currency": "jpy"}
    well(house)


def test_a_house_without_any_event_begins_with_this_one(empty_house: House) -> None:
    editor = Editor(empty_house)
    assert editor.client.get("/office").location == "/office/events"
    assert empty_house.staff("viewer", "viewer@example.com").get("/office").status_code == 404
    editor = Editor(empty_house)
    assert "There is no event yet." in editor.get("/office/events")
    status, draft = editor.begin(NEW)
    assert status == 303
    assert missing(editor, draft)[-5:] == [
        "Seller › Name",
        "Seller › Postal address",
        "Seller › Phone",
        "Seller › Responsible person",
        "Seller › E-mail",
    ]
    finish(editor, draft)
    told = {
        f"seller__{key}__{lang}": "x" for key in ("name", "address", "phone", "responsible") for lang in ("ja", "en")
    }
    assert editor.publish(draft).status_code == 409
    assert editor.save(f"{draft}/seller", **told, seller__email="tickets@blue.example.com").status_code == 303
    assert editor.publish(draft).status_code == 303


def test_a_venue_that_the_house_knows_is_the_same_venue_and_room(house: House) -> None:
    editor, venue = Editor(house), house.catalog().venue.name
    status, draft = editor.begin(
        NEW, venue__name__ja="typed otherwise", venue__name__en=venue["en"], rooms__0__capacity="300"
    )
    assert (status, missing(editor, draft)) == (303, ["Event › In one sentence"])
    form = editor.form(f"{draft}/place")
    assert (form["venue.name.ja"], form["rooms.0.code"], form["rooms.rows"]) == ([venue["ja"]], ["AIR"], ["1"])
    assert editor.save(f"{draft}/about", event__summary__ja="夜", event__summary__en="A night").status_code == 303
    assert editor.publish(draft).status_code == 303
    assert {program.room.id for program in house.catalog().programs} == {
        program.room.id for program in house.catalog(NEW).programs
    }


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        ("event.title.ja", "", "Fill this in."),
        ("event.title.en", " ", "Fill this in."),
        ("event.slug", "Evening of shorts", '"Evening of shorts" does not work here: use small letters'),
        ("event.slug", SLUG, f"The address {SLUG} is taken already."),
        ("event.starts_at", "tomorrow", "Use a day and a time, like 2026-05-01 18:00."),
        ("event.ends_at", "2026-04-10T17:00", "Must be later than Begins"),
        ("venue.name.en", "", "Fill this in."),
        ("rooms.0.capacity", "many", "Use a whole number, like 300."),
        ("rooms.0.capacity", "0", "0 does not work here: use 1 to 100,000"),
        ("tiers.0.price", "-1", "-1 does not work here: use 0 to 9,999,999 whole yen"),
        ("tiers.0.name.ja", "", "Fill this in."),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_all_that_was_typed_stays(
    house: House, field: str, text: str, said: str
) -> None:
    status, page = Editor(house).begin(NEW, **{field.replace(".", "__"): text})
    assert status == (409 if text == SLUG else 400)
    (error,) = re.findall(r'<p class="error" id="([^"]+)-error">.*?<span>([^<]+)', page, re.S)
    assert (error[0], error[1][: len(said)]) == (field, said)
    assert f'<a href="#{field}">' in page
    for name, words in NEW_EVENT.items():
        if name != field:
            assert f'name="{name}" type="' in page
            assert f'value="{words}"' in page


def test_a_double_click_begins_one_event_and_the_log_keeps_who_began_it(house: House) -> None:
    editor = Editor(house, "manager")
    assert [editor.begin(NEW)[0], editor.begin(NEW)[0]] == [303, 409]
    with house.app.app_context(), reading() as session:
        (entry,) = session.query(AuditEntry).filter_by(action="draft.begun")
        assert (entry.actor[:7], entry.facts) == ("person:", {"slug": NEW})
