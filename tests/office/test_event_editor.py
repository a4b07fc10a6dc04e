"""The event editor over HTTP: copied, changed, looked at, published, sold; and what is sold stays as promised."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime, timedelta

import pytest

from changes import letters, text_of
from event_editor import NEW, Editor, buy, fields
from factories import SLUG, House, well
from ticketing.core.audit import AuditEntry
from ticketing.core.clock import SetClock
from ticketing.core.db import reading


def acts(house: House) -> list[AuditEntry]:
    with house.app.app_context(), reading() as session:
        rows = session.query(AuditEntry).order_by(AuditEntry.id)
        return [one for one in rows if one.action.startswith(("draft.", "event."))]


def test_an_event_is_copied_changed_looked_at_published_and_sold(house: House) -> None:
    editor = Editor(house)
    draft = editor.copy()
    assert editor.save(f"{draft}/tiers", tiers__0__price="2500").status_code == 303
    assert editor.save(f"{draft}/about", event__title__en="Spring screening").status_code == 303
    for lang, words in (("en", "Spring screening"), ("ja", "AIと映画制作の未来")):
        page = editor.get(f"{draft}/preview?lang={lang}")
        assert words in page
        assert "2,500" in page
    hidden(house, editor)
    assert editor.publish(draft).status_code == 303
    text = house.client.get(f"/e/{NEW}?lang=en").text
    assert "Spring screening" in text
    assert "¥2,500" in text
    assert f"/e/{NEW}" in house.client.get("/sitemap.xml").text
    path = buy(house, NEW)
    assert house.status(path)["total"] == {"amount": 2500, "currency": "jpy"}
    assert house.client.get(f"/e/{SLUG}?lang=en").text.count("¥2,500") == 0
    assert editor.client.get(draft).status_code == 404
    well(house)


def hidden(house: House, editor: Editor) -> None:
    """Nothing that others see knows of a draft."""
    assert house.client.get(f"/e/{NEW}").status_code == 404
    assert house.client.get(f"/e/{NEW}/legal").status_code == 404
    assert house.client.post(f"/e/{NEW}/orders", data={"qty-1-DAY": "1"}).status_code == 404
    for path in ("/", "/sitemap.xml"):
        assert NEW not in house.client.get(path).text
    assert editor.client.get(f"/office?event={NEW}").status_code == 404
    assert editor.client.post("/office/devices/codes", data={"event": NEW, "gate": "A"}).status_code >= 400


def test_a_capacity_below_what_is_sold_is_refused_with_the_figure(house: House) -> None:
    house.buy(day=3)
    editor = Editor(house)
    draft = editor.edit()
    assert editor.save(f"{draft}/programs", programs__0__places="2").status_code == 303
    page = editor.get(f"{draft}/publish")
    assert "Conference: 3 places are sold or held, more than 2" in html.unescape(page)
    assert '<button class="button">Publish' not in page
    answer = editor.post(f"{draft}/publish", page, version="1")
    assert answer.status_code == 409
    assert {program.places for program in house.catalog().programs} == {300}
    assert editor.save(f"{draft}/programs", programs__0__places="3").status_code == 303
    assert editor.publish(draft).status_code == 303
    assert [program.places for program in house.catalog().programs] == [3, 300]
    well(house)


@pytest.mark.parametrize("what", ["policy__refunds__1__fee_percent", "policy__change_until"])
def test_terms_cannot_become_worse_than_those_that_people_bought_under(house: House, what: str) -> None:
    house.clock = house.app.extensions["ticketing.clock"] = SetClock(datetime(2025, 10, 16, 3, 0, tzinfo=UTC))
    house.gateway.now = house.clock.now
    house.buy(day=1)
    editor = Editor(house)
    draft = editor.edit()
    worse = {"policy__refunds__1__fee_percent": "40", "policy__change_until": "2025-10-24T18:00"}
    assert editor.save(f"{draft}/policy", **{what: worse[what]}).status_code == 303
    page = editor.get(f"{draft}/publish")
    assert "This would break what is already sold" in page
    assert what.split("__")[1] in page


def test_who_moves_a_sold_event_is_asked_whether_to_write_to_the_buyers(house: House) -> None:
    house.buy(day=1, email="hanako@example.com")
    editor = Editor(house)
    draft = editor.edit()
    assert editor.save(f"{draft}/about", event__starts_at="2025-10-26T10:30").status_code == 303
    page = editor.get(f"{draft}/publish")
    assert "Yes, a letter each: 1" in page
    assert "10:30–13:00" in page
    silent = editor.publish(draft)
    assert (silent.status_code, "Say whether to write to everybody" in silent.text) == (409, True)
    assert f"{house.catalog().starts_at:%H:%M}" == "01:00"
    assert editor.publish(draft, notify="yes").status_code == 303
    house.work()
    assert "10:30–13:00" in text_of(letters(house, "hanako@example.com")[-1])
    assert house.catalog().starts_at.minute == 30


def test_who_is_not_told_now_is_asked_about_again(house: House) -> None:
    house.buy(day=1, email="hanako@example.com")
    editor = Editor(house)
    draft = editor.edit()
    editor.save(f"{draft}/about", event__starts_at="2025-10-26T10:30")
    assert editor.publish(draft, notify="no").status_code == 303
    house.work()
    assert len(letters(house, "hanako@example.com")) == 1
    assert "Yes, a letter each: 1" in editor.get(f"{editor.edit()}/publish")


@pytest.mark.parametrize(
    ("page", "name", "typed", "en", "ja"),
    [
        ("tiers", "tiers__0__price", "free", "Use a whole number, like 300.", "300のような"),
        ("tiers", "tiers__0__name__ja", " ", "Fill this in.", "入力してください"),
        ("tiers", "tiers__0__sale_ends_at", "2025-03-01T10:00", "Must be later than Sale begins", "販売開始"),
        ("programs", "programs__1__places", "301", "301 places are more than the room may hold", "301"),
        ("about", "event__starts_at", "soon", "Use a day and a time", "2026-05-01 18:00"),
        ("about", "event__ends_at", "2025-10-26T09:00", "Must be later than Begins", "開始"),
        ("seller", "seller__email", "nobody", "use an e-mail address", "メールアドレス"),
        ("policy", "policy__refunds__1__fee_percent", "101", "use 0 to 100 percent", "100"),
        ("place", "venue__map_url", "here", "use a full web address", "https://"),
    ],
)
def test_what_is_wrong_is_told_at_its_field_and_everything_typed_stays(
    house: House, page: str, name: str, typed: str, en: str, ja: str
) -> None:
    editor = Editor(house)
    path = f"{editor.edit()}/{page}"
    for lang, words in (("en", en), ("ja", ja)):
        editor.client.set_cookie("lang", lang)
        form = editor.form(path)
        answer = editor.send(path, form, **{name: typed})
        assert answer.status_code == 400
        shown = html.unescape(answer.text)
        error = re.search(rf'id="{re.escape(name.replace("__", "."))}-error">(.*?)</p>', shown, re.S)
        assert error, shown
        assert words in error[1]
        kept = {**fields(answer.text), "csrf_token": form["csrf_token"]}
        assert kept == {**form, name.replace("__", "."): [typed]}
    assert "Nothing yet." in editor.get(f"{path.rpartition('/')[0]}?lang=en")


def test_a_page_saved_as_it_was_changes_nothing(house: House) -> None:
    editor = Editor(house)
    draft = editor.edit()
    for page in ("about", "people", "place", "programs", "tiers", "policy", "seller"):
        assert editor.save(f"{draft}/{page}").status_code == 303
    assert "Nothing yet." in editor.get(draft)
    assert [one.action for one in acts(house)] == ["event.import"]


def test_until_when_the_till_sells_is_edited_and_stays(house: House) -> None:
    editor = Editor(house)
    draft = editor.edit()
    assert "Sale at the door ends" in editor.get(f"{draft}/tiers")
    assert editor.save(f"{draft}/tiers", tiers__0__door_sale_ends_at="2025-10-26T21:00").status_code == 303
    assert editor.publish(draft).status_code == 303
    ends = datetime(2025, 10, 26, 12, tzinfo=UTC)
    assert [tier.door_sale_ends_at for tier in house.catalog().tiers] == [ends, None]
    again = editor.edit()
    assert editor.save(f"{again}/tiers", tiers__0__price="2200").status_code == 303
    assert editor.publish(again).status_code == 303
    assert [tier.door_sale_ends_at for tier in house.catalog().tiers] == [ends, None]


def test_two_who_edit_the_same_page_are_told_and_nothing_is_overwritten(house: House) -> None:
    first, second = Editor(house), Editor(house, "manager")
    path = f"{first.edit()}/tiers"
    open_page = second.form(path)
    assert first.save(path, tiers__0__price="2200", tiers__1__price="1100").status_code == 303
    answer = second.send(path, open_page, tiers__0__price="2300", tiers__0__max_per_order="4")
    assert answer.status_code == 409
    text = html.unescape(answer.text)
    assert "owner@example.com" in text
    assert "it was 2000, now it is 2200" in text
    assert "it was 1000, now it is 1100" in text
    both = fields(answer.text)
    assert [both[f"tiers.{name}"] for name in ("0.price", "0.max_per_order", "1.price")] == [["2300"], ["4"], ["1100"]]
    assert second.send(path, both).status_code == 303
    kept = first.form(path)
    assert (kept["tiers.0.price"], kept["tiers.1.price"]) == (["2300"], ["1100"])


def test_two_who_edit_different_pages_do_not_notice_each_other(house: House) -> None:
    first, second = Editor(house), Editor(house, "manager")
    draft = first.edit()
    open_page = second.form(f"{draft}/seller")
    assert first.save(f"{draft}/tiers", tiers__0__price="2200").status_code == 303
    assert second.send(f"{draft}/seller", open_page, seller__email="desk@example.com").status_code == 303
    text = first.get(draft)
    assert "2200" in text
    assert "desk@example.com" in text


def test_what_was_imported_meanwhile_is_told_and_taken_in_before_publishing(house: House) -> None:
    editor = Editor(house)
    draft = editor.edit()
    editor.save(f"{draft}/tiers", tiers__0__price="2200")
    catalog = house.catalog()
    house.set_capacity(280)
    page = editor.get(f"{draft}/publish")
    assert "The event itself was changed" in page
    assert "280" in page
    assert editor.post(f"{draft}/publish", page, version="1").status_code == 409
    assert editor.post(f"{draft}/catch-up", page).status_code == 303
    assert editor.publish(draft).status_code == 303
    now = house.catalog()
    assert (now.tier("1-DAY").price.amount, now.programs[0].room.capacity) == (2200, 280)
    assert catalog.tier("1-DAY").price.amount == 2000


def test_rows_come_and_go(house: House) -> None:
    editor = Editor(house)
    draft = editor.edit()
    path = f"{draft}/tiers"
    more = editor.send(path, editor.form(path), add="tiers")
    assert (more.status_code, fields(more.text)["tiers.rows"]) == (200, ["3"])
    new = {
        "code": "STUDENT", "name.ja": "学生券", "name.en": "Student", "price": "500", "tax_percent": "10",
        "admits": "conference", "sale_starts_at": "2025-04-01T10:00", "sale_ends_at": "2025-10-26T10:00",
        "max_per_order": "1", "quota": "20",
    }  # fmt: skip
    form = {**fields(more.text), **{f"tiers.2.{name}": [text] for name, text in new.items()}}
    form["tiers.1.drop"] = ["yes"]
    assert editor.send(path, form).status_code == 303
    assert editor.publish(draft).status_code == 303
    assert [tier.code for tier in house.catalog().tiers] == ["1-DAY", "STUDENT"]
    assert house.catalog().tier("STUDENT").quota == 20


def test_a_program_that_a_ticket_admits_to_cannot_go_and_the_page_says_why(house: House) -> None:
    editor = Editor(house)
    path = f"{editor.edit()}/programs"
    answer = editor.send(path, editor.form(path), programs__1__drop="yes")
    assert answer.status_code == 400
    text = html.unescape(answer.text)
    assert "Tickets › 1-DAY › Admits to" in text
    assert 'There is no Program with the code "screenings"' in text


def test_every_change_stands_in_the_audit_log_with_what_it_was(house: House) -> None:
    editor = Editor(house)
    draft = editor.edit()
    editor.save(f"{draft}/tiers", tiers__0__price="2200")
    editor.publish(draft)
    _, saved, published = acts(house)
    assert (saved.action, published.action) == ("draft.changed", "event.published")
    for entry in (saved, published):
        assert entry.facts["changes"] == {"tiers.1-DAY.price": ["2000", "2200"]}
        assert entry.actor.startswith("person:")


def test_a_copy_of_a_rehearsal_is_a_rehearsal_and_changing_one_keeps_it_so(house: House) -> None:
    house.publish(starts_at=house.clock.now() + timedelta(days=30))
    editor = Editor(house)
    assert editor.publish(editor.copy()).status_code == 303
    draft = editor.edit()
    editor.save(f"{draft}/tiers", tiers__0__price="2200")
    assert editor.publish(draft).status_code == 303
    assert (house.catalog().rehearsal, house.catalog(NEW).rehearsal) == (True, True)
    assert house.catalog(NEW).starts_at.isoformat() == "2026-04-10T09:00:00+00:00"


def test_an_address_is_used_once(house: House) -> None:
    editor = Editor(house)
    editor.copy()
    page = editor.get("/office/events")
    for slug, words in ((NEW, "is taken already"), (SLUG, "is taken already"), ("Spring!", "Use small letters")):
        form = {"from": SLUG, "slug": slug, "starts_at": "2026-04-10T18:00"}
        answer = editor.post("/office/events/copy", page, **form)
        assert answer.status_code in (400, 409)
        assert words in answer.text
        assert f'value="{slug}"' in answer.text
        assert 'value="2026-04-10T18:00"' in answer.text
    answer = editor.post("/office/events/copy", page, **{"from": SLUG, "slug": "x", "starts_at": "soon"})
    assert (answer.status_code, "Use a day and a time" in answer.text) == (400, True)


def test_everything_moves_together_and_a_draft_can_be_given_up(house: House) -> None:
    editor = Editor(house)
    draft = editor.copy()
    page = editor.get(draft)
    assert editor.post(f"{draft}/move", page, starts_at="2026-05-10T18:00").status_code == 303
    assert editor.form(f"{draft}/programs")["programs.0.doors_open_at"] == ["2026-05-10T17:30"]
    assert editor.post(f"{draft}/discard", page, version="0").status_code == 409
    assert editor.post(f"{draft}/discard", page, version="1").status_code == 303
    assert editor.client.get(draft).status_code == 404


@pytest.mark.parametrize("role", ["viewer", "boxoffice", "door"])
def test_who_may_not_edit_sees_and_changes_nothing(house: House, role: str) -> None:
    house.app.config["WTF_CSRF_ENABLED"] = False
    draft = Editor(house).copy()
    other = Editor(house, role)
    paths = [draft, f"{draft}/tiers", f"{draft}/preview", f"{draft}/publish", "/office/events"]
    assert {other.client.get(path).status_code for path in paths} == {403}
    for path in ("tiers", "publish", "move", "discard", "catch-up"):
        assert other.client.post(f"{draft}/{path}").status_code == 403
    for path in ("copy", f"{SLUG}/edit"):
        assert other.client.post(f"/office/events/{path}").status_code == 403
    assert house.client.get(draft).location.startswith("/staff/login")
    assert house.client.post(f"{draft}/tiers").location.startswith("/staff/login")
