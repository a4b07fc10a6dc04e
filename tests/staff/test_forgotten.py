"""A forgotten password: a letter, a link that works once and for 30 minutes, and nothing given away."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from test_second_factor import set_up
from werkzeug.test import TestResponse

from factories import House
from ticketing.core.audit import AuditEntry
from ticketing.core.db import reading, writing
from ticketing.core.errors import Refused
from ticketing.core.limits import make_limiter
from ticketing.mail.models import Letter
from ticketing.staff import accounts, forgotten
from ticketing.staff.models import Person

OLD, NEW = "correct horse battery", "staple battery horse"
MAIL = "owner@example.com"


@pytest.fixture(autouse=True)
def no_tokens(house: House) -> None:
    """The tokens of forms are tried elsewhere."""
    house.app.config["WTF_CSRF_ENABLED"] = False


def ask(house: House, mail: str = MAIL) -> TestResponse:
    return house.client.post("/staff/forgotten?lang=en", data={"email": mail})


def links(house: House, mail: str = MAIL) -> list[str]:
    house.work()
    sent = [letter for letter in house.transport.letters if letter["To"] == mail]
    texts = [letter.get_body(("plain",)).get_content() for letter in sent]  # type: ignore[union-attr]
    return [found[1] for text in texts if (found := re.search(r"http://localhost(/staff/password/\S+)", text))]


def take(house: House, link: str, password: str = NEW) -> TestResponse:
    return house.client.post(f"{link}?lang=en", data={"password": password})


def sign_in(house: House, password: str, mail: str = MAIL) -> tuple[FlaskClient, int]:
    client = house.client
    return client, client.post("/staff/login", data={"email": mail, "password": password}).status_code


def test_who_forgot_the_password_gets_a_link_and_chooses_another(house: House) -> None:
    former = house.staff()
    assert "/staff/forgotten" in house.client.get("/staff/login").text
    assert ask(house, " Owner@Example.com ").location == "/staff/forgotten?asked=yes"
    (link,) = links(house)
    assert MAIL in house.client.get(link).text
    short = take(house, link, "short")
    assert (short.status_code, "at least 10 characters" in short.text) == (400, True)
    done = take(house, link)
    assert "Sign in with the new password" in house.client.get(f"{done.location}&lang=en").text
    assert former.get("/office").status_code == 303
    assert (sign_in(house, OLD)[1], sign_in(house, NEW)[1]) == (401, 303)
    house.work()
    assert [letter["Subject"] for letter in house.transport.letters][-1] == "パスワードが変更されました"
    with house.app.app_context(), reading() as session:
        assert "staff.password_forgotten" in {entry.action for entry in session.query(AuditEntry)}


def test_the_answer_is_the_same_whether_somebody_has_the_address_or_not(house: House) -> None:
    house.staff()
    answers = [ask(house, mail) for mail in (MAIL, "nobody@example.com")]
    assert answers[0].data == answers[1].data
    assert answers[0].location == answers[1].location
    house.work()
    assert [letter["To"] for letter in house.transport.letters] == [MAIL]
    with house.app.app_context(), reading() as session:
        assert {letter.state for letter in session.query(Letter)} == {"sent", "dropped"}


def test_the_link_works_once(house: House) -> None:
    house.staff()
    ask(house)
    ask(house)
    first, second = links(house)
    assert first == second  # asked for in the same second
    assert take(house, first).status_code == 303
    for answer in (house.client.get(f"{first}?lang=en"), take(house, first, "yet another one")):
        assert (answer.status_code, "was used, or it is too old" in answer.text) == (410, True)
    assert sign_in(house, NEW)[1] == 303


def test_two_who_use_it_at_once_are_one(house: House) -> None:
    house.staff()
    ask(house)
    (link,) = links(house)
    with house.app.app_context(), reading() as session:
        person = session.query(Person).one()
    assert take(house, link).status_code == 303
    with house.app.app_context(), pytest.raises(Refused, match="link_over"), writing() as session:
        forgotten.take(session, person, "x", house.clock.now())


@pytest.mark.parametrize(("minutes", "status"), [(29, 200), (30, 410)])
def test_the_link_works_for_thirty_minutes(house: House, minutes: int, status: int) -> None:
    house.staff()
    ask(house)
    (link,) = links(house)
    house.clock.advance(timedelta(minutes=minutes))
    assert house.client.get(link).status_code == status


def test_another_change_of_the_password_ends_the_link(house: House) -> None:
    client = house.staff()
    ask(house)
    (link,) = links(house)
    client.post("/staff/account/password", data={"present": OLD, "password": NEW})
    assert house.client.get(link).status_code == 410


def test_a_link_that_was_made_up_opens_nothing(house: House) -> None:
    house.staff()
    ask(house)
    (link,) = links(house)
    head, _, secret = link.rpartition("/")
    asked = int(head.rpartition("/")[2])
    for wrong in (f"{head}/{'a' * 52}", f"{head}/", f"{head[:-1]}{(asked + 1) % 10}/{secret}", f"{head}/é"):
        assert house.client.get(wrong).status_code == 404, wrong
    assert house.client.get(f"{head}/{secret[:-2]}aa").status_code == 410


def test_who_has_left_gets_no_letter_and_an_earlier_link_is_over(house: House) -> None:
    house.staff()
    ask(house)
    (link,) = links(house)
    with house.app.app_context(), writing() as session:
        session.query(Person).one().disabled_at = house.clock.now()
    ask(house)
    assert links(house) == [link]
    assert take(house, link).status_code == 410


def test_a_letter_that_comes_too_late_is_not_sent(house: House) -> None:
    house.staff()
    ask(house)
    house.clock.advance(timedelta(minutes=30))
    assert links(house) == []


def test_the_second_factor_stays(house: House) -> None:
    client = house.staff()
    set_up(house, client)
    ask(house)
    assert take(house, links(house)[0]).status_code == 303
    other, _ = sign_in(house, NEW)
    assert other.get("/office").status_code == 303


@pytest.mark.parametrize("mail", ["", "nobody", "a@b@c"])
def test_what_is_no_address_is_told_and_kept(house: House, mail: str) -> None:
    answer = ask(house, mail)
    assert (answer.status_code, f'value="{mail}"' in answer.text) == (400, True)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_one_address_gets_two_letters_in_five_minutes(house: House, tmp_path: Path) -> None:
    house.staff()
    house.app.extensions["ticketing.limiter"] = make_limiter(tmp_path)
    assert [ask(house, mail).status_code for mail in (MAIL, MAIL.upper(), MAIL)] == [303, 303, 429]
    assert [ask(house, f"a{number}@example.com").status_code for number in range(9)][-1] == 429


def test_an_account_that_a_command_set_anew_needs_no_old_link(house: House) -> None:
    house.staff()
    ask(house)
    (link,) = links(house)
    with house.app.app_context(), writing() as session:
        accounts.add(session, MAIL, "owner", OLD, house.clock.now())
    assert take(house, link).status_code == 410
