"""Orders in the office when something ended or failed: unpaid ones, refunds, letters, disputes, evidence."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile

from pypdf import PdfReader

from back_office import Office, code_of, dispute, fail_refund, findings, refunds
from factories import House
from ticketing.core.audit import AuditEntry
from ticketing.core.db import reading
from ticketing.mail.transports import Never
from ticketing.orders.models import Receipt


def test_an_unpaid_order_is_canceled_at_stripe_first(house: House) -> None:
    session_id = house.order(day=2).location.rpartition("/")[2]
    path = house.path(session_id)
    code, office = code_of(path), Office(house)
    asked = office.post(f"/orders/{code}/cancel")
    assert "nobody can pay for this order any more" in asked.text
    assert house.status(path)["state"] == "pending"
    assert office.confirm(asked, f"/orders/{code}/cancel").status_code == 303
    assert house.status(path)["state"] == "canceled"
    assert house.gateway.sessions[session_id].status == "expired"
    late = office.post(f"/orders/{code}/cancel", confirm="yes")
    assert (late.status_code, "ended already" in late.text) == (409, True)
    assert findings(house) == []


def test_an_order_stays_while_stripe_cannot_be_asked(house: House) -> None:
    path = house.path(house.order(day=2).location.rpartition("/")[2])
    code, office = code_of(path), Office(house)
    house.gateway.down = True
    answer = office.post(f"/orders/{code}/cancel", confirm="yes")
    assert (answer.status_code, "Stripe does not answer" in answer.text) == (503, True)
    assert house.status(path)["state"] == "pending"


def test_who_pays_while_it_is_canceled_keeps_the_tickets(house: House) -> None:
    session_id = house.order(day=1).location.rpartition("/")[2]
    path = house.path(session_id)
    house.gateway.pay(session_id)
    answer = Office(house).post(f"/orders/{code_of(path)}/cancel", confirm="yes")
    assert (answer.status_code, "paid in this very moment" in answer.text) == (409, True)
    assert house.status(path)["state"] == "paid"


def test_a_failed_refund_is_told_and_asked_for_again_once(house: House) -> None:
    code, office = code_of(house.buy(day=1)), Office(house)
    office.confirm(office.post(f"/orders/{code}/refund", what="all"), f"/orders/{code}/refund")
    house.work()
    assert findings(house) == []
    fail_refund(house)
    assert findings(house) == ["refund_failed"]
    assert f"Order {code}: the refund of ¥2,000 failed" in office.get("").text
    text = office.get(f"/orders/{code}").text
    assert "failed: the buyer has no money back" in text
    again = re.search(r'action="/office(/orders/\w+/refunds/[^"]+/again)"', text)
    assert again
    assert office.post(again[1]).status_code == 303
    assert office.post(again[1]).status_code == 409
    house.work()
    assert sorted(refunds(house)) == [(2000, "failed", "organizer"), (2000, "succeeded", "organizer")]
    assert findings(house) == []
    assert "Asked for again: see the later refund" in office.get(f"/orders/{code}").text


def test_a_failed_letter_is_sent_again(house: House) -> None:
    house.transport.answer = Never
    code, office = code_of(house.buy(day=1)), Office(house)
    house.transport.answer = None
    text = office.get(f"/orders/{code}").text
    assert "refused by the test" in text
    again = re.search(r'action="/office(/orders/\w+/letters/[^"]+/again)"', text)
    assert again
    assert office.post(again[1]).status_code == 303
    house.work()
    assert len(house.transport.letters) == 1
    assert office.post(again[1]).status_code == 409
    assert "Letter sent again" in office.get(f"/orders/{code}").text


def test_a_dispute_shows_where_it_must_be_acted_on(house: House) -> None:
    path = house.buy(day=1)
    code, office = code_of(path), Office(house)
    dispute(house)
    assert findings(house) == ["dispute_open"]
    assert "Answer until Sun 2 Nov 2025 09:40" in office.get("").text
    text = office.get(f"/orders/{code}").text
    assert "the bank waits for your answer" in text
    assert "the cardholder did not buy this" in text
    answer = office.post(f"/orders/{code}/refund", what="all")
    assert (answer.status_code, "until the dispute is decided" in answer.text) == (409, True)
    dispute(house, "under_review")
    assert "is disputed" not in office.get("").text
    assert findings(house) == ["dispute_open"]
    dispute(house, "lost")
    assert findings(house) == []


def test_the_evidence_has_everything_but_secrets(house: House) -> None:
    path = house.buy(day=2, name="=1+1", **{"attendee-2": "佐藤 次郎"})
    code, secret = path.split("/")[2:]
    ticket_codes = house.codes(path)
    house.tablet(name="=A-1").scan(ticket_codes[0])
    dispute(house)
    answer = Office(house).get(f"/orders/{code}/evidence.zip")
    assert answer.mimetype == "application/zip"
    assert f"evidence-{code}.zip" in answer.headers["Content-Disposition"]
    packed = zipfile.ZipFile(io.BytesIO(answer.data))
    files = {name: packed.read(name) for name in packed.namelist()}
    assert set(files) == {"order.json", "order.txt", "letters.csv", "scans.csv", "tickets.pdf"}
    facts = json.loads(files["order.json"])
    assert (facts["buyer"]["name"], facts["payments"][0]["session_id"]) == ("=1+1", "cs_test_1")
    (scan,) = csv.DictReader(io.StringIO(files["scans.csv"].decode("utf-8-sig")))
    assert (scan["ticket"], scan["gate"], scan["tablet"], scan["decision"]) == ("1", "A", "'=A-1", "admit")
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(files["tickets.pdf"])).pages]
    assert len(pages) == 2
    everything = "\n".join([*pages, *(files[name].decode() for name in files if not name.endswith(".pdf"))])
    for hidden in (secret, *ticket_codes, *(ticket[2:20] for ticket in ticket_codes)):
        assert hidden not in everything.replace(" ", "")
    with house.app.app_context(), reading() as session:
        assert session.query(AuditEntry).filter_by(action="order.evidence").count() == 1


def test_the_evidence_has_the_receipt_where_one_was_issued(house: House) -> None:
    path = house.buy(day=1)
    house.client.post(f"{path}/receipt", data={"addressee": "株式会社テスト"})
    answer = Office(house).get(f"/orders/{code_of(path)}/evidence.zip")
    receipt = zipfile.ZipFile(io.BytesIO(answer.data)).read("receipt.pdf")
    (page,) = PdfReader(io.BytesIO(receipt)).pages
    assert "再発行" in page.extract_text()
    with house.app.app_context(), reading() as session:
        assert session.query(Receipt).one().printed == 0
