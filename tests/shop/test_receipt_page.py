"""The receipt behind the buyer's link: its form, the PDFs read back, repeats, refunds."""

from __future__ import annotations

import io
import re
import subprocess
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import select, update

import promo_codes
from books_of_stripe import refund
from factories import SEED, House
from ticketing.core.db import reading, writing
from ticketing.core.ids import new_id
from ticketing.orders.models import Order, Receipt
from ticketing.payments.models import Payment, Refund

NUMBER = "T1234567890123"


def words(written: bytes) -> str:
    """What a reader of PDF finds on the one page, without spaces."""
    pages = PdfReader(io.BytesIO(written)).pages
    assert len(pages) == 1
    return re.sub(r"\s+", "", pages[0].extract_text())


def pdf(house: House, path: str, name: str = "receipt.pdf") -> str:
    """The words of a document."""
    answer = house.client.get(f"{path}/{name}")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf"), answer.text
    return words(answer.data)


def issue(house: House, path: str, **form: str) -> None:
    """Send the form."""
    answer = house.client.post(f"{path}/receipt", data=form)
    assert (answer.status_code, answer.location) == (303, f"{path}/receipt")


def reader(house: House, lang: str) -> FlaskClient:
    """A visitor who reads this language."""
    client = house.client
    client.get(f"/?lang={lang}")
    return client


def registered(house: House) -> None:
    """The event of a seller who issues qualified invoices."""
    source = SEED.read_text(encoding="utf-8")
    house.publish(source.replace('registration_number = ""', f'registration_number = "{NUMBER}"'))


def refunded(house: House, path: str, amount: int, *tickets: int, state: str = "succeeded", kept: int = 0) -> str:
    """A refund of the order's payment, and the order as it is then; the refund's id."""
    order, now = house.order_view(path), house.clock.now()
    with house.app.app_context(), writing() as session:
        payment = session.scalars(select(Payment).where(Payment.order_id == order.id)).one()
        facts = {"amount_minor": amount, "kept_minor": kept, "currency": "jpy", "tickets": list(tickets)}
        states = {"state": state, "requested_at": now, "settled_at": now}
        names = {"id": new_id(), "fact": new_id(), "reason": "buyer", "requested_by": "test"}
        refund = Refund(
            event_id=house.catalog().id, order_id=order.id, payment_id=payment.id, checks=0, **facts, **states, **names
        )
        session.add(refund)
        refund_id = refund.id
    become(house, path, "refunded" if len(tickets) == len(order.tickets) else "partially_refunded")
    return refund_id


def become(house: House, path: str, state: str) -> None:
    with house.app.app_context(), writing() as session:
        session.execute(update(Order).where(Order.id == house.order_view(path).id).values(state=state))


def test_the_order_page_leads_to_the_receipt(house: House) -> None:
    path = house.buy(day=1)
    assert f'href="{path}/receipt"' in house.client.get(path).text


def test_the_form_says_that_the_name_is_entered_once(house: House) -> None:
    text = house.client.get(f"{house.buy(day=1)}/receipt?lang=en").text
    assert "You enter the name once" in text
    assert "山田 花子 様" in text
    assert "<script" not in text.partition("<main")[2]


def test_a_preview_issues_nothing(house: House) -> None:
    path = house.buy(day=1)
    answer = house.client.post(f"{path}/receipt", data={"addressee": "<b>株式会社</b>御中", "preview": "1"})
    assert answer.status_code == 200
    assert '<p class="receipt-name">&lt;b&gt;株式会社&lt;/b&gt;御中</p>' in answer.text
    assert house.client.get(f"{path}/receipt.pdf").location == f"{path}/receipt"


def test_a_receipt_carries_what_the_invoice_system_asks_for(house: House) -> None:
    registered(house)
    path = house.buy(client=reader(house, "ja"), day=2, conference=1)
    issue(house, path, addressee="株式会社テスト")
    text = pdf(house, path)
    for part in (
        *("領収書", "適格請求書", "株式会社テスト様", "¥5,000-", "但しAIと映画制作の未来チケット代として"),
        *("領収書番号1-00001", "発行日2025年10月26日", "お支払日2025年10月26日", "10%対象5,000円454円"),
        *("株式会社パシフィックボイス", f"登録番号{NUMBER}", house.order_view(path).code),
    ):
        assert part in text
    assert "再発行" not in text


def test_a_seller_without_a_number_says_nothing_of_one(house: House) -> None:
    path = house.buy(day=1)
    issue(house, path)
    text = pdf(house, path)
    assert "領収書" in text
    assert "適格" not in text
    assert "登録番号" not in text


def test_a_repeat_is_marked_and_keeps_number_and_name(house: House) -> None:
    path = house.buy(day=1)
    issue(house, path, addressee="")
    issue(house, path, addressee="somebody else")
    assert house.client.head(f"{path}/receipt.pdf").status_code == 200
    first, second = pdf(house, path), pdf(house, path)
    assert ("再発行" in first, "再発行" in second) == (False, True)
    for text in (first, second):
        assert "1-00001" in text
        assert "山田花子様" in text


def test_an_english_reader_gets_the_words_of_the_law_and_their_own(house: House) -> None:
    registered(house)
    path = house.buy(client=reader(house, "en"), day=1, name="Hanako Yamada")
    issue(house, path)
    text = pdf(house, path)
    for part in ("領収書", "Receipt", "Registrationno.", "登録番号", "HanakoYamada様", "26October2025"):
        assert part in text


@pytest.mark.parametrize(
    "name",
    ["髙﨑 𠮷田 邉󠄀 鷗 ①㈱ 〆", "新宿区立" * 25, "W" * 100, "Σωκράτης & Дмитрий", "a" * 33 + " 様"],
)
def test_hard_names_stay_on_the_page_with_all_fonts_embedded(house: House, name: str, tmp_path: Path) -> None:
    path = house.buy(day=1)
    issue(house, path, addressee=name)
    written = house.client.get(f"{path}/receipt.pdf").data
    assert "…" not in words(written)
    (tmp_path / "receipt.pdf").write_bytes(written)
    fonts = subprocess.run(["pdffonts", tmp_path / "receipt.pdf"], check=True, capture_output=True, text=True).stdout
    rows = [line.split() for line in fonts.splitlines()[2:]]
    assert rows
    assert all(row[-5:-2] == ["yes", "yes", "yes"] for row in rows)


@pytest.mark.parametrize(("typed", "status"), [("x" * 101, 400), ("a\x00b", 400), ("a\u202eb", 400)])
def test_a_name_that_cannot_be_printed_is_told_and_kept(house: House, typed: str, status: int) -> None:
    path = house.buy(day=1)
    answer = house.client.post(f"{path}/receipt?lang=en", data={"addressee": typed})
    assert (answer.status_code, "Nothing was issued" in answer.text) == (status, True)
    with house.app.app_context(), reading() as session:
        assert session.scalars(select(Receipt)).all() == []


def test_an_unpaid_order_is_refused(house: House) -> None:
    path = house.path(house.order(day=1).location.rpartition("/")[2])
    for answer in (
        house.client.get(f"{path}/receipt?lang=en"),
        house.client.post(f"{path}/receipt?lang=en"),
        house.client.get(f"{path}/receipt.pdf?lang=en"),
    ):
        assert answer.status_code == 409
        assert "not paid" in answer.text
    assert "/receipt" not in house.client.get(path).text


def test_a_wrong_secret_finds_nothing(house: House) -> None:
    path = house.buy(day=1)
    issue(house, path)
    wrong = path[:-3] + "abc"
    for address in (f"{wrong}/receipt", f"{wrong}/receipt.pdf", f"{wrong}/return/1.pdf", f"{path}/return/1.pdf"):
        assert house.client.get(address).status_code == 404
    assert house.client.post(f"{wrong}/receipt").status_code == 404


def test_a_refund_makes_a_return_invoice(house: House) -> None:
    registered(house)
    path = house.buy(day=2)
    issue(house, path)
    refunded(house, path, 1400, 1, kept=600)
    assert f'href="{path}/return/1.pdf"' in house.client.get(f"{path}/receipt").text
    text = pdf(house, path, "return/1.pdf")
    for part in ("返還インボイス", "適格返還請求書", NUMBER, "¥1,400-", "1,400円127円", "1-00002", "1-00001", "−¥600"):
        assert part in text
    assert "再発行" in pdf(house, path, "return/1.pdf")
    assert "一部払い戻しあり" in pdf(house, path)
    assert "¥4,000-" in pdf(house, path)


def test_with_a_promo_code_both_papers_carry_what_was_paid(house: House) -> None:
    registered(house)
    promo_codes.make(house, "EARLY", percent=33)
    path = house.buy(day=2, code="EARLY")
    issue(house, path)
    refund(house, path, 1)
    receipt, back = pdf(house, path), pdf(house, path, "return/1.pdf")
    assert [part in receipt for part in ("¥2,680-", "2,680円243円")] == [True, True]
    assert [part in back for part in ("¥1,340-", "1,340円121円")] == [True, True]


def test_a_seller_without_a_number_states_what_went_back(house: House) -> None:
    path = house.buy(day=1)
    refunded(house, path, 2000, 1)
    text = pdf(house, path, "return/1.pdf")
    assert "返金明細書" in text
    assert "インボイス" not in text


def test_when_all_tickets_went_back_only_what_was_issued_can_be_had(house: House) -> None:
    with_receipt, without = house.buy(day=1), house.buy(day=1)
    issue(house, with_receipt)
    for path in (with_receipt, without):
        refunded(house, path, 2000, 1)
    assert "払い戻し済み" in pdf(house, with_receipt)
    assert house.client.post(f"{without}/receipt").status_code == 409
    assert house.client.get(f"{without}/receipt.pdf").status_code == 409
    assert "cannot be issued any more" in house.client.get(f"{without}/receipt?lang=en").text
    assert "¥2,000-" in pdf(house, without, "return/1.pdf")


def test_money_on_its_way_has_no_return_invoice_yet(house: House) -> None:
    path = house.buy(day=2)
    refunded(house, path, 2000, 1, state="pending")
    assert house.client.get(f"{path}/return/1.pdf").status_code == 404


def test_money_that_paid_for_nothing_returns_no_sale(house: House) -> None:
    path = house.buy(day=2)
    refunded(house, path, 4000)
    with house.app.app_context(), writing() as session:
        session.execute(update(Payment).values(flag="paid_twice"))
    assert house.client.get(f"{path}/return/1.pdf").status_code == 404


def test_a_refund_that_failed_after_all_keeps_its_number_as_void(house: House) -> None:
    path = house.buy(day=2)
    first = refunded(house, path, 2000, 1)
    assert "無効" not in pdf(house, path, "return/1.pdf")
    with house.app.app_context(), writing() as session:
        session.execute(update(Refund).where(Refund.id == first).values(state="failed"))
    assert "無効" in pdf(house, path, "return/1.pdf")


def test_a_rehearsal_prints_no_real_receipt(house: House) -> None:
    house.publish(starts_at=house.clock.now())
    path = house.buy(day=1)
    issue(house, path)
    assert "REHEARSAL:notarealdocument" in pdf(house, path)
