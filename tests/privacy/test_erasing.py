"""One person is erased: nothing anywhere says who they were, others keep what is theirs, and the books stay whole."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from click.testing import CliRunner

from back_office import Office, code_of
from changes import holder_path, letters, open_file, open_house, page, pass_on, ticket
from factories import House, session_of, well
from ticketing import worker
from ticketing.cli import main
from ticketing.core.db import Base, reading, writing
from ticketing.core.errors import Refused
from ticketing.orders.models import Order, Receipt
from ticketing.payments.models import Dispute, Payment
from ticketing.privacy import erasing, keeping, nightly
from ticketing.staff import accounts
from ticketing.staff.models import Person
from ticketing.waiting.models import WaitingEntry

MAIL, NAME, KANA = "Ichika.Suzuki@example.com", "鈴木 一花", "すずき いちか"
MINE = (MAIL, MAIL.lower(), NAME, "鈴木一花", KANA, "すずきいちか", "suzukiichika", "苗字", "new@example.org")


def rows(house: House) -> Iterator[tuple[str, str]]:
    """Every row of every table as text."""
    with house.app.app_context(), reading() as session:
        for table in Base.metadata.sorted_tables:
            for row in session.execute(table.select()).mappings():
                yield table.name, json.dumps(dict(row), ensure_ascii=False, default=str)


def said(house: House, words: tuple[str, ...] = MINE) -> set[str]:
    """The tables that still say one of these words."""
    return {name for name, text in rows(house) for word in words if word in text}


def erase(house: House, email: str = MAIL) -> erasing.Erased:
    with house.app.app_context(), writing() as session:
        return erasing.erase(session, email, house.clock.now(), "cli")


def live(house: House) -> str:
    """An order with all that can be said about its buyer; its path."""
    open_house(house)
    form = {"email": MAIL, "name": NAME, "kana": KANA, "attendee-1": NAME, "attendee-2": "苗字"}
    path = house.buy(day=2, **form)
    house.client.post(f"{path}/receipt", data={"addressee": NAME})
    house.client.post(f"{path}/t/2/name", data={"name": "苗字 変更", "kana": "", "confirm": "yes"})
    house.client.post(f"{path}/address", data={"email": "new@example.org"})
    Office(house).post(f"/orders/{code_of(path)}/note", note=f"{NAME} called", form_key="k" * 36)
    house.work()
    return path


def test_nothing_says_who_they_were_but_the_receipt_that_the_law_wants(house: House) -> None:
    path = live(house)
    before = said(house)
    assert {"order", "ticket", "letter", "order_note", "address_change"} <= before
    done = erase(house, MAIL.upper())
    assert (done.orders, done.tickets) == (1, 1)
    assert said(house) == {"receipt"}
    well(house)
    assert house.client.get(path).status_code == 200
    with house.app.app_context(), reading() as session:
        order, receipt = session.query(Order).one(), session.query(Receipt).one()
    assert (order.state, order.total_minor, order.erased_at) == ("paid", 4000, house.clock.now())
    assert (receipt.addressee, receipt.number) == (NAME, 1)


def test_a_ticket_still_opens_the_door_and_no_letter_goes_astray(house: House) -> None:
    path = live(house)
    code = house.codes(path)[0]
    erase(house)
    sent = len(letters(house))
    assert house.tablet().scan(code)["decision"] == "admit"
    house.publish(open_file(), starts_at=house.clock.now() + timedelta(hours=1))
    house.client.post(f"{path}/resend")
    assert len(letters(house)) == sent


def test_the_order_is_found_by_its_code_alone(house: House) -> None:
    path = live(house)
    erase(house)
    office = Office(house)
    assert code_of(path) in office.get(f"/orders?q={code_of(path)}").text
    assert code_of(path) not in office.get("/orders?q=suzuki").text
    assert "Personal data erased" in office.get(f"/orders/{code_of(path)}").text


def test_who_was_passed_a_ticket_keeps_it_with_their_name(house: House) -> None:
    path = live(house)
    pass_on(house, f"{path}/t/1", name="佐藤 葵", email="aoi@example.com")
    link = holder_path(house, path)
    erase(house)
    assert ticket(house, path).attendee == "佐藤 葵"
    assert "佐藤 葵" in page(house, link)
    assert said(house) == {"receipt"}


def test_who_was_passed_a_ticket_is_erased_and_the_buyer_does_not_get_it_back(house: House) -> None:
    open_house(house)
    path = house.buy(day=1, email="buyer@example.com", name="買主")
    pass_on(house, f"{path}/t/1", name=NAME, email=MAIL)
    link = holder_path(house, path)
    house.work()
    erase(house)
    assert said(house) == set()
    assert house.client.get(link).status_code == 200
    assert "T1" not in page(house, path)
    assert ticket(house, path).attendee == ""
    with house.app.app_context(), reading() as session:
        order = session.query(Order).one()
    assert (order.buyer_name, order.erased_at) == ("買主", None)
    assert "buyer@example.com" in order.search_key
    well(house)


def test_a_wish_to_move_the_letters_of_others_there_ends(house: House) -> None:
    path = house.buy(day=1, email="buyer@example.com")
    house.client.post(f"{path}/address", data={"email": MAIL})
    house.work()
    erase(house)
    with house.app.app_context(), reading() as session:
        assert session.query(Order).one().buyer_email == "buyer@example.com"
    assert said(house) == set()


def test_who_waits_leaves_the_line(house: House) -> None:
    house.set_capacity(1)
    house.buy(day=1)
    form = {"tier": "1-DAY", "quantity": "1", "email": MAIL}
    joined = house.client.post("/e/future-of-filmmaking-with-ai/waiting", data=form)
    assert joined.status_code == 303, joined.text
    house.work()
    erase(house)
    with house.app.app_context(), reading() as session:
        entry = session.query(WaitingEntry).one()
    assert (entry.state, entry.email) == ("left", "")
    assert said(house) == set()
    well(house)


def test_a_letter_that_waits_is_not_sent_any_more(house: House) -> None:
    session_id = session_of(house.order(day=1, email=MAIL, name=NAME))
    house.gateway.pay(session_id)
    house.hook(session_id)
    with house.app.app_context():
        worker.work_events()
    erase(house)
    assert letters(house) == []


def test_nothing_goes_while_money_is_on_its_way(house: House) -> None:
    unpaid = house.path(session_of(house.order(day=1, email=MAIL, name=NAME)))
    with pytest.raises(Refused, match="privacy_unfinished"):
        erase(house)
    house.client.post(f"{unpaid}/cancel")
    house.work()
    erase(house)
    path = house.buy(day=1, email=MAIL, name=NAME)
    office = Office(house)
    asked = office.post(f"/orders/{code_of(path)}/refund", what="all")
    office.confirm(asked, f"/orders/{code_of(path)}/refund")
    with pytest.raises(Refused, match=code_of(path)):
        erase(house)
    house.work()
    erase(house)
    assert "order" not in said(house)
    well(house)


def test_who_works_here_is_removed_first_and_then_a_number(house: House) -> None:
    house.staff("door", MAIL)
    with pytest.raises(Refused, match="privacy_staff"):
        erase(house)
    with house.app.app_context(), writing() as session:
        session.query(Person).one().disabled_at = house.clock.now()
    erase(house)
    assert said(house) == set()
    with house.app.app_context(), reading() as session:
        assert session.query(Person).count() == 1
    with house.app.app_context(), pytest.raises(Refused, match="wrong_login"), reading() as session:
        accounts.check_password(session, MAIL, "correct horse battery")


def test_erasing_again_changes_nothing_and_nobody_is_told_as_such(house: House) -> None:
    live(house)
    erase(house)
    with pytest.raises(Refused, match="privacy_unknown"):
        erase(house)


def test_others_stay_as_they_are(house: House) -> None:
    house.buy(day=1, email=f"x{MAIL}", name="別人")
    house.buy(day=1, email=MAIL, name=NAME)
    erase(house)
    assert {"order", "ticket", "letter"} <= said(house, ("別人", f"x{MAIL}"))


def test_the_audit_log_says_what_was_erased_and_not_of_whom(house: House) -> None:
    path = live(house)
    erase(house)
    key = next(text for name, text in rows(house) if name == "order")
    (entry,) = (text for name, text in rows(house) if name == "audit_entry" and "privacy.erase" in text)
    assert json.loads(key)["id"] in entry
    assert code_of(path) not in entry


def test_by_command_it_is_told_first_then_done(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ticketing.cli_house.house", lambda: house.app)
    live(house)
    run = CliRunner()
    taken = run.invoke(main, ["privacy", "export", MAIL])
    facts = json.loads(taken.output)
    assert (facts["orders"][0]["name"], facts["orders"][0]["receipts"][0]["addressee"]) == (NAME, NAME)
    asked = run.invoke(main, ["privacy", "erase", MAIL])
    assert (asked.exit_code, "2 tickets are valid" in asked.output, "order" in said(house)) == (1, True, True)
    assert run.invoke(main, ["privacy", "erase", MAIL, "--yes"]).exit_code == 0
    assert said(house) == {"receipt"}
    house.staff()
    own = run.invoke(main, ["privacy", "erase", "owner@example.com"])
    assert (own.exit_code, "privacy_staff" in own.output) == (1, True)
    nobody = run.invoke(main, ["privacy", "export", MAIL])
    assert (nobody.exit_code, "privacy_unknown" in nobody.output) == (1, True)


def test_after_the_keeping_time_everybody_is_erased_once(house: House) -> None:
    path = live(house)
    pass_on(house, f"{path}/t/1", name="佐藤 葵", email="aoi@example.com")
    house.work()
    ends = keeping.ends_at(house.catalog())
    house.clock.advance(ends - house.clock.now() - timedelta(seconds=1))
    with house.app.app_context():
        assert keeping.due(house.clock.now()).events == ()
    house.clock.advance(timedelta(seconds=1))
    with house.app.app_context():
        first = keeping.purge(house.clock.now(), "cli")
        again = keeping.purge(house.clock.now(), "cli")
    assert [(event.orders, event.unfinished) for event in first.events] == [(1, ())]
    assert (again.events, again.letters) == ((), 0)
    assert said(house, (*MINE, "佐藤", "aoi@example.com")) == {"receipt"}
    well(house)


def test_the_worker_does_it_once_in_a_night(house: House) -> None:
    live(house)
    house.clock.advance(keeping.ends_at(house.catalog()) - house.clock.now() + timedelta(days=1))
    with house.app.app_context():
        assert nightly.work(house.clock.now()) == 1
        assert nightly.work(house.clock.now()) == 0
    assert said(house) == {"receipt"}
    house.clock.advance(timedelta(days=1))
    with house.app.app_context(), writing() as session:
        session.query(Order).one().erased_at = None
        session.query(Order).one().buyer_name = NAME
    house.work()
    assert said(house) == {"receipt"}


def test_orders_whose_money_is_not_settled_stay_and_are_named(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ticketing.cli_house.house", lambda: house.app)
    code = code_of(house.buy(day=1, email=MAIL, name=NAME))
    house.buy(day=1, email="else@example.com")
    with house.app.app_context(), writing() as session:
        payment = session.query(Payment).join(Order, Order.id == Payment.order_id).filter(Order.code == code).one()
        facts = {"status": "needs_response", "reason": "fraudulent", "amount_minor": 2000, "currency": "jpy"}
        now = house.clock.now()
        session.add(Dispute(id="du_1", payment_id=payment.id, blocked=True, opened_at=now, updated_at=now, **facts))
    house.clock.advance(keeping.ends_at(house.catalog()) - house.clock.now())
    told = CliRunner().invoke(main, ["purge", "--dry-run", "--json"])
    facts = json.loads(told.output)
    assert (facts["erased"], facts["events"][0]["unfinished"]) == (False, [code])
    assert CliRunner().invoke(main, ["purge"]).exit_code == 0
    with house.app.app_context(), reading() as session:
        assert {order.buyer_name for order in session.query(Order)} == {NAME, ""}


def test_a_letter_to_nobody_here_forgets_its_address(house: House) -> None:
    house.work()  # the worker has had its turn of this night
    house.client.post("/find", data={"email": MAIL})
    house.work()
    assert said(house) == {"letter"}
    with house.app.app_context():
        assert keeping.purge(house.clock.now(), "cli").letters == 1
    assert said(house) == set()
