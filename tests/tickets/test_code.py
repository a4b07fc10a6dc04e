"""The ticket code: vectors shared with JavaScript, and what the check character catches."""

import json
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticketing.tickets.code import (
    ALPHABET,
    LENGTH,
    MalformedCodeError,
    check_character,
    code_hash,
    derive,
    grouped,
    normalize,
    parse,
    short_hash,
)

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "codes.json").read_text(encoding="utf-8"))
KEYS = st.binary(min_size=32, max_size=32)


def _why(row: dict[str, str]) -> str:
    return row["why"]


@pytest.mark.parametrize("row", VECTORS["derive"], ids=lambda row: f"issue {row['issue']}")
def test_a_code_is_derived_from_key_ticket_and_issue(row: dict[str, str | int]) -> None:
    code = derive(bytes.fromhex(str(row["key_hex"])), str(row["ticket_id"]), int(row["issue"]))
    assert code == row["code"]


@pytest.mark.parametrize("row", VECTORS["valid"], ids=lambda row: row["code"])
def test_hashes_are_those_of_the_29_characters(row: dict[str, str]) -> None:
    assert parse(row["code"]) == row["code"]
    assert code_hash(row["code"]) == row["hash"]
    assert short_hash(row["code"]) == row["short_hash"] == row["hash"][:32]


@pytest.mark.parametrize("row", VECTORS["normalize"], ids=_why)
def test_what_people_type_becomes_the_code(row: dict[str, str]) -> None:
    assert parse(row["text"]) == row["code"]


@pytest.mark.parametrize("row", VECTORS["malformed"], ids=_why)
def test_what_is_no_code_is_refused_with_its_fault(row: dict[str, str]) -> None:
    with pytest.raises(MalformedCodeError) as refused:
        parse(row["text"])
    assert refused.value.fault == row["fault"]


@given(key=KEYS, ticket=st.uuids(), issue=st.integers(1, 99))
def test_every_derived_code_parses_in_every_spelling(key: bytes, ticket: object, issue: int) -> None:
    code = derive(key, str(ticket), issue)
    assert len(code) == LENGTH
    assert parse(grouped(code).lower()) == code
    assert normalize(code) == code


@given(key=KEYS, ticket=st.uuids())
def test_another_ticket_another_issue_or_another_key_is_another_code(key: bytes, ticket: object) -> None:
    codes = {derive(key, str(ticket), 1), derive(key, str(ticket), 2), derive(key + b"x", str(ticket), 1)}
    assert len(codes | {derive(key, f"{ticket}1", 1)}) == 4


@given(key=KEYS, place=st.integers(0, LENGTH - 1), change=st.integers(1, 31))
def test_every_single_wrong_character_is_caught(key: bytes, place: int, change: int) -> None:
    code = derive(key, "1", 1)
    wrong = ALPHABET[(ALPHABET.index(code[place]) + change) % 32]
    with pytest.raises(MalformedCodeError):
        parse(code[:place] + wrong + code[place + 1 :])


def test_of_exchanged_neighbours_only_0_and_z_go_unseen() -> None:
    unseen = {
        (left, right)
        for left, right in product(ALPHABET, repeat=2)
        if left != right and check_character(left + right) == check_character(right + left)
    }
    assert unseen == {("0", "Z"), ("Z", "0")}  # 2 of 992 pairs: 99.8 % are caught


@given(text=st.text(max_size=60))
def test_any_text_is_a_code_or_a_named_fault(text: str) -> None:
    assert _outcome(text) in {"length", "prefix", "alphabet", "check", "a code"}


def _outcome(text: str) -> str:
    try:
        return "a code" if len(parse(text)) == LENGTH else "something else"
    except MalformedCodeError as refused:
        return refused.fault
