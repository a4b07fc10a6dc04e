"""A promo code: its word, what it takes off, and how it is made, changed and withdrawn."""

from __future__ import annotations

from datetime import timedelta

import pytest

import promo_codes
from factories import MORNING, House
from ticketing.core.audit import AuditEntry
from ticketing.core.db import reading, writing
from ticketing.core.errors import Refused
from ticketing.core.money import Money, percent_of
from ticketing.orders.pricing import Quote, quote, with_promo
from ticketing.promos import finding, making
from ticketing.promos.making import Limits
from ticketing.promos.terms import Promo, can_be_charged, promo_of
from ticketing.promos.words import is_word, plain


@pytest.mark.parametrize(
    "typed", ["early-10", "ＥＡＲＬＹ－１０", " Early–10 ", "Early 10".replace(" ", "−"), "EARLYー10"]
)
def test_a_word_is_the_same_however_it_is_typed(typed: str) -> None:
    assert plain(typed) == "EARLY-10"


def test_japanese_words_keep_their_long_vowels() -> None:
    assert plain("早割ﾓｰﾆﾝｸﾞ") == "早割モーニング"
    assert is_word(plain("早割"))
    assert is_word("MEMBER_2026")


@pytest.mark.parametrize("typed", ["", "A", "A" * 41, "<B>", "A&B", "a/b", "😀😀"])
def test_what_is_no_word_is_refused(house: House, typed: str) -> None:
    with pytest.raises(Refused, match="promo_word"):
        promo_codes.make(house, typed, percent=10)


def priced(house: House, promo: Promo, **quantities: int) -> Quote:
    codes = {"day": "1-DAY", "conference": "EVENT-ONLY"}
    return with_promo(quote(house.catalog(), {codes[name]: n for name, n in quantities.items()}, MORNING), promo)


def test_percent_are_rounded_for_each_ticket_in_the_favour_of_the_buyer(house: House) -> None:
    seventh = priced(house, Promo("id", "SEVEN", 7, None), day=3, conference=1)
    assert [(line.amount_each.amount, line.off_minor) for line in seventh.lines] == [(1860, 140), (930, 70)]
    assert [percent_of(Money(price), 7).amount for price in (1, 100, 1999, 0)] == [1, 7, 140, 0]


def test_an_amount_never_takes_off_more_than_the_price(house: House) -> None:
    made = priced(house, Promo("id", "GUEST", None, 1200), day=1, conference=2)
    assert [(line.amount.amount, line.full.amount) for line in made.lines] == [(800, 2000), (0, 2000)]
    assert (made.total.amount, made.off.amount, made.tax.amount, made.promo_uses) == (800, 3200, 72, 3)


def test_tickets_that_the_code_is_not_for_cost_what_they_cost_and_use_nothing(house: House) -> None:
    half = Promo("id", "HALF", 50, None, ("EVENT-ONLY",))
    made = priced(house, half, day=2, conference=1)
    assert ([line.off_minor for line in made.lines], made.promo_uses) == ([0, 500], 1)
    with pytest.raises(Refused, match="promo_other_tier"):
        priced(house, half, day=1)


def test_one_order_may_have_so_many_tickets_with_it(house: House) -> None:
    two = Promo("id", "TWO", 50, None, ("1-DAY",), max_per_order=2)
    assert priced(house, two, day=2, conference=3).promo_uses == 2
    with pytest.raises(Refused, match="promo_too_many"):
        priced(house, two, day=3)


@pytest.mark.parametrize(("yen", "possible"), [(0, True), (1, False), (49, False), (50, True)])
def test_stripe_takes_nothing_between_1_and_49_yen(yen: int, possible: bool) -> None:
    assert can_be_charged(Money(yen)) is possible


@pytest.mark.parametrize(("percent", "amount"), [(96, None), (None, 951), (None, 1999)])
def test_a_code_that_leaves_what_cannot_be_charged_is_not_made(
    house: House, percent: int | None, amount: int | None
) -> None:
    with pytest.raises(Refused, match="promo_too_cheap"):
        promo_codes.make(house, "CHEAP", percent, amount, ["1-DAY" if amount == 1999 else "EVENT-ONLY"])


def test_a_word_is_in_force_once_and_free_again_when_it_is_withdrawn(house: House) -> None:
    first = promo_codes.make(house, "early", percent=10)
    with pytest.raises(Refused, match="promo_word_taken"):
        promo_codes.make(house, "ＥＡＲＬＹ", amount=300)
    promo_codes.withdraw(house, first)
    promo_codes.withdraw(house, first)
    second = promo_codes.make(house, "EARLY", amount=300)
    with house.app.app_context(), reading() as session:
        assert finding.find(session, house.catalog().id, " early").id == second
        entries = [entry.action for entry in session.query(AuditEntry) if entry.action.startswith("promo.")]
    assert entries == ["promo.made", "promo.withdrawn", "promo.made"]


def test_the_window_is_open_from_its_beginning_until_just_before_its_end(house: House) -> None:
    hour = timedelta(hours=1)
    row = promo_codes.row(house, promo_codes.make(house, "HOUR", percent=10, starts_at=MORNING, ends_at=MORNING + hour))
    finding.check_open(row, MORNING)
    with pytest.raises(Refused, match="promo_early"):
        finding.check_open(row, MORNING - hour / 60)
    with pytest.raises(Refused, match="promo_over"):
        finding.check_open(row, MORNING + hour)
    with pytest.raises(Refused, match="promo_window"):
        promo_codes.make(house, "BACKWARDS", percent=10, starts_at=MORNING, ends_at=MORNING)


def test_limits_can_be_changed_and_what_it_takes_off_cannot(house: House) -> None:
    key = promo_codes.make(house, "LIMITED", percent=10, max_uses=5)
    with house.app.app_context(), writing() as session:
        making.change(session, making.get(session, key), Limits(max_uses=7, note="Press"), "person:x", MORNING)
    changed = promo_codes.row(house, key)
    assert (changed.max_uses, changed.note, promo_of(changed).percent) == (7, "Press", 10)
    promo_codes.withdraw(house, key)
    with pytest.raises(Refused, match="promo_over"), house.app.app_context(), writing() as session:
        making.change(session, making.get(session, key), Limits(), "person:x", MORNING)
