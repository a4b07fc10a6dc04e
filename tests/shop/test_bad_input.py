"""Whatever is typed wrongly into the final form: told beside its field and on top, in both languages, nothing lost."""

from __future__ import annotations

import re
from html import unescape

import pytest

from factories import SEED, SLUG, House

GOOD = {
    "name": "山田 花子",
    "kana": "ヤマダ ハナコ",
    "email": "hanako@example.com",
    "attendee-1": 'O\'Brien <Áine> & "Söhne"',
    "kana-1": "ｵﾌﾞﾗｲｴﾝ",
    "attendee-2": "髙橋 美咲𠮷",
    "kana-2": "たかはし みさき",
    "form_key": "a form",
}
LONG = "長" * 101
BAD = [
    ({"name": ""}, ["name"]),
    ({"name": "   \u3000 "}, ["name"]),
    ({"name": LONG}, ["name"]),
    ({"email": ""}, ["email"]),
    ({"email": "hanako"}, ["email"]),
    ({"email": "hanako@"}, ["email"]),
    ({"email": "hanako @example.com"}, ["email"]),
    ({"email": "ｈａｎａｋｏ＠ｅｘａｍｐｌｅ．ｃｏｍ"}, ["email"]),
    ({"email": "花子@example.com"}, ["email"]),
    ({"email": "a@b@example.com"}, ["email"]),
    ({"email": "hanako@gmial.com"}, ["email"]),
    ({"email": "hanako@docomo.co.jp"}, ["email"]),
    ({"email": "x" * 300 + "@example.com"}, ["email"]),
    ({"email": "hanako@example.com\r\nBcc: all@example.com"}, ["email"]),
    ({"email": "<script>alert(1)</script>"}, ["email"]),
    ({"kana": "山田"}, ["kana"]),
    ({"kana": "あ" * 101}, ["kana"]),
    ({"attendee-2": LONG}, ["attendee-2"]),
    ({"attendee-2": ""}, ["attendee-2"]),
    ({"kana-1": "<b>"}, ["kana-1"]),
    ({"kana-2": "Smith", "attendee-1": LONG}, ["attendee-1", "kana-2"]),
    ({"name": "", "kana": "1", "email": "@", "attendee-2": ""}, ["name", "kana", "email", "attendee-2"]),
]


def value_of(page: str, name: str) -> str:
    """What stands in this field."""
    found = re.search(rf'<input id="{name}" name="{name}"[^>]* value="([^"]*)"', page)
    assert found, f"no field {name}"
    return unescape(found[1])


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize(("wrong", "fields"), BAD, ids=[",".join(fields) + str(n) for n, (_, fields) in enumerate(BAD)])
def test_what_is_wrong_is_told_and_all_is_kept(
    house: House, wrong: dict[str, str], fields: list[str], lang: str
) -> None:
    house.publish(SEED.read_text(encoding="utf-8").replace("[policy]\n", '[policy]\nattendee_names = "required"\n'))
    client = house.client
    client.get(f"/e/{SLUG}?lang={lang}")
    answer = house.order(client, day=2, **{**GOOD, **wrong})
    page = answer.text
    assert answer.status_code == 400
    assert f'<html lang="{lang}"' in page
    assert re.findall(r'<li><a href="#([\w-]+)">', page) == fields, "the box on top leads to each field, from the top"
    assert re.findall(r'<p class="error" id="([\w-]+)-error">', page) == fields, "the sentence stands under its field"
    assert re.findall(r'aria-describedby="(?:[\w-]+ )?([\w-]+)-error" aria-invalid="true"', page) == fields
    assert page.count("autofocus") == 1
    assert re.search(r'<div class="summary-box bad" role="alert" tabindex="-1" id="faults" autofocus>', page)
    typed = {**GOOD, **wrong}
    for name in ("name", "kana", "email", "attendee-1", "kana-1", "attendee-2", "kana-2"):
        assert value_of(page, name) == (typed[name].strip() if name == "email" else typed[name])
    assert 'name="form_key" value="a form"' in page
    assert not house.gateway.sessions


def test_what_is_right_goes_through_as_it_was_typed(house: House) -> None:
    assert house.order(day=2, **GOOD).status_code == 303


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize(
    ("choice", "status"),
    [
        ({}, 400),
        ({"qty-1-DAY": "0"}, 400),
        ({"qty-1-DAY": "-1"}, 400),
        ({"qty-1-DAY": "１"}, 400),
        ({"qty-1-DAY": "1e3"}, 400),
        ({"qty-1-DAY": "99999999999"}, 400),
        ({"qty-1-DAY": "7"}, 400),
        ({"qty-OLD": "1"}, 409),
        ({"qty-1-DAY": "1", "offer": "nobody's"}, 404),
    ],
)
def test_a_choice_that_cannot_be_leads_back_to_the_choice(
    house: House, choice: dict[str, str], status: int, lang: str
) -> None:
    client = house.client
    client.get(f"/e/{SLUG}?lang={lang}")
    for answer in (client.get(f"/e/{SLUG}/review", query_string=choice), house.order(client, **choice)):
        assert answer.status_code == status, answer.text
        assert f'<html lang="{lang}"' in answer.text
    assert not house.gateway.sessions
