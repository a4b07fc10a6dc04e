"""People are invited, take a role, get another one, leave; nobody gives or takes what they do not have."""

from __future__ import annotations

import re
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from back_office import Office
from factories import SEED, SLUG, House
from ticketing.core.audit import AuditEntry
from ticketing.core.db import reading, writing
from ticketing.core.errors import Refused
from ticketing.staff import accounts, invitations, people
from ticketing.staff.accounts import SignedIn
from ticketing.staff.models import Grant, Invitation, Person
from ticketing.staff.role_words import PERMISSION_WORDS, ROLE_WORDS
from ticketing.staff.roles import PERMISSIONS, ROLES

NEW = "new@example.com"
PASSWORD = "a long enough one"


def grant_of(house: House, email: str) -> int:
    with house.app.app_context(), reading() as session:
        return session.query(Grant).join(Person, Person.id == Grant.person_id).filter(Person.email == email).one().id


def role_of(house: House, email: str) -> str | None:
    with house.app.app_context(), reading() as session:
        grant = session.query(Grant).join(Person, Person.id == Grant.person_id).filter(Person.email == email)
        found = grant.one_or_none()
        return found.role if found else None


def letters_to(house: House, email: str) -> list[str]:
    house.work()
    sent = [message for message in house.transport.letters if message["To"] == email]
    return [message.get_body(("plain",)).get_content() for message in sent]  # type: ignore[union-attr]


def invite(office: Office, email: str = NEW, role: str = "door", **form: str) -> TestResponse:
    return office.post("/people/invitations", event=SLUG, email=email, role=role, **form)


def link_in(letter: str) -> str:
    found = re.search(r"http://localhost(/staff/invitation/\S+)", letter)
    assert found, letter
    return found[1]


def take(house: House, link: str, password: str = PASSWORD, client: FlaskClient | None = None) -> TestResponse:
    client = client or house.client
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(f"{link}?lang=en").text)
    form = {"csrf_token": token[1] if token else "", "password": password}
    return client.post(f"{link}?lang=en", data=form)


def sign_in(house: House, email: str, password: str) -> int:
    client = house.client
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/staff/login").text)
    assert token
    form = {"csrf_token": token[1], "email": email, "password": password}
    return client.post("/staff/login", data=form).status_code


def test_who_is_invited_sets_a_password_and_works_in_that_role_at_that_event(house: House) -> None:
    office = Office(house)
    assert invite(office).status_code == 303
    assert NEW in office.get("/people").text
    (letter,) = letters_to(house, NEW)
    link = link_in(letter)
    assert "Door staff" in house.client.get(f"{link}?lang=en").text
    short = take(house, link, "short")
    assert (short.status_code, "at least 10 characters" in short.text) == (400, True)
    assert take(house, link).location == "/staff/login?joined=yes"
    assert role_of(house, NEW) == "door"
    assert sign_in(house, NEW, PASSWORD) == 303
    with house.app.app_context(), reading() as session:
        assert (
            session.query(Grant).join(Person, Person.id == Grant.person_id).filter(Person.email == NEW).one().event_id
        )
        actions = [entry.action for entry in session.query(AuditEntry).order_by(AuditEntry.id)]
    assert actions[-3:] == ["staff.invite", "staff.join", "staff.sign_in"]


def test_an_invitation_works_once_and_for_seven_days(house: House) -> None:
    office = Office(house)
    invite(office)
    link = link_in(letters_to(house, NEW)[0])
    assert take(house, link).status_code == 303
    assert house.client.get(link).status_code == 410
    assert take(house, link, "another password").status_code == 400  # its form was never shown
    invite(office, "late@example.com")
    late = link_in(letters_to(house, "late@example.com")[0])
    house.clock.advance(timedelta(days=7))
    assert house.client.get(late).status_code == 410
    assert house.client.get(late[:-3] + "aaa").status_code == 404


def test_inviting_again_ends_the_letter_before(house: House) -> None:
    office = Office(house)
    invite(office)
    former = link_in(letters_to(house, NEW)[0])
    invite(office, role="viewer")
    second = link_in(letters_to(house, NEW)[1])
    assert house.client.get(former).status_code == 410
    assert take(house, second).status_code == 303
    assert role_of(house, NEW) == "viewer"


def test_a_letter_that_was_replaced_before_it_left_is_not_sent(house: House) -> None:
    office = Office(house)
    invite(office)
    invite(office, role="viewer")
    (letter,) = letters_to(house, NEW)
    assert "Viewer" in letter


def test_a_withdrawn_invitation_is_over(house: House) -> None:
    office = Office(house)
    invite(office)
    link = link_in(letters_to(house, NEW)[0])
    with house.app.app_context(), reading() as session:
        key = session.query(Invitation).one().id
    assert office.post(f"/people/invitations/{key}/withdraw", event=SLUG).status_code == 303
    assert house.client.get(link).status_code == 410


def test_two_who_take_the_same_invitation_make_one_account(house: House) -> None:
    invite(Office(house))
    link = link_in(letters_to(house, NEW)[0])
    first, second = house.client, house.client
    tokens = [re.search(r'name="csrf_token" value="([^"]+)"', one.get(link).text) for one in (first, second)]
    answers = [
        client.post(link, data={"csrf_token": token[1], "password": f"{PASSWORD} {n}"}).status_code  # type: ignore[index]
        for n, (client, token) in enumerate(zip((first, second), tokens, strict=True))
    ]
    assert answers == [303, 410]
    assert sign_in(house, NEW, f"{PASSWORD} 0") == 303
    assert sign_in(house, NEW, f"{PASSWORD} 1") == 401


def test_who_has_an_account_keeps_their_password(house: House) -> None:
    other = house.publish(SEED.read_text(encoding="utf-8").replace(SLUG, "another-evening"))
    house.staff("door", NEW)
    with house.app.app_context(), writing() as session:
        session.query(Grant).one().event_id = other.id
    office = Office(house)
    invite(office, role="viewer")
    link = link_in(letters_to(house, NEW)[0])
    assert 'type="password"' not in house.client.get(link).text
    assert take(house, link, "").status_code == 303
    assert sign_in(house, NEW, "correct horse battery") == 303


def test_who_works_here_already_is_not_invited_again(house: House) -> None:
    house.staff("door", NEW)
    answer = invite(Office(house), role="door")
    assert (answer.status_code, "works here already" in answer.text) == (409, True)


@pytest.mark.parametrize("email", ["", "nobody", "a@b@c"])
def test_a_wrong_address_is_told_and_kept(house: House, email: str) -> None:
    answer = invite(Office(house), email, role="viewer")
    assert answer.status_code == 400
    assert f'value="{email}"' in answer.text
    assert '<option value="viewer" selected>' in answer.text


def test_a_changed_role_signs_out_and_is_told_by_letter(house: House) -> None:
    theirs = house.staff("door", NEW)
    assert Office(house).post(f"/people/{grant_of(house, NEW)}/role", event=SLUG, role="viewer").status_code == 303
    assert role_of(house, NEW) == "viewer"
    assert theirs.get("/office").status_code == 303
    (letter,) = letters_to(house, NEW)
    assert "閲覧のみ" in letter


def test_the_same_role_again_changes_nothing(house: House) -> None:
    theirs = house.staff("door", NEW)
    Office(house).post(f"/people/{grant_of(house, NEW)}/role", event=SLUG, role="door")
    assert theirs.get("/office/door").status_code == 200
    assert letters_to(house, NEW) == []


def test_removing_says_first_what_it_does_then_ends_everything(house: House) -> None:
    theirs = house.staff("manager", NEW)
    office, path = Office(house), f"/people/{grant_of(house, NEW)}/remove"
    with house.app.app_context(), reading() as session:
        person_id = session.query(Person).filter_by(email=NEW).one().id
    with house.app.app_context(), writing() as session:
        by = SignedIn(person_id, NEW, {None: "manager"}, 0)
        invitations.invite(session, by, "friend@example.com", (None, "door"), "en", house.clock.now())
    asked = office.post(path, event=SLUG)
    assert f"Remove {NEW}?" in asked.text
    assert role_of(house, NEW) == "manager"
    assert office.confirm(asked, path).status_code == 303
    assert role_of(house, NEW) is None
    assert theirs.get("/office").status_code == 303
    assert sign_in(house, NEW, "correct horse battery") == 401
    assert letters_to(house, NEW) != []
    assert letters_to(house, "friend@example.com") == []


def test_who_was_removed_can_be_invited_again_with_a_new_password(house: House) -> None:
    house.staff("door", NEW)
    office = Office(house)
    office.post(f"/people/{grant_of(house, NEW)}/remove", event=SLUG, confirm="yes")
    invite(office)
    assert take(house, link_in(letters_to(house, NEW)[-1])).status_code == 303
    assert sign_in(house, NEW, "correct horse battery") == 401
    assert sign_in(house, NEW, PASSWORD) == 303


def test_the_last_owner_stays(house: House) -> None:
    office, grant = Office(house), grant_of(house, "owner@example.com")
    for path, form in ((f"/people/{grant}/role", {"role": "viewer"}), (f"/people/{grant}/remove", {"confirm": "yes"})):
        answer = office.post(path, event=SLUG, **form)
        assert (answer.status_code, "last owner" in answer.text) == (409, True)
    assert role_of(house, "owner@example.com") == "owner"


def test_two_owners_who_remove_each_other_at_once_leave_one(house: House) -> None:
    names = ("one@example.com", "two@example.com")
    for name in names:
        house.staff("owner", name)
    grants = [grant_of(house, name) for name in names]
    start = Barrier(2)

    def remove(grant: int) -> None:
        by = SignedIn("somebody", "x@example.com", {None: "owner"}, 0)
        with house.app.app_context():
            start.wait()
            try:
                with writing() as session:
                    people.remove(session, by, grant, house.clock.now())
            except Refused as error:
                assert error.code == "last_owner"  # noqa: PT017 (the one of two that has to fail)

    threads = [Thread(target=remove, args=(grant,)) for grant in grants]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(str(role_of(house, name)) for name in names) == ["None", "owner"]


def test_a_manager_neither_makes_nor_touches_an_owner(house: House) -> None:
    house.staff("owner", "boss@example.com")
    manager, boss = Office(house, "manager"), grant_of(house, "boss@example.com")
    assert invite(manager, role="owner").status_code == 403
    assert manager.post(f"/people/{boss}/role", event=SLUG, role="viewer").status_code == 403
    assert manager.post(f"/people/{boss}/remove", event=SLUG, confirm="yes").status_code == 403
    assert manager.post(f"/people/{boss}/sign-out", event=SLUG).status_code == 403
    mine = grant_of(house, "manager@example.com")
    assert manager.post(f"/people/{mine}/role", event=SLUG, role="owner").status_code == 403
    page = manager.get("/people").text
    assert f"/people/{boss}/" not in page
    assert '<option value="owner"' not in page


def test_who_owns_one_event_invites_to_that_one_only(house: House) -> None:
    office = Office(house)
    event_id = house.catalog().id
    with house.app.app_context(), writing() as session:
        session.query(Grant).one().event_id = event_id
        accounts.add(session, "house@example.com", "viewer", PASSWORD, house.clock.now())
    assert 'name="scope"' not in office.get(f"/people?event={SLUG}").text
    assert invite(office, scope="all").status_code == 403
    everywhere = grant_of(house, "house@example.com")
    assert office.post(f"/people/{everywhere}/role", event=SLUG, role="door").status_code == 403
    assert invite(office).status_code == 303


def test_sign_ins_of_somebody_else_can_be_ended(house: House) -> None:
    theirs = house.staff("door", NEW)
    assert Office(house).post(f"/people/{grant_of(house, NEW)}/sign-out", event=SLUG).status_code == 303
    assert theirs.get("/office/door").status_code == 303


def test_the_table_of_roles_says_what_the_code_does(house: House) -> None:
    page = Office(house).get("/people").text
    assert set(PERMISSION_WORDS) == set(PERMISSIONS)
    assert set(ROLE_WORDS) == set(ROLES)
    for name, roles in PERMISSIONS.items():
        word = str(PERMISSION_WORDS[name]).replace("'", "&#39;")
        row = page.split(f'<th scope="row">{word}</th>')[1].split("</tr>")[0]
        assert [cell.rpartition(">")[2] for cell in re.findall(r'class="vh">(?:yes|no)', row)] == [
            "yes" if role in roles else "no" for role in ROLES
        ]
