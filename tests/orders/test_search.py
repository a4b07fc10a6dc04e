"""What an order is found by, however it is written, and that changes of names and addresses are followed."""

from __future__ import annotations

import pytest

from back_office import code_of
from factories import House
from ticketing.core.db import reading, writing
from ticketing.orders import changes
from ticketing.orders.changes import Act, Name, Person
from ticketing.orders.lookup import Asked, by_code, search
from ticketing.orders.models import Order
from ticketing.orders.search_key import Named, renew, search_key


def found(house: House, typed: str) -> list[str]:
    with house.app.app_context(), reading() as session:
        return [order.buyer_name for order in search(session, house.catalog().id, Asked(typed)).orders]


@pytest.mark.parametrize(
    ("name", "kana", "typed"),
    [
        ("大野 真一", "おおの しんいち", "ono ohno oono ohnoshin shin'ichi sin オオノ"),
        ("佐藤 譲治", "さとう じょうじ", "satoh satou sato jouji joji zyozi"),
        ("カトウ ケン", "", "kato katoh かとう ｶﾄｳ ken"),
        ("髙﨑 惠", "", "高崎恵 髙崎 恵"),
        ("John O'Neill", "", "john NEILL o'ne ＪＯＨＮ"),
    ],
)
def test_a_name_is_found_in_every_way_that_people_write_it(house: House, name: str, kana: str, typed: str) -> None:
    house.order(day=1, name=name, kana=kana)
    house.order(day=1, name="鈴木 一郎", kana="すずき いちろう")
    for word in typed.split():
        assert found(house, word) == [name], word


def test_all_words_must_stand_in_it_in_any_order(house: House) -> None:
    house.order(day=1, name="山田 花子", kana="やまだ はなこ", email="hanako@example.com")
    house.order(day=1, name="山田 太郎", kana="やまだ たろう", email="taro@example.com")
    for typed in ("花子 山田", "yamada hanako@", "hana yamada", "example 花"):
        assert found(house, typed) == ["山田 花子"], typed
    assert len(found(house, "山田")) == 2
    assert found(house, "山田 次郎") == []
    for wild in ("%", "_", "\\", "山%子", "\0"):
        assert len(found(house, wild)) in {0, 2 if wild == "\0" else 0}, wild


def test_a_change_of_a_name_or_of_who_has_a_ticket_is_followed(house: House) -> None:
    code = code_of(house.buy(day=2, name="山田 花子"))
    with house.app.app_context(), writing() as session:
        order = by_code(session, code)
        act = Act("buyer", house.clock.now())
        changes.rename(session, order, changes.ticket_now(session, order, 1), Name("森 一", "もり はじめ"), act)
        changes.rename(session, order, changes.ticket_now(session, order, 1), Name("森 一", "もり いち"), act)
        person = Person("川口 次郎", "jiro@example.org", "ja")
        changes.transfer(session, order, changes.ticket_now(session, order, 2), person, act)
    for typed in ("森一", "mori ichi", "川口", "jiro@example.org", "山田"):
        assert found(house, typed) == ["山田 花子"], typed


def test_the_key_kept_at_the_order_is_the_one_written_anew(house: House) -> None:
    house.order(day=2, name="山田 花子", kana="ヤマダ ハナコ", **{"attendee-2": "Ann Lee"})
    house.buy(day=1, name="佐藤 健", kana="さとう けん")
    with house.app.app_context(), writing() as session:
        kept = {order.id: order.search_key for order in session.query(Order)}
        for order_id in kept:
            renew(session, order_id)
        session.expire_all()
        assert {order.id: order.search_key for order in session.query(Order)} == kept


def test_a_key_holds_each_thing_once() -> None:
    key = search_key(
        "K7M2QFA", ["A@Example.com"], [Named("山田 花子", "やまだ はなこ"), Named("山田 花子", "やまだ はなこ")]
    )
    assert key.split("\n") == ["k7m2qfa", "a@example.com", "山田花子", "やまだはなこ", "yamadahanako"]
