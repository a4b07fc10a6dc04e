"""An owner gives somebody what is known of them, or erases it: asked first, noted, and told what stays."""

from __future__ import annotations

from back_office import Office, code_of
from factories import House
from ticketing.core.audit import AuditEntry
from ticketing.core.db import reading, writing
from ticketing.orders.models import Order
from ticketing.staff.models import Grant

MAIL, NAME = "asks@example.com", "鈴木 一花"


def names(house: House) -> set[str]:
    with house.app.app_context(), reading() as session:
        return {order.buyer_name for order in session.query(Order)}


def test_what_is_known_is_shown_and_taken_out_as_a_file(house: House) -> None:
    code = code_of(house.buy(day=2, email=MAIL, name=NAME))
    office = Office(house)
    assert "/office/privacy" in office.get("/people").text
    page = office.post("/privacy", email=f" {MAIL.upper()} ").text
    assert f'href="/office/orders/{code}"' in page
    assert "Orders: 1" in page
    file = office.post("/privacy/extract", email=MAIL)
    assert (file.mimetype, "attachment" in file.headers["Content-Disposition"]) == ("application/json", True)
    facts = file.get_json()
    assert (facts["orders"][0]["code"], facts["orders"][0]["name"]) == (code, NAME)
    assert [letter["about"] for letter in facts["letters"]] == ["order.paid"]
    with house.app.app_context(), reading() as session:
        (entry,) = session.query(AuditEntry).filter_by(action="privacy.export")
    assert MAIL not in str(entry.facts)


def test_erasing_is_asked_about_first_and_says_what_stays(house: House) -> None:
    house.buy(day=2, email=MAIL, name=NAME)
    office = Office(house)
    asked = office.post("/privacy/erase", email=MAIL)
    for part in (f"Erase what is known of {MAIL}?", "Valid tickets: 2. They stay valid", "stay for seven years"):
        assert part in asked.text
    assert names(house) == {NAME}
    done = office.confirm(asked, "/privacy/erase")
    assert "Erased." in office.client.get(f"{done.location}&lang=en").text
    assert names(house) == {""}
    again = office.post("/privacy/erase", email=MAIL, confirm="yes")
    assert (again.status_code, "Nothing is known" in again.text) == (404, True)


def test_what_cannot_be_erased_now_says_why(house: House) -> None:
    answer = house.order(day=1, email=MAIL, name=NAME)
    assert answer.status_code == 303
    office = Office(house)
    code = code_of(house.path(answer.location.rpartition("/")[2]))
    for path in ("/privacy", "/privacy/erase"):
        page = office.post(path, email=MAIL).text
        assert f"their names are still needed: {code}" in page
        assert 'name="confirm"' not in page
    late = office.post("/privacy/erase", email=MAIL, confirm="yes")
    assert (late.status_code, code in late.text) == (409, True)
    own = office.post("/privacy", email="owner@example.com").text
    assert "works here" in own


def test_nothing_known_is_said_and_nothing_is_taken_out(house: House) -> None:
    office = Office(house)
    assert "Nothing is known of this address" in office.post("/privacy", email=MAIL).text
    assert office.post("/privacy/extract", email=MAIL).status_code == 404
    assert office.post("/privacy", email="").status_code == 200


def test_an_owner_of_one_event_does_not_reach_people_of_the_house(house: House) -> None:
    house.buy(day=1, email=MAIL, name=NAME)
    office, event_id = Office(house), house.catalog().id
    with house.app.app_context(), writing() as session:
        session.query(Grant).one().event_id = event_id
    assert "/office/privacy" not in office.get("/people").text
    for path in ("/privacy", "/privacy/extract", "/privacy/erase"):
        assert office.post(path, email=MAIL, confirm="yes").status_code == 403
    assert Office(house, "manager").post("/privacy/extract", email=MAIL).status_code == 403
    assert names(house) == {NAME}
