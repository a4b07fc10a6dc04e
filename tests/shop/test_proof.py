"""Many orders from one address: the first go free, then a proof of work is asked for, and nobody is shut out."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from altcha import Challenge, Payload, solve_challenge

from factories import SLUG, House, session_of
from ticketing.core import limits, proof
from ticketing.core.limits import make_limiter
from ticketing.shop import much

NETWORK = "203.0.113.7"


@pytest.fixture
def busy(house: House, tmp_path: Path) -> House:
    """A house with its limits, where three orders from here went through already."""
    house.app.extensions["ticketing.limiter"] = make_limiter(tmp_path)
    for _ in range(3):
        assert house.order(conference=1).status_code == 303
    return house


def solved(house: House, kind: str = "order", **changes: Any) -> str:
    """A proof as the widget sends it; with changes to what was asked."""
    challenge = house.client.get(f"/proof/{kind}").get_json()
    challenge["parameters"] |= changes
    asked = Challenge.from_dict(challenge)
    solution = solve_challenge(asked)
    assert solution
    return Payload(asked, solution).to_base64()


def test_the_fourth_order_is_asked_for_a_proof_and_nothing_is_lost(busy: House) -> None:
    answer = busy.order(conference=1, name="山田 花子", lang="ja")
    assert answer.status_code == 429
    for part in ('value="山田 花子"', 'data-challenge="/proof/order"', 'name="slow"'):
        assert part in answer.text
    assert busy.order(conference=1, proof=solved(busy)).status_code == 303


def test_a_proof_counts_once_and_for_one_thing(busy: House) -> None:
    once = solved(busy)
    assert busy.order(conference=1, proof=once).status_code == 303
    assert busy.order(conference=1, proof=once).status_code == 429
    assert busy.order(conference=1, proof=solved(busy, "waiting")).status_code == 429


def test_work_that_was_not_asked_for_or_not_done_is_no_proof(busy: House) -> None:
    real = json.loads(base64.b64decode(solved(busy)))
    undone = {**real, "solution": {**real["solution"], "counter": real["solution"]["counter"] + 1}}
    unsigned = {**real, "challenge": {"parameters": real["challenge"]["parameters"]}}
    broken = [
        "",
        "x",
        "e30=",
        base64.b64encode(b"[1]").decode(),
        "A" * 5000,
        base64.b64encode(b'{"challenge":5}').decode(),
    ]
    forged = [base64.b64encode(json.dumps(one).encode()).decode() for one in (undone, unsigned)]
    for text in (*broken, *forged, solved(busy, cost=1), solved(busy, expiresAt=2**33)):
        assert busy.order(conference=1, proof=text).status_code == 429


def test_who_can_give_no_proof_goes_slowly(busy: House) -> None:
    assert busy.order(conference=1, slow=1).status_code == 303
    answer = busy.order(conference=1, slow=1, lang="en")
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 180


def test_a_form_that_is_sent_twice_needs_one_proof(busy: House) -> None:
    form = {"conference": 1, "form_key": "one form", "email": "hanako@example.com", "proof": solved(busy)}
    first, again = busy.order(**form), busy.order(**form)
    assert (first.status_code, again.status_code) == (303, 303)
    assert first.location == again.location


def test_the_page_begins_the_work_while_people_type(busy: House) -> None:
    assert 'id="proof"' in busy.client.get(f"/e/{SLUG}/review?qty-1-DAY=1").text
    other = busy.app.test_client()
    fresh = other.get(f"/e/{SLUG}/review?qty-1-DAY=1", environ_base={"REMOTE_ADDR": NETWORK}).text
    assert "proof" not in fresh, "nothing of it is loaded by others"


def cost(house: House, kind: str = "order") -> int:
    """How hard the work is now."""
    rounds: int = house.client.get(f"/proof/{kind}").get_json()["parameters"]["cost"]
    return rounds


def test_the_more_is_kept_unpaid_the_harder_the_work(busy: House) -> None:
    costs, sessions = [], []
    for _ in range(9):
        costs.append(cost(busy))
        sessions.append(session_of(busy.order(conference=1, proof=solved(busy))))
    assert costs == [1000, 2000, 2000, 2000, 2000, 4000, 4000, 4000, 4000]
    for session_id in sessions:
        busy.gateway.pay(session_id)
        busy.hook(session_id)
    busy.work()
    assert cost(busy) == 1000, "who pays makes room"


def test_work_that_was_got_when_it_was_easy_counts_no_more_when_it_is_hard(busy: House) -> None:
    early = [solved(busy) for _ in range(2)]
    for _ in range(2):
        assert busy.order(conference=1, proof=solved(busy)).status_code == 303
    assert cost(busy) == 2000
    assert busy.order(conference=1, proof=early[0]).status_code == 303, "begun a while ago"
    for _ in range(2):
        assert busy.order(conference=1, proof=solved(busy)).status_code == 303
    assert cost(busy) == 4000
    assert busy.order(conference=1, proof=early[1]).status_code == 429


def test_the_work_for_many_joins_grows_and_has_an_end(busy: House) -> None:
    costs = []
    with busy.app.test_request_context(environ_base={"REMOTE_ADDR": "127.0.0.1"}):
        for _ in range(100):
            limits.count("waiting_free", limits.client())
            costs.append(proof.challenge("waiting", much.doublings("waiting"))["parameters"]["cost"])
    assert (costs[0], costs[12], costs[22], costs[-1]) == (1000, 2000, 4000, 64_000)
    assert busy.client.get("/proof/nothing").status_code == 404


def test_joining_the_waiting_list_is_asked_for_a_proof_as_well(busy: House) -> None:
    busy.set_capacity(3)

    def join(**form: str) -> int:
        fields = {"tier": "EVENT-ONLY", "quantity": "1", "email": f"a{len(form)}@example.com", **form}
        return busy.client.post(f"/e/{SLUG}/waiting", data=fields).status_code

    assert [join() for _ in range(4)] == [303, 303, 303, 429]
    assert join(proof=solved(busy, "waiting")) == 303


def test_without_limits_nothing_is_asked(house: House) -> None:
    assert [house.order(conference=1).status_code for _ in range(6)] == [303] * 6


def test_who_comes_to_the_wall_keeps_the_form(busy: House) -> None:
    with busy.app.test_request_context(environ_base={"REMOTE_ADDR": "127.0.0.1"}):
        for _ in range(60):
            limits.count("order", limits.client())
    answer = busy.order(conference=1, name="山田 花子", proof=solved(busy))
    assert (answer.status_code, 'value="山田 花子"' in answer.text) == (429, True)
    assert 0 < int(answer.headers["Retry-After"]) <= 300
