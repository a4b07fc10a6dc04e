"""A second factor: codes of an app, each once; recovery codes; roles that count for nothing without one."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from pyotp import TOTP
from werkzeug.test import TestResponse

from back_office import Office
from factories import SLUG, House
from ticketing.cli import main
from ticketing.core.audit import AuditEntry
from ticketing.core.db import reading, writing
from ticketing.core.limits import make_limiter
from ticketing.staff import accounts, strict
from ticketing.staff.models import Grant, Person, RecoveryCode, StrictRole, Totp

PASSWORD = "correct horse battery"
MAIL = "owner@example.com"
STEP = timedelta(seconds=30)


@pytest.fixture(autouse=True)
def no_tokens(house: House) -> None:
    """The tokens of forms are tried elsewhere."""
    house.app.config["WTF_CSRF_ENABLED"] = False


class App:
    """A phone with an app that shows codes."""

    def __init__(self, house: House, page: str) -> None:
        found = re.search(r'class="secret">([A-Z2-7 ]+)<', page)
        assert found, page
        self.house, self.totp = house, TOTP(found[1].replace(" ", ""))

    def code(self, steps: int = 0) -> str:
        return self.totp.at(self.house.clock.now() + steps * STEP)


def begin(client: FlaskClient, typed: str = PASSWORD) -> TestResponse:
    """Ask for a secret."""
    return client.post("/staff/account/second-factor/begin?lang=en", data={"factor-password": typed})


def set_up(house: House, client: FlaskClient) -> tuple[App, list[str]]:
    """Set up the second factor; the app, and the recovery codes."""
    assert begin(client).status_code == 303
    app = App(house, client.get("/staff/account/second-factor").text)
    answer = client.post("/staff/account/second-factor", data={"code": app.code()})
    assert answer.status_code == 200, answer.text
    house.clock.advance(STEP)
    return app, re.findall(r"<li>([0-9A-Z]{5}-[0-9A-Z]{5})</li>", answer.text)


def password(house: House, mail: str = MAIL, next_: str = "") -> tuple[FlaskClient, TestResponse]:
    """A new browser, after the password."""
    client = house.client
    form = {"email": mail, "password": PASSWORD}
    return client, client.post(f"/staff/login?lang=en{next_}", data=form)


def code(client: FlaskClient, typed: str, next_: str = "") -> TestResponse:
    return client.post(f"/staff/second-factor?lang=en{next_}", data={"code": typed})


def is_in(client: FlaskClient) -> bool:
    return client.get("/office").status_code == 200


def letters(house: House, mail: str = MAIL) -> list[str]:
    house.work()
    return [letter["Subject"] for letter in house.transport.letters if letter["To"] == mail]


def require(office: Office, *roles: str) -> TestResponse:
    return office.post("/people/second-factor", event=SLUG, strict=list(roles))


def test_after_the_password_comes_the_code_and_only_then_the_office(house: House) -> None:
    app, _ = set_up(house, house.staff())
    client, answer = password(house, next_="&next=/office/people")
    assert answer.location == "/staff/second-factor?next=/office/people"
    assert not is_in(client)
    assert MAIL in client.get(answer.location).text
    assert code(client, app.code(), "&next=/office/people").location == "/office/people"
    assert is_in(client)
    with house.app.app_context(), reading() as session:
        entries = [(one.action, one.facts) for one in session.query(AuditEntry).order_by(AuditEntry.id)]
    assert entries[-1] == ("staff.sign_in", {"by": "app"})
    assert [action for action, _ in entries].count("staff.sign_in") == 2  # the password alone was no sign-in


def test_a_sign_in_that_waits_opens_nothing_and_ends_after_ten_minutes(house: House) -> None:
    app, _ = set_up(house, house.staff())
    client, _ = password(house)
    for path in ("/office", "/office/people", "/staff/account", "/staff/account/second-factor", "/boxoffice"):
        assert (client.get(path).location or "").startswith("/staff/login?next="), path
    assert client.post("/staff/account/second-factor/begin").location.startswith("/staff/login")
    assert client.post("/staff/account/second-factor", data={"code": app.code()}).location.startswith("/staff/login")
    house.clock.advance(timedelta(minutes=10))
    assert code(client, app.code()).location.startswith("/staff/login")


def test_the_token_that_waited_is_not_the_one_that_opens(house: House) -> None:
    app, _ = set_up(house, house.staff())
    client, _ = password(house)
    before = client.get_cookie("staff")
    code(client, app.code())
    after = client.get_cookie("staff")
    assert before
    assert after
    assert before.value != after.value
    stale = house.client
    stale.set_cookie("staff", before.value)
    assert not is_in(stale)


def test_no_code_works_twice_not_even_the_one_that_set_it_up(house: House) -> None:
    client = house.staff()
    app, _ = set_up(house, client)
    first, second, third = (password(house)[0] for _ in range(3))
    assert code(first, app.code(-1)).status_code == 400
    assert code(second, app.code()).status_code == 303
    assert code(third, app.code()).status_code == 400
    assert not is_in(third)


@pytest.mark.parametrize(("steps", "status"), [(-2, 400), (-1, 303), (0, 303), (1, 303), (2, 400)])
def test_a_clock_may_be_off_by_one_step(house: House, steps: int, status: int) -> None:
    app, _ = set_up(house, house.staff())
    house.clock.advance(3 * STEP)
    client, _ = password(house)
    answer = code(client, f" {app.code(steps)[:3]} {app.code(steps)[3:]} ")
    assert (answer.status_code, is_in(client)) == (status, status == 303)
    if status == 400:
        assert "does not fit" in answer.text


@pytest.mark.parametrize("typed", ["", "000000", "abc", "١٢٣٤٥٦", "9" * 5000])
def test_what_is_no_code_is_refused(house: House, typed: str) -> None:
    set_up(house, house.staff())
    client, _ = password(house)
    assert code(client, typed).status_code == 400
    assert not is_in(client)


def test_each_recovery_code_works_once_is_stored_as_a_hash_and_is_told(house: House) -> None:
    _, codes = set_up(house, house.staff())
    assert len(set(codes)) == 10
    first, _ = password(house)
    assert code(first, codes[0].lower().replace("-", " ")).status_code == 303
    second, _ = password(house)
    assert code(second, codes[0]).status_code == 400
    with house.app.app_context(), reading() as session:
        stored = {row.code_hash for row in session.query(RecoveryCode)}
    assert not any(one in hashed for one in codes for hashed in stored)
    assert "9" in re.findall(r"Recovery codes left: (\d+)", first.get("/staff/account?lang=en").text)
    assert "リカバリーコードが使用されました" in letters(house)[-1]


def test_the_recovery_codes_of_one_person_open_no_other_account(house: House) -> None:
    _, codes = set_up(house, house.staff())
    set_up(house, house.staff("door", "door@example.com"))
    client, _ = password(house, "door@example.com")
    assert code(client, codes[0]).status_code == 400


def test_it_counts_only_once_a_code_confirms_it(house: House) -> None:
    client = house.staff()
    begin(client)
    wrong = client.post("/staff/account/second-factor?lang=en", data={"code": "000000"})
    assert (wrong.status_code, "does not fit" in wrong.text, 'class="symbol"' in wrong.text) == (400, True, True)
    assert password(house)[1].location == "/office"
    former = App(house, client.get("/staff/account/second-factor").text)
    begin(client)
    assert client.post("/staff/account/second-factor", data={"code": former.code()}).status_code == 400


def test_a_browser_that_was_left_open_sets_up_nothing_without_the_password(house: House) -> None:
    client = house.staff()
    for typed in ("", "not the password"):
        answer = begin(client, typed)
        assert (answer.status_code, 'id="factor-password-error"' in answer.text) == (400, True)
    assert 'class="symbol"' not in client.get("/staff/account/second-factor").text
    assert begin(client).status_code == 303
    assert 'class="symbol"' in client.get("/staff/account/second-factor").text


def test_passwords_for_it_are_not_guessed_one_after_the_other(house: House, tmp_path: Path) -> None:
    house.app.extensions["ticketing.limiter"] = make_limiter(tmp_path)
    client = house.staff()
    answers = [begin(client, f"guess {number}").status_code for number in range(12)]
    assert (answers[0], answers[-1], begin(client).status_code) == (400, 429, 429)


def test_setting_it_up_ends_all_other_sign_ins_and_is_told(house: House) -> None:
    client = house.staff()
    other, _ = password(house)
    set_up(house, client)
    assert (is_in(client), is_in(other)) == (True, False)
    assert letters(house) == ["二段階認証が設定されました"]


def test_who_has_one_cannot_get_another_beside_it(house: House) -> None:
    client = house.staff()
    app, _ = set_up(house, client)
    assert begin(client).status_code == 409
    assert client.get("/staff/account/second-factor").location == "/staff/account"
    answer = client.post("/staff/account/second-factor", data={"code": app.code()})
    assert answer.location == "/staff/account"


def test_it_is_switched_off_with_the_password_only(house: House) -> None:
    client = house.staff()
    set_up(house, client)
    wrong = client.post("/staff/account/second-factor/off?lang=en", data={"factor-password": "not it"})
    assert (wrong.status_code, "not your present password" in wrong.text) == (400, True)
    assert password(house)[1].location == "/staff/second-factor"
    right = client.post("/staff/account/second-factor/off?lang=en", data={"factor-password": PASSWORD})
    assert "switched off" in client.get(f"{right.location}&lang=en").text
    assert password(house)[1].location == "/office"
    with house.app.app_context(), reading() as session:
        assert (session.query(Totp).count(), session.query(RecoveryCode).count()) == (0, 0)


def test_new_recovery_codes_end_the_former_ones(house: House) -> None:
    client = house.staff()
    _, codes = set_up(house, client)
    assert client.post("/staff/account/second-factor/codes", data={"factor-password": "no"}).status_code == 400
    page = client.post("/staff/account/second-factor/codes", data={"factor-password": PASSWORD}).text
    new = re.findall(r"<li>([0-9A-Z]{5}-[0-9A-Z]{5})</li>", page)
    other, _ = password(house)
    assert code(other, codes[0]).status_code == 400
    assert code(other, new[0]).status_code == 303


def test_who_has_none_gets_no_recovery_codes(house: House) -> None:
    answer = house.staff().post("/staff/account/second-factor/codes?lang=en", data={"factor-password": PASSWORD})
    assert (answer.status_code, "no second factor yet" in answer.text) == (409, True)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_guessing_codes_is_stopped_after_five(house: House, tmp_path: Path) -> None:
    app, _ = set_up(house, house.staff())
    house.app.extensions["ticketing.limiter"] = make_limiter(tmp_path)
    client, _ = password(house)
    answers = [code(client, "000000").status_code for _ in range(5)]
    assert answers == [400] * 5
    late = code(client, app.code())
    assert (late.status_code, int(late.headers["Retry-After"]) > 0) == (429, True)


def test_a_strict_role_counts_for_nothing_until_a_second_factor_is_set_up(house: House) -> None:
    office = Office(house)
    set_up(house, office.client)
    theirs = house.staff("manager", "manager@example.com")
    assert is_in(theirs)
    assert require(office, "manager", "owner").status_code == 303
    assert not is_in(theirs)
    client, answer = password(house, "manager@example.com")
    led = client.get(answer.location)
    assert led.location == "/staff/account/second-factor"
    assert "Your role needs a second factor" in client.get(f"{led.location}?lang=en").text
    assert not is_in(client)
    set_up(house, client)
    assert is_in(client)
    assert not is_in(theirs)


def test_what_is_not_strict_is_still_open_to_who_has_two_roles(house: House) -> None:
    office = Office(house)
    set_up(house, office.client)
    theirs = house.staff("viewer", "two@example.com")
    with house.app.app_context(), writing() as session:
        person = session.query(Person).filter_by(email="two@example.com").one()
        session.add(Grant(person_id=person.id, event_id=house.catalog().id, role="manager"))
    assert theirs.get("/office/people").status_code == 200
    require(office, "manager")
    assert (theirs.get("/office/people").status_code, is_in(theirs)) == (403, True)


def test_an_owner_without_a_second_factor_cannot_shut_themselves_out(house: House) -> None:
    office = Office(house)
    answer = require(office, "owner")
    assert (answer.status_code, "second factor of your own first" in answer.text) == (409, True)
    assert is_in(office.client)
    assert require(office, "door").status_code == 303
    assert require(office, "nobody").status_code == 404


def test_only_an_owner_of_the_house_says_which_roles_are_strict(house: House) -> None:
    manager = Office(house, "manager")
    assert "strict" not in manager.get("/people").text
    assert require(manager, "door").status_code == 403
    owner = Office(house)
    assert 'name="strict"' in owner.get("/people").text
    with house.app.app_context(), writing() as session:
        person = session.query(Person).filter_by(email="owner@example.com").one()
        session.query(Grant).filter_by(person_id=person.id).one().event_id = house.catalog().id
    assert require(owner, "door").status_code == 403


def test_two_owners_who_make_the_same_role_strict_make_it_once(house: House) -> None:
    house.staff("owner", "one@example.com")
    with house.app.app_context(), reading() as session:
        person_id = session.query(Person).one().id
    for _ in range(2):
        with house.app.app_context(), writing() as session:
            strict.set_roles(session, person_id, ["door"], house.clock.now())
    with house.app.app_context(), reading() as session:
        assert [row.role for row in session.query(StrictRole)] == ["door"]


def test_a_strict_role_keeps_the_second_factor_on(house: House) -> None:
    office = Office(house)
    set_up(house, office.client)
    require(office, "owner")
    page = office.client.get("/staff/account?lang=en").text
    assert "so it stays on" in page
    assert "second-factor/off" not in page
    form = {"factor-password": PASSWORD}
    assert office.client.post("/staff/account/second-factor/off", data=form).status_code == 409
    assert password(house)[1].location == "/staff/second-factor"


def reset_path(house: House, mail: str) -> str:
    with house.app.app_context(), reading() as session:
        grant = session.query(Grant).join(Person, Person.id == Grant.person_id).filter(Person.email == mail)
        return f"/people/{grant.one().id}/second-factor"


def test_a_colleague_who_lost_it_gets_it_reset_and_is_told(house: House) -> None:
    office, mail = Office(house), "door@example.com"
    theirs = house.staff("door", mail)
    set_up(house, theirs)
    path = reset_path(house, mail)
    asked = office.post(path, event=SLUG)
    assert f"Reset the second factor of {mail}?" in asked.text
    assert password(house, mail)[1].location == "/staff/second-factor"
    assert office.confirm(asked, path).status_code == 303
    assert theirs.get("/office/door").status_code == 303
    assert password(house, mail)[1].location == "/office/door"
    assert "二段階認証がリセットされました" in letters(house, mail)


def test_nobody_resets_who_may_more_nor_themselves(house: House) -> None:
    owner, manager = Office(house), Office(house, "manager")
    set_up(house, owner.client)
    mine = reset_path(house, "manager@example.com")
    assert manager.post(reset_path(house, MAIL), event=SLUG, confirm="yes").status_code == 403
    assert manager.post(mine, event=SLUG, confirm="yes").status_code == 409
    assert password(house)[1].location == "/staff/second-factor"


def test_who_leads_one_event_does_not_reset_who_also_works_elsewhere(house: House) -> None:
    lead, mail = Office(house), "both@example.com"
    set_up(house, house.staff("door", mail))
    event_id = house.catalog().id
    with house.app.app_context(), writing() as session:
        leader = session.query(Person).filter_by(email=MAIL).one()
        session.query(Grant).filter_by(person_id=leader.id).one().event_id = event_id
        theirs = session.query(Person).filter_by(email=mail).one().id
        here = Grant(person_id=theirs, event_id=event_id, role="door")
        session.add(here)
        session.flush()
        path = f"/people/{here.id}/second-factor"
    assert lead.post(path, event=SLUG, confirm="yes").status_code == 403


def test_the_page_of_people_shows_who_has_one(house: House) -> None:
    office = Office(house)
    house.staff("door", "door@example.com")
    set_up(house, office.client)
    rows = re.findall(r'<tr><th scope="row">(.*?)</tr>', office.get("/people").text, re.S)
    assert ["Second factor" in row for row in rows if "@example.com" in row] == [True, False]


def test_a_new_password_by_command_leaves_the_second_factor_on(house: House) -> None:
    set_up(house, house.staff())
    with house.app.app_context(), writing() as session:
        accounts.add(session, MAIL, "owner", PASSWORD, house.clock.now())
    assert password(house)[1].location == "/staff/second-factor"


def test_an_owner_with_nobody_to_ask_is_helped_by_command(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    client = house.staff()
    set_up(house, client)
    monkeypatch.setattr("ticketing.cli_house.house", lambda: house.app)
    for told in ("reset", "there was none"):
        assert told in CliRunner().invoke(main, ["staff", "reset", MAIL.upper()]).output
    assert not is_in(client)
    assert password(house)[1].location == "/office"
