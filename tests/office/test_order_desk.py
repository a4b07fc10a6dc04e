"""What the office writes to an order: notes, corrections, letters again, new codes."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest
from werkzeug.test import TestResponse

from back_office import Office, code_of, findings
from changes import holder_path, letters, open_house, pass_on, text_of, ticket
from factories import House, session_of
from ticketing.core.db import reading, writing
from ticketing.orders.desk_models import OrderNote
from ticketing.staff.models import StaffSession

KEY = "1b4e28ba-2fa1-11d2-883f-0016d3cca427"
WRITTEN = "Called: comes by <wheelchair>.\nSeat at the side."


def history(office: Office, code: str) -> str:
    return html.unescape(office.get(f"/orders/{code}").text.partition('id="history"')[2])


def fields(office: Office, code: str) -> dict[str, str]:
    """The form that corrects an order, as the browser would send it unchanged."""
    text = office.get(f"/orders/{code}/correct").text
    inputs = re.findall(r'<input [^>]*name="([\w-]+)"[^>]*value="([^"]*)"', text)
    return {name: html.unescape(value) for name, value in inputs if name != "new_link"}


def correct(office: Office, code: str, **change: str) -> TestResponse:
    return office.client.post(f"/office/orders/{code}/correct?lang=en", data={**fields(office, code), **change})


def test_a_note_stands_in_the_history_once_with_its_writer_and_is_never_told_to_the_buyer(house: House) -> None:
    path = house.buy(day=1)
    code, office = code_of(path), Office(house)
    for _ in range(2):
        done = office.post(f"/orders/{code}/note", note=WRITTEN, form_key=KEY)
        assert (done.status_code, done.location) == (303, f"/office/orders/{code}?done=note#history")
    told = history(office, code)
    assert told.count(WRITTEN) == 1
    assert "owner@example.com" in told
    assert "wheelchair" not in house.client.get(path).text
    with house.app.app_context(), reading() as session:
        assert session.query(OrderNote).count() == 1


@pytest.mark.parametrize(("note", "says"), [(" \n ", "Write something first"), ("ä" * 1001, "at most 1000")])
def test_a_note_that_is_empty_or_too_long_is_told_and_kept_in_the_form(house: House, note: str, says: str) -> None:
    code, office = code_of(house.buy(day=1)), Office(house)
    answer = office.post(f"/orders/{code}/note", note=note, form_key=KEY)
    assert (answer.status_code, says in answer.text) == (400, True)
    assert note.strip() in answer.text


def test_a_wrong_address_is_put_right_and_the_tickets_go_to_the_new_one(house: House) -> None:
    path = house.buy(day=2, name="山田 花子", email="hanako@example.com")
    code, office = code_of(path), Office(house)
    for _ in range(2):
        done = correct(office, code, email="hanako.yamada@example.org")
        assert done.status_code == 303, done.text
    house.work()
    (new,) = letters(house, "hanako.yamada@example.org")
    assert "We have corrected your order" in str(new["Subject"]) or "ご注文" in str(new["Subject"])
    assert [part.get_content_type() for part in new.iter_attachments()] == ["application/pdf"]
    _tickets, last = letters(house, "hanako@example.com")
    assert path.split("/")[3] not in text_of(last)
    assert "山田" not in text_of(last)
    assert "E-mail address: hanako@example.com became hanako.yamada@example.org" in history(office, code)
    assert code in office.get("/orders?q=yamada@example.org").text
    assert house.client.get(path).status_code == 200
    assert findings(house) == []


def test_an_address_that_a_stranger_had_opens_nothing_any_more(house: House) -> None:
    path = house.buy(day=1, email="stranger@example.com")
    code, office, (former,) = code_of(path), Office(house), house.codes(path)
    correct(office, code, email="buyer@example.org", new_link="yes")
    house.work()
    gone = house.client.get(f"{path}?lang=en")
    assert (gone.status_code, "A new link took the place of this one" in gone.text) == (404, True)
    (new,) = letters(house, "buyer@example.org")
    link = re.search(rf"/o/{code}/[a-z2-7]+", text_of(new))
    assert link
    (fresh,) = house.codes(link[0])
    tablet = house.tablet()
    assert tablet.scan(former)["reason"] == "revoked"
    assert tablet.scan(fresh)["decision"] == "admit"


def test_names_are_put_right_on_tickets_and_one_letter_tells_all_of_it(house: House) -> None:
    path = house.buy(day=2, name="山田 花こ", email="hanako@example.com", **{"attendee-2": "Jhon Smith"})
    code, office, codes = code_of(path), Office(house), house.codes(path)
    correct(office, code, name="山田 花子", kana="ヤマダ ハナコ", **{"attendee-2": "John Smith"})
    house.work()
    assert [one.attendee for one in house.order_view(path).tickets] == ["山田 花子", "John Smith"]
    assert house.codes(path) == codes
    assert len(letters(house, "hanako@example.com")) == 2
    told = history(office, code)
    assert "Buyer's name: 山田 花こ became 山田 花子" in told
    assert "Ticket 2: Jhon Smith became John Smith" in told
    for typed in ("やまだ", "john"):
        assert code in office.get(f"/orders?q={typed}").text, typed


def test_an_order_that_is_not_paid_yet_gets_its_tickets_with_the_names_put_right(house: House) -> None:
    session_id = session_of(house.order(day=2, name="A", email="a@example.com"))
    path, office = house.path(session_id), Office(house)
    correct(office, code_of(path), name="Ann Example", **{"attendee-2": "Bob Example"})
    house.gateway.pay(session_id)
    house.hook(session_id)
    house.work()
    assert [one.attendee for one in house.order_view(path).tickets] == ["Ann Example", "Bob Example"]


def test_two_who_correct_at_once_do_not_undo_each_other(house: House) -> None:
    code = code_of(house.buy(day=1, name="Ann"))
    first, second = Office(house), Office(house, "manager")
    stale = {**fields(second, code), "kana": "あん"}
    assert correct(first, code, name="Anne").status_code == 303
    late = second.client.post(f"/office/orders/{code}/correct?lang=en", data=stale)
    assert (late.status_code, "changed a moment ago" in late.text, 'value="Anne"' in late.text) == (409, True, True)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"name": " "}, "Type your name"),
        ({"email": "hanako@"}, "cannot be right"),
        ({"email": ""}, "Type the e-mail address"),
        ({"email": "hanako@gmial.com"}, "gmail.com"),
        ({"kana": "山田"}, "Type how the name is read in kana"),
        ({"attendee-1": "x" * 101}, "too long"),
    ],
)
def test_a_field_that_needs_a_look_is_told_with_all_that_was_typed(
    house: House, change: dict[str, str], says: str
) -> None:
    code, office = code_of(house.buy(day=1, name="Ann")), Office(house)
    answer = correct(office, code, **{"name": "Changed", **change})
    assert (answer.status_code, says in answer.text) == (400, True)
    for value in change.values():
        assert f'value="{value}"' in answer.text
    assert "Changed" not in office.get(f"/orders/{code}").text


def test_chosen_tickets_get_new_codes_and_the_order_a_new_link(house: House) -> None:
    path = house.buy(day=2, email="hanako@example.com")
    code, office, (first, second) = code_of(path), Office(house), house.codes(path)
    asked = office.post(f"/orders/{code}/reissue", ticket="2.1")
    assert "The code of ticket 2 (" in html.unescape(asked.text)
    assert house.codes(path) == [first, second]
    for _ in range(2):
        assert office.confirm(asked, f"/orders/{code}/reissue").status_code == 303
    house.work()
    assert house.client.get(path).status_code == 404
    new = text_of(letters(house, "hanako@example.com")[-1])
    link = re.search(rf"/o/{code}/[a-z2-7]+", new)
    assert link
    kept, fresh = house.codes(link[0])
    assert (kept, ticket(house, path, 2).issue) == (first, 2)
    assert house.tablet().scan(second)["reason"] == "revoked"
    assert house.tablet().scan(fresh)["decision"] == "admit"
    assert "Ticket 2: new code, the former one ended" in history(office, code)
    assert len(letters(house, "hanako@example.com")) == 2
    assert findings(house) == []


def test_a_holder_keeps_the_ticket_under_its_new_code_and_the_buyer_hears_nothing(house: House) -> None:
    open_house(house)
    path = house.buy(day=2, email="hanako@example.com")
    pass_on(house, f"{path}/t/1")
    house.work()
    code, office, before = code_of(path), Office(house), holder_path(house, path)
    heard = len(letters(house, "hanako@example.com"))
    office.confirm(office.post(f"/orders/{code}/reissue", ticket="1.2"), f"/orders/{code}/reissue")
    house.work()
    assert house.client.get(path).status_code == 200
    assert len(letters(house, "hanako@example.com")) == heard
    assert "新しい" in house.client.get(f"{before}?lang=ja").text
    now = holder_path(house, path)
    assert now in text_of(letters(house, "aoi@example.com")[-1])
    assert house.client.get(now).status_code == 200
    assert "aoi@example.com" in office.get(f"/orders/{code}").text


@pytest.mark.parametrize(
    ("chosen", "status", "says"),
    [([], 400, "Choose at least one"), (["1.7"], 409, "not valid any more"), (["x"], 409, "not valid any more")],
)
def test_new_codes_are_for_tickets_as_they_were_seen(house: House, chosen: list[str], status: int, says: str) -> None:
    code, office = code_of(house.buy(day=1)), Office(house)
    answer = office.post(f"/orders/{code}/reissue", ticket=chosen)
    assert (answer.status_code, says in answer.text) == (status, True)


def test_the_tickets_are_sent_again_once_for_each_form(house: House) -> None:
    path = house.buy(day=1, email="hanako@example.com")
    code, office = code_of(path), Office(house)
    for _ in range(2):
        assert office.post(f"/orders/{code}/resend", form_key=KEY).status_code == 303
    house.work()
    assert len(letters(house, "hanako@example.com")) == 2
    unpaid = house.path(session_of(house.order(day=1)))
    refused = office.post(f"/orders/{code_of(unpaid)}/resend", form_key=KEY)
    assert (refused.status_code, "no tickets to send" in refused.text) == (409, True)


def test_how_to_pay_is_sent_again_to_the_address_that_is_right(house: House) -> None:
    session_id = session_of(house.order(day=1, email="hanako@example.com"))
    house.gateway.issue_voucher(session_id, house.clock.now() + timedelta(days=2))
    house.hook(session_id)
    house.work()
    office, code = Office(house), code_of(house.path(session_id))
    correct(office, code, email="right@example.com")
    assert office.post(f"/orders/{code}/resend", form_key=KEY).status_code == 303
    house.work()
    assert len(letters(house, "right@example.com")) == 2


def test_the_history_says_from_where_to_those_who_manage(house: House) -> None:
    code, office = code_of(house.buy(day=1)), Office(house)
    with house.app.app_context(), writing() as session:
        session.query(StaffSession).update({"browser": "Firefox, Windows", "address": "192.0.2.7"})
    office.post(f"/orders/{code}/note", note="Seen", form_key=KEY)
    assert "Firefox, Windows · 192.0.2.7" in history(office, code)
    viewer = Office(house, "viewer")
    assert "192.0.2.7" not in history(viewer, code)
    assert "Seen" in history(viewer, code)
    assert "<form" not in viewer.get(f"/orders/{code}").text.partition('id="history"')[2].partition("</main>")[0]
