"""What a token opens, and what it does not: each scope on each call, other events, ended and old tokens."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from back_office import Office
from factories import SEED, SLUG, House
from programs import made_by_hand, program
from receiver import known_ids
from ticketing.api.calls import Call
from ticketing.api.views import CALLS
from ticketing.core.db import reading, writing
from ticketing.staff.models import ApiToken, Grant, StrictRole
from ticketing.staff.roles import ROLES, SCOPES

OTHER = "another-evening"


def address(path: str, code: str, slug: str = SLUG, ids: Mapping[str, str] | None = None) -> str:
    for name, value in {"slug": slug, "code": code, "hook_id": "x", "delivery_id": "x", **(ids or {})}.items():
        path = path.replace(f"<{name}>", value)
    return path


def publish_other(house: House) -> None:
    text = SEED.read_text(encoding="utf-8").replace(f'slug = "{SLUG}"', f'slug = "{OTHER}"')
    house.publish(text)


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.name)
def test_a_call_opens_to_its_own_scope_and_to_no_other(house: House, call: Call) -> None:
    code = house.buy(day=1).split("/")[2]
    path = address(call.path, code, ids=known_ids(house))
    for scope in SCOPES:
        asking = program(house, scope)
        answer = asking.get(path) if call.method == "GET" else asking.post(path, body={"what": "all"})
        if scope != call.scope:
            assert (answer.status_code, answer.get_json()["code"]) == (403, "scope_missing"), scope
        else:
            assert answer.status_code in (200, 409), answer.text


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.name)
def test_nothing_opens_without_a_token_or_to_one_that_ended(house: House, call: Call) -> None:
    path = address(call.path, "ABCDEFG")
    for token in ("", "Bearer", "Bearer tkt_wrong", "Basic abc"):
        answer = house.client.open(
            f"/api/v1{path}",
            method=call.method,
            headers={"Authorization": token} if token else {},
        )
        assert (answer.status_code, answer.get_json()["code"]) == (401, "token_invalid")
        assert answer.mimetype == "application/problem+json"
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_token_runs_out(house: House) -> None:
    asking = program(house, days=1)
    assert asking.get("/events").status_code == 200
    house.clock.advance(timedelta(days=1))
    assert asking.get("/events").get_json()["code"] == "token_invalid"


def test_a_token_is_made_by_hand_shown_once_listed_with_its_last_use_and_ended(house: House) -> None:
    office, asking = made_by_hand(house, scope=["events:read", "orders:read"])
    page = office.get("/api").text
    assert asking.token not in page
    assert "never used" in page
    assert asking.get("/events").status_code == 200
    page = office.get("/api").text
    assert "last used" in page
    assert f"…{asking.token[-4:]}" in page
    with house.app.app_context(), reading() as session:
        row = session.scalars(select(ApiToken)).one()
    assert asking.token not in (row.token_hash, row.id)
    office.post(f"/api/tokens/{row.id}/revoke", event=SLUG)
    assert asking.get("/events").get_json()["code"] == "token_invalid"
    assert "ended" in office.get("/api").text


def test_a_form_that_lacks_something_comes_back_with_what_was_typed(house: House) -> None:
    page = Office(house).post("/api/tokens", name="", scope="scans:read", reach="all", life="30", event=SLUG)
    assert page.status_code == 400
    assert "Say what the token is for." in page.text
    assert 'value="scans:read" checked' in page.text
    page = Office(house).post("/api/tokens", name="No scope", reach="event", life="30", event=SLUG)
    assert (page.status_code, 'value="No scope"' in page.text) == (400, True)


def test_a_token_for_one_event_opens_no_other_and_one_for_all_does(house: House) -> None:
    publish_other(house)
    one, all_of_them, ids = program(house), program(house, event=None), known_ids(house, OTHER)
    for call in CALLS:
        if "<slug>" in call.path:
            path = address(call.path, "", OTHER, ids)
            for asking, status in ((one, 404), (all_of_them, 200)):
                answer = asking.get(path) if call.method == "GET" else asking.post(path)
                assert answer.status_code == status, path
    assert [event["slug"] for event in one.facts("/events")["events"]] == [SLUG]
    assert len(all_of_them.facts("/events")["events"]) == 2


def test_orders_of_another_event_are_not_there(house: House) -> None:
    code = house.buy(day=1).split("/")[2]
    publish_other(house)
    asking = program(house, event=OTHER)
    for call in CALLS:
        if "<code>" in call.path:
            path = address(call.path, code)
            answer = asking.get(path) if call.method == "GET" else asking.post(path, body={"what": "all"})
            assert (answer.status_code, answer.get_json()["code"]) == (404, "not_found"), call.path
    assert house.status(house.path(next(iter(house.gateway.sessions))))["state"] == "paid"


def test_a_token_can_never_do_more_than_whoever_made_it_may_now(house: House) -> None:
    asking = program(house, role="manager")
    assert asking.get(f"/events/{SLUG}/orders").status_code == 200
    for role in set(ROLES) - {"owner", "manager"}:
        with house.app.app_context(), writing() as session:
            session.execute(update(Grant).values(role=role))
        assert asking.get(f"/events/{SLUG}/orders").status_code == 404, role
        assert asking.facts("/events") == {"events": []}


def test_a_role_that_needs_a_second_factor_gives_its_tokens_nothing_without_one(house: House) -> None:
    asking = program(house, role="manager")
    with house.app.app_context(), writing() as session:
        session.add(StrictRole(role="manager", since=house.clock.now()))
    assert asking.get("/events").get_json()["code"] == "token_invalid"


@pytest.mark.parametrize("role", ROLES)
def test_only_owner_and_manager_open_the_page_of_programs(house: House, role: str) -> None:
    client = house.staff(role, f"{role}@example.com")
    expected = 200 if role in ("owner", "manager") else 403
    assert client.get("/office/api").status_code == expected
    assert house.client.get("/office/api").status_code == 303


def test_a_token_of_another_event_cannot_be_ended_from_here(house: House) -> None:
    publish_other(house)
    program(house, event=OTHER)
    with house.app.app_context(), reading() as session:
        token_id = session.scalars(select(ApiToken.id)).one()
    assert Office(house).post(f"/api/tokens/{token_id}/revoke", event=SLUG).status_code == 404
