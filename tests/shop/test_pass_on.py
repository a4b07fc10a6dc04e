"""A ticket is passed on to somebody else: one code at any moment, and everybody is told what is theirs."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import BytesIO

import pypdf
import pytest
from sqlalchemy import func, select

from changes import EN, heading, holder_path, kinds, letters, open_house, page, pass_on, text_of, ticket
from factories import House, well
from ticketing.core.audit import AuditEntry
from ticketing.core.db import reading, writing
from ticketing.mail.transports import Never
from ticketing.orders.fulfil import BLOCKED_LETTER, RESTORED_LETTER, tell_holders
from ticketing.orders.models import TicketChange
from ticketing.orders.reading import get
from ticketing.payments import calling_off
from ticketing.payments.models import Payment
from ticketing.tickets.code import short_hash
from ticketing.tickets.issue import reinstate, revoke
from ticketing.tickets.models import Ticket


@pytest.fixture
def house(house: House) -> House:
    return open_house(house)


def pdf_text(content: bytes) -> str:
    return "".join(one.extract_text() for one in pypdf.PdfReader(BytesIO(content)).pages)


def code_on(text: str) -> str:
    """The code as the ticket for the door spells it."""
    typed = text.split('<p class="typed">')[1].split("</p>")[0]
    return typed.replace(" ", "")


def changes_of(house: House) -> list[TicketChange]:
    with house.app.app_context(), reading() as session:
        return list(session.scalars(select(TicketChange).order_by(TicketChange.issue)))


def test_the_person_is_shown_before_anything_happens(house: House) -> None:
    path = house.buy(day=2)
    answer = house.client.post(
        f"{path}/t/1/transfer", data={"name": "佐藤 葵", "email": "aoi@EXAMPLE.com", "language": "ja"}, headers=EN
    )
    assert answer.status_code == 200
    for part in ("佐藤 葵", "aoi@EXAMPLE.com", 'name="issue" value="1"', "Only they can give it back to you."):
        assert part in answer.text
    assert changes_of(house) == []
    assert ticket(house, path).issue == 1


def test_the_former_code_ends_at_once_and_the_new_one_lets_in(house: House) -> None:
    path = house.buy(day=2)
    before = house.codes(path)
    assert pass_on(house, f"{path}/t/1").status_code == 303
    tablet = house.tablet()
    mine = holder_path(house, path)
    new = page(house, f"{mine}/t/1")
    refused = tablet.scan(before[0])
    assert (refused["decision"], refused["reason"]) == ("refuse", "revoked")
    code = code_on(new)
    assert code != before[0]
    assert tablet.scan(code)["decision"] == "admit"
    assert tablet.scan(before[1])["decision"] == "admit"
    well(house)


def test_the_buyer_sees_who_has_it_and_no_code_any_more(house: House) -> None:
    path = house.buy(day=2)
    old = house.codes(path)
    pass_on(house, f"{path}/t/1")
    text = page(house, path)
    assert "Passed on to 佐藤 葵" in text
    first, second = house.status(path)["tickets"]
    assert (first["code"], first["passed_on"], second["code"], second["passed_on"]) == (None, True, old[1], False)
    assert house.client.get(f"{path}/t/1/qr.png").status_code == 404
    assert "typed" not in page(house, f"{path}/t/1")
    assert "aoi@example.com" not in text
    printed = pypdf.PdfReader(BytesIO(house.client.get(f"{path}/tickets.pdf").data))
    assert len(printed.pages) == 1
    assert "佐藤" not in printed.pages[0].extract_text()


def test_an_order_whose_only_ticket_is_passed_on_has_no_pdf(house: House) -> None:
    path = house.buy(day=1)
    pass_on(house, f"{path}/t/1")
    assert house.client.get(f"{path}/tickets.pdf").status_code == 404
    assert "tickets.pdf" not in page(house, path)


def test_both_are_told_by_letter_each_in_their_language(house: House) -> None:
    path = house.buy(day=2, email="hanako@example.com")
    pass_on(house, f"{path}/t/2")
    house.work()
    (received,) = letters(house, "aoi@example.com")
    told = letters(house, "hanako@example.com")[-1]
    assert "チケット" in received["Subject"]
    assert holder_path(house, path, 2) in text_of(received)
    assert path not in text_of(received)
    (attached,) = [one for one in received.iter_attachments() if one.get_content_type() == "application/pdf"]
    assert "佐藤 葵" in pdf_text(attached.get_payload(decode=True)).replace("\u00a0", " ")
    assert "aoi@example.com" in text_of(told)
    assert holder_path(house, path, 2) not in text_of(told)


def test_the_holders_link_opens_this_ticket_and_nothing_else(house: House) -> None:
    path = house.buy(day=2, email="hanako@example.com")
    pass_on(house, f"{path}/t/1")
    mine = holder_path(house, path)
    text = page(house, mine)
    assert heading(text) == "See you on 26 October."
    for secret in ("hanako", "山田", path):
        assert secret not in text
    assert house.client.get(f"{mine}/t/2").status_code == 404
    assert house.client.get(f"{mine}/t/1/qr.png").status_code == 200
    assert len(pypdf.PdfReader(BytesIO(house.client.get(f"{mine}/tickets.pdf").data)).pages) == 1
    assert house.client.get(mine.replace("/1/", "/2/")).status_code == 404
    assert house.client.get(mine[:-2] + "zz").status_code == 404


def test_tablets_learn_the_new_code_and_that_the_former_is_dead(house: House) -> None:
    path = house.buy(day=1)
    old = house.codes(path)[0]
    tablet = house.tablet()
    first = house.client.get("/api/v1/door/manifest", headers=tablet.headers).get_json()
    house.clock.advance(timedelta(minutes=5))
    pass_on(house, f"{path}/t/1")
    house.clock.advance(timedelta(seconds=1))
    new = code_on(page(house, f"{holder_path(house, path)}/t/1"))
    body = {"epoch": 1, "list_version": first["list_version"]}
    news = house.client.post("/api/v1/door/sync", json=body, headers=tablet.headers).get_json()["changes"]["tickets"]
    whole = house.client.get("/api/v1/door/manifest", headers=tablet.headers).get_json()["tickets"]
    for records in (news, whole):
        states = {one["hash"]: one["state"] for one in records}
        assert states == {short_hash(new): "valid", short_hash(old): "revoked"}
        assert all(one["inside"] is False for one in records)


def test_a_form_that_is_sent_twice_passes_the_ticket_on_once(house: House) -> None:
    path = house.buy(day=1)
    answers = [pass_on(house, f"{path}/t/1") for _ in range(3)]
    assert [one.status_code for one in answers] == [303] * 3
    assert ticket(house, path).issue == 2
    assert len(changes_of(house)) == 1
    assert [one[:2] for one in kinds(house) if one[0] == "ticket.received"] == [("ticket.received", "aoi@example.com")]


def test_of_many_who_try_at_once_one_passes_it_on(house: House) -> None:
    path = house.buy(day=1)
    people = [{"email": f"p{n}@example.com", "name": f"Person {n}"} for n in range(6)]
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda who: pass_on(house, f"{path}/t/1", **who), people))
    assert sorted(one.status_code for one in answers) == [303] + [409] * 5
    assert ticket(house, path).issue == 2


def test_the_holder_passes_it_on_and_the_former_link_says_so(house: House) -> None:
    path = house.buy(day=1)
    pass_on(house, f"{path}/t/1")
    house.work()
    first = holder_path(house, path)
    for _ in range(2):
        answer = pass_on(house, first, 2, name="Ken Tanaka", email="ken@example.com", language="en")
        assert answer.status_code == 303
    second = holder_path(house, path)
    assert first != second
    assert heading(page(house, first)) == "You passed this ticket on to Ken Tanaka."
    assert house.client.get(f"{first}/tickets.pdf").status_code == 404
    assert house.client.get(f"{first}/t/1/qr.png").status_code == 404
    assert "Ken Tanaka" in page(house, second)
    assert "Passed on to 佐藤 葵" in page(house, path)
    assert "Ken" not in page(house, path)
    assert [one.issue for one in changes_of(house)] == [2, 3]
    to_ken, to_aoi = letters(house, "ken@example.com"), letters(house, "aoi@example.com")
    assert (len(to_ken), len(to_aoi)) == (1, 2)
    well(house)


def test_the_holder_gives_it_back_and_the_buyer_has_a_third_code(house: House) -> None:
    path = house.buy(day=1, email="hanako@example.com")
    (bought,) = house.codes(path)
    pass_on(house, f"{path}/t/1")
    mine = holder_path(house, path)
    lent = code_on(page(house, f"{mine}/t/1"))
    assert house.client.post(f"{mine}/back").status_code == 303
    assert house.client.post(f"{mine}/back").status_code == 303
    assert heading(page(house, mine)) == "You gave this ticket back to the person who bought it."
    (back,) = house.codes(path)
    assert len({bought, lent, back}) == 3
    tablet = house.tablet()
    assert [tablet.scan(code)["reason"] for code in (bought, lent, back)] == ["revoked", "revoked", None]
    assert "yours again" in str(letters(house, "hanako@example.com")[-1]["Subject"])


def test_what_is_passed_on_cannot_be_given_back_for_money(house: House) -> None:
    open_house(house, ("2025-10-12T23:59:59", "2025-10-26T12:00:00"), ("2025-10-19T23:59:59", "2025-10-26T13:00:00"))
    path = house.buy(day=2)
    pass_on(house, f"{path}/t/1")
    asked = house.client.get(f"{path}/refund?ticket=1", headers=EN)
    assert (asked.status_code, "佐藤 葵" in asked.text) == (409, True)
    answer = house.client.post(f"{path}/refund", data={"ticket": "1", "amount": "2000"}, headers=EN)
    assert answer.status_code == 409
    assert 'name="ticket" value="1"' not in page(house, path)
    house.client.post(f"{holder_path(house, path)}/back")
    assert house.client.post(f"{path}/refund", data={"ticket": "1", "amount": "2000"}).status_code == 303
    assert [one["state"] for one in house.status(path)["tickets"]] == ["revoked", "valid"]
    well(house)


@pytest.mark.parametrize("way", ["name", "transfer"])
def test_after_the_cut_off_nothing_changes_and_the_page_says_why(house: House, way: str) -> None:
    path = house.buy(day=1)
    pass_on(house, f"{path}/t/1")
    mine = holder_path(house, path)
    house.clock.advance(timedelta(minutes=21))
    form = {"name": "Ken", "email": "ken@example.com", "confirm": "yes", "issue": "2"}
    for answer in (
        house.client.get(f"{mine}/{way}", headers=EN),
        house.client.post(f"{mine}/{way}", data=form, headers=EN),
    ):
        assert answer.status_code == 409
        assert heading(answer.text) == "The last moment to change this ticket has passed."
    assert ticket(house, path).issue == 2
    assert "#change" not in page(house, mine)
    assert f"{mine}/transfer" not in page(house, mine)


def test_a_ticket_that_was_used_is_not_passed_on(house: House) -> None:
    path = house.buy(day=1)
    house.tablet().scan(house.codes(path)[0])
    answer = pass_on(house, f"{path}/t/1")
    assert (answer.status_code, heading(answer.text)) == (
        409,
        "Somebody has entered with this ticket, so it cannot be changed any more.",
    )
    assert "/t/1/transfer" not in page(house, path)
    assert ticket(house, path).issue == 1


def test_a_disputed_ticket_is_not_passed_on(house: House) -> None:
    path = house.buy(day=1)
    with house.app.app_context(), writing() as session:
        session.query(Payment).update({"flag": "disputed"})
    answer = pass_on(house, f"{path}/t/1")
    assert (answer.status_code, "bank" in heading(answer.text)) == (409, True)
    assert ticket(house, path).issue == 1


def test_when_the_event_is_called_off_the_holder_is_told_and_the_buyer_gets_the_money(house: House) -> None:
    path = house.buy(day=1, email="hanako@example.com")
    pass_on(house, f"{path}/t/1", language="en")
    house.work()
    with house.app.app_context(), writing() as session:
        calling_off.call_off(session, house.catalog().id, "cli", house.clock.now())
    house.work()
    told = letters(house, "aoi@example.com")[-1]
    assert "called off" in str(told["Subject"])
    assert "goes back to the person who bought the ticket" in text_of(told)
    mine = holder_path(house, path)
    assert heading(page(house, mine)) == "This event is called off."
    assert house.client.post(f"{mine}/back", headers=EN).status_code == 409
    well(house)


def test_a_letter_that_never_arrived_lets_the_buyer_take_the_ticket_back(house: House) -> None:
    path = house.buy(day=1)
    assert house.client.post(f"{path}/t/1/back").status_code == 303
    assert ticket(house, path).issue == 1
    pass_on(house, f"{path}/t/1")
    refused = house.client.post(f"{path}/t/1/back", headers=EN)
    assert (refused.status_code, "Ask them to give it back" in refused.text) == (409, True)
    house.transport.answer = Never
    house.work()
    house.transport.answer = None
    assert "could not be delivered" in page(house, path)
    assert house.client.post(f"{path}/t/1/back").status_code == 303
    assert ticket(house, path).issue == 3
    assert house.codes(path)[0]
    well(house)


def test_what_is_wrong_is_said_beside_its_field(house: House) -> None:
    path = house.buy(day=1)
    answer = house.client.post(
        f"{path}/t/1/transfer", data={"name": " ", "email": "aoi@", "confirm": "yes"}, headers=EN
    )
    assert answer.status_code == 400
    assert answer.text.count('aria-invalid="true"') == 2
    assert 'value="aoi@"' in answer.text
    assert ticket(house, path).issue == 1


def test_a_stranger_passes_nothing_on(house: House) -> None:
    path = house.buy(day=1)
    assert pass_on(house, f"{path[:-2]}zz/t/1").status_code == 404
    assert pass_on(house, f"{path}/t/9").status_code == 404
    assert ticket(house, path).issue == 1


def test_it_stands_in_the_books_without_names(house: House) -> None:
    path = house.buy(day=1)
    pass_on(house, f"{path}/t/1")
    with house.app.app_context(), reading() as session:
        (entry,) = session.query(AuditEntry).filter_by(action="ticket.transfer")
        assert (entry.actor, entry.facts["number"]) == ("buyer", 1)
        assert "佐藤" not in str(entry.facts)
        assert session.scalar(select(func.count()).select_from(Ticket)) == 1


def test_the_organizer_brings_back_what_went_to_a_wrong_address(house: House) -> None:
    path = house.buy(day=1, email="hanako@example.com")
    pass_on(house, f"{path}/t/1", language="en")
    house.work()
    mine, where = holder_path(house, path), f"/office/orders/{path.split('/')[2]}/tickets/1/back"
    staff = house.staff()
    token = re.findall(r'name="csrf_token" value="([^"]+)"', staff.get(where.partition("/tickets")[0]).text)[0]
    shown = staff.post(where, data={"csrf_token": token}, headers=EN)
    assert "stops working at once" in shown.text
    assert ticket(house, path).issue == 2
    assert staff.post(where, data={"csrf_token": token, "confirm": "yes"}).status_code == 303
    assert heading(page(house, mine)) == "This ticket went back to the person who bought it."
    assert house.codes(path)[0]
    assert "went back" in str(letters(house, "aoi@example.com")[-1]["Subject"])
    assert "yours again" in str(letters(house, "hanako@example.com")[-1]["Subject"])
    viewer = house.staff("viewer", "viewer@example.com")
    assert viewer.post(where, data={"csrf_token": token, "confirm": "yes"}).status_code in (400, 403)
    well(house)


def test_while_a_bank_decides_the_holder_is_told_and_told_when_it_is_over(house: House) -> None:
    path = house.buy(day=1)
    pass_on(house, f"{path}/t/1", language="en")
    house.work()
    with house.app.app_context(), writing() as session:
        order = get(session, house.order_view(path).id)
        revoke(session, order.code, [1], house.clock.now())
        tell_holders(session, order, [1], BLOCKED_LETTER, house.clock.now(), ":dp_1")
    assert "does not work for now" in str(letters(house, "aoi@example.com")[-1]["Subject"])
    assert heading(page(house, holder_path(house, path))) == "This ticket is not valid any more."
    with house.app.app_context(), writing() as session:
        order = get(session, house.order_view(path).id)
        reinstate(session, order.code, [1], house.clock.now())
        tell_holders(session, order, [1], RESTORED_LETTER, house.clock.now(), ":dp_1")
    assert "works again" in str(letters(house, "aoi@example.com")[-1]["Subject"])
