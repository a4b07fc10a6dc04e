"""How a tablet becomes one: by a code that works once and for a quarter of an hour, under a name of its own."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from werkzeug.test import TestResponse

from factories import House
from ticketing.core.db import writing
from ticketing.staff import devices


def code_for(house: House, gate: str = "A") -> str:
    catalog = house.catalog()
    gate_id = next(one.id for one in catalog.gates if one.code == gate)
    with house.app.app_context(), writing() as session:
        return devices.make_code(session, catalog.id, gate_id, house.clock.now(), "cli")[0]


def pair(house: House, code: str, name: str = "A-1") -> TestResponse:
    return house.client.post("/api/v1/door/pair", json={"code": code, "name": name})


def test_a_code_runs_out_after_a_quarter_of_an_hour(house: House) -> None:
    in_time, late = code_for(house), code_for(house)
    house.clock.advance(timedelta(minutes=15) - timedelta(seconds=1))
    assert pair(house, in_time, "A-1").status_code == 201
    house.clock.advance(timedelta(seconds=1))
    answer = pair(house, late, "A-2")
    assert (answer.status_code, answer.get_json()["code"]) == (403, "pairing_invalid")


def test_of_tablets_that_send_one_code_at_once_one_is_paired(house: House) -> None:
    code = code_for(house)
    with ThreadPoolExecutor(4) as tablets:
        answers = list(tablets.map(lambda n: pair(house, code, f"A-{n}").status_code, range(4)))
    assert sorted(answers) == [201, 403, 403, 403]


@pytest.mark.parametrize(("typed", "called"), [("  A\u0000-\n1 ", "A - 1"), ("入口\u200b 1", "入口 1")])
def test_a_name_is_one_line_that_can_be_printed(house: House, typed: str, called: str) -> None:
    answer = pair(house, code_for(house), typed)
    assert (answer.status_code, answer.get_json()["device"]["name"]) == (201, called)


def test_who_asks_for_the_same_name_keeps_the_code(house: House) -> None:
    assert pair(house, code_for(house), "A-1").status_code == 201
    code = code_for(house, "B")
    taken = pair(house, code, "A-1")
    assert (taken.status_code, taken.get_json()["code"]) == (409, "name_taken")
    assert pair(house, code, "B-1").status_code == 201


@pytest.mark.parametrize("code", ["", "\\ud800", "\\u0000", "A" * 9999])
def test_what_is_no_code_pairs_nothing(house: House, code: str) -> None:
    sent = f'{{"code": "{code}", "name": "A-1"}}'
    assert house.client.post("/api/v1/door/pair", data=sent).status_code in (400, 403)
