"""Slips in addresses, wherever one is typed in after buying: asked about once, taken with one press or kept."""

from __future__ import annotations

import html
import re

import pytest

from changes import EN, holder_path, letters, open_house, page
from factories import House

SLIP, MEANT = "aoi@docomo.co.jp", "aoi@docomo.ne.jp"
FORMS = ["/find", "{path}/address", "{path}/t/1/transfer"]
REST = {"name": "佐藤 葵", "language": "en"}


@pytest.fixture
def path(house: House) -> str:
    return open_house(house).buy(day=1, email="hanako@example.com")


def send(house: House, form: str, path: str, **fields: str) -> tuple[int, str]:
    answer = house.client.post(form.format(path=path), data={**REST, **fields}, headers=EN)
    return answer.status_code, html.unescape(answer.text)


def hidden(text: str) -> dict[str, str]:
    """What a form sends besides what is typed into it."""
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', text))


@pytest.mark.parametrize("form", FORMS)
def test_a_slip_is_asked_about_and_nothing_has_happened(house: House, path: str, form: str) -> None:
    before = len(letters(house))
    status, text = send(house, form, path, email=SLIP)
    assert status == 400
    assert f"Did you mean {MEANT}?" in text
    assert f'name="email_taken" value="{MEANT}"' in text
    assert text.index('<button class="vh"') < text.index('name="email_taken"'), "Enter must not take it"
    assert len(letters(house)) == before


@pytest.mark.parametrize(("form", "to"), [("/find", None), ("{path}/address", MEANT)])
def test_what_was_meant_is_taken_with_one_press(house: House, path: str, form: str, to: str | None) -> None:
    _, text = send(house, form, path, email=SLIP)
    assert send(house, form, path, email=SLIP, **hidden(text), email_taken=MEANT)[0] == 303
    assert bool(letters(house, MEANT)) is (to is not None)


@pytest.mark.parametrize(("form", "status"), [("/find", 303), ("{path}/address", 303), ("{path}/t/1/transfer", 200)])
def test_sent_again_as_it_was_it_passes(house: House, path: str, form: str, status: int) -> None:
    _, text = send(house, form, path, email=SLIP)
    assert send(house, form, path, email=SLIP, **hidden(text))[0] == status


@pytest.mark.parametrize(("press", "to"), [({"email_taken": MEANT}, MEANT), ({}, SLIP)])
def test_a_ticket_goes_to_the_address_that_was_shown_last(
    house: House, path: str, press: dict[str, str], to: str
) -> None:
    _, text = send(house, FORMS[2], path, email=SLIP)
    _, checking = send(house, FORMS[2], path, email=SLIP, **hidden(text), **press)
    assert f'<strong class="address">{to}</strong>' in checking
    answer = house.client.post(f"{path}/t/1/transfer", data=hidden(checking))
    assert answer.status_code == 303
    assert holder_path(house, path) in page(house, holder_path(house, path))
    assert len(letters(house, to)) == 1
