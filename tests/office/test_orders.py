"""Orders in the office: finding them, giving money back, and what each role may do."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from pypdf import PdfReader
from werkzeug.test import TestResponse

from factories import SLUG, House
from ticketing.core.audit import AuditEntry
from ticketing.core.db import reading
from ticketing.mail.models import Letter
from ticketing.mail.transports import Never
from ticketing.payments.models import Refund
from ticketing.payments.outcome import StripeDispute, StripeRefund
from ticketing.reports.doctor import examine


class Office:
    """A browser of somebody in the office."""

    def __init__(self, house: House, role: str = "owner") -> None:
        self.house = house
        self.client: FlaskClient = house.staff(role, f"{role}@example.com")

    def get(self, path: str) -> TestResponse:
        return self.client.get(f"/office{path}{'&' if '?' in path else '?'}lang=en")

    def post(self, path: str, **form: Any) -> TestResponse:
        token = re.search(r'name="csrf_token" value="([^"]+)"', self.client.get("/office/orders").text)
        assert token
        return self.client.post(f"/office{path}?lang=en", data={"csrf_token": token[1], **form})

    def confirm(self, page: TestResponse, path: str) -> TestResponse:
        """Press the button under what is about to happen."""
        asked = re.search(r'<section class="summary-box confirm".*?</section>', page.text, re.S)
        assert asked, page.text
        fields = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', asked[0])
        form: dict[str, list[str]] = {}
        for name, value in fields:
            form.setdefault(name, []).append(value)
        return self.client.post(f"/office{path}?lang=en", data=form)


def code_of(path: str) -> str:
    return path.split("/")[2]


def refunds(house: House) -> list[tuple[int, str, str]]:
    with house.app.app_context(), reading() as session:
        rows = session.query(Refund).order_by(Refund.requested_at, Refund.id)
        return [(row.amount_minor, row.state, row.reason) for row in rows]


def findings(house: House) -> list[str]:
    with house.app.app_context(), reading() as session:
        return [finding.code for finding in examine(session)]


def fail_refund(house: House, stripe_id: str = "re_1") -> None:
    """The bank sends a refund back after it had succeeded."""
    made = house.gateway.made_refunds[stripe_id]
    facts = {**made.__dict__, "status": "failed", "failure_reason": "lost_or_stolen_card"}
    house.gateway.made_refunds[stripe_id] = StripeRefund(**facts)
    house.hook(stripe_id, "refund.failed")
    house.work()


def dispute(house: House, status: str = "needs_response") -> None:
    """The cardholder asks the bank for the money back."""
    (session_id,) = house.gateway.sessions
    intent, now = house.gateway.sessions[session_id].payment_intent, house.clock.now()
    found = StripeDispute("du_1", status, "fraudulent", 2000, "jpy", intent, now + timedelta(days=7), now)
    house.gateway.made_disputes["du_1"] = found
    house.hook("du_1", "charge.dispute.updated")
    house.work()


def test_an_order_is_found_by_code_address_and_name(house: House) -> None:
    code = code_of(house.buy(day=1, name="山田 花子", email="hanako@example.com", **{"attendee-1": "John Smith"}))
    other = code_of(house.buy(day=1, name="佐藤 次郎", email="jiro@example.com"))
    office = Office(house)
    everything = office.get("/orders").text
    assert code in everything
    assert other in everything
    for asked in ("HANAKO@", "山田花子", "山田　花", "smith"):
        text = office.get(f"/orders?q={asked}").text
        assert (code in text, other in text) == (True, False), asked
    assert office.get(f"/orders?q={code[:3].lower()} {code[3:]}").location == f"/office/orders/{code}"
    for nothing in ("nobody", "100%", "_", "\\"):
        assert "No order matches this" in office.get(f"/orders?q={nothing}").text


def test_fifty_orders_fill_a_page(house: House) -> None:
    for _ in range(51):
        house.order(day=1)
        house.clock.advance(timedelta(seconds=1))
    office = Office(house)
    first, second = office.get("/orders").text, office.get("/orders?page=2").text
    count = [len(set(re.findall(r'href="/office/orders/(\w{7})"', text))) for text in (first, second)]
    assert count == [50, 1]
    assert "Page 2 of 2" in office.get("/orders?page=99").text


def test_chosen_tickets_go_back_after_a_look_at_what_happens(house: House) -> None:
    path = house.buy(day=2, conference=1)
    code, office = code_of(path), Office(house)
    asked = office.post(f"/orders/{code.lower()}/refund", what="tickets", ticket=["1", "3"])
    assert "¥3,000 goes back" in asked.text
    assert "Ticket 3 (" in asked.text
    assert "After that ¥2,000 of the payment is left" in asked.text
    assert refunds(house) == []
    done = office.confirm(asked, f"/orders/{code}/refund")
    assert (done.status_code, done.location) == (303, f"/office/orders/{code}?done=refund#refunds")
    assert refunds(house) == [(3000, "requested", "organizer")]
    house.work()
    assert house.status(path)["state"] == "partially_refunded"
    assert [ticket["state"] for ticket in house.status(path)["tickets"]] == ["revoked", "valid", "revoked"]
    assert "asked for, not yet at Stripe" not in office.get(f"/orders/{code}").text
    assert findings(house) == []


def test_a_confirmation_sent_twice_refunds_once(house: House) -> None:
    code, office = code_of(house.buy(day=1)), Office(house)
    asked = office.post(f"/orders/{code}/refund", what="amount", amount="５００円")
    assert "All tickets stay as they are" in asked.text
    assert [office.confirm(asked, f"/orders/{code}/refund").status_code for _ in range(2)] == [303, 303]
    assert refunds(house) == [(500, "requested", "organizer")]


def test_tickets_give_back_no_more_than_is_left(house: House) -> None:
    path = house.buy(day=2)
    code, office = code_of(path), Office(house)
    for _ in range(2):
        office.confirm(office.post(f"/orders/{code}/refund", what="amount", amount="1,500"), f"/orders/{code}/refund")
    asked = office.post(f"/orders/{code}/refund", what="all")
    assert "The tickets cost ¥4,000, but of the payment no more than ¥1,000 is left" in asked.text
    office.confirm(asked, f"/orders/{code}/refund")
    house.work()
    assert house.status(path)["state"] == "refunded"
    assert sorted(amount for amount, *_ in refunds(house)) == [1000, 1500, 1500]
    assert findings(house) == []


def test_what_changed_meanwhile_is_shown_before_it_is_done(house: House) -> None:
    code, office = code_of(house.buy(day=1)), Office(house)
    asked = office.post(f"/orders/{code}/refund", what="all")
    office.confirm(office.post(f"/orders/{code}/refund", what="amount", amount="700"), f"/orders/{code}/refund")
    again = office.confirm(asked, f"/orders/{code}/refund")
    assert again.status_code == 409
    assert "Something has changed since you looked" in again.text
    assert "¥1,300 goes back" in again.text
    assert office.confirm(again, f"/orders/{code}/refund").status_code == 303
    assert sorted(amount for amount, *_ in refunds(house)) == [700, 1300]


@pytest.mark.parametrize(
    ("form", "status", "says"),
    [
        ({"what": "amount", "amount": "9,999"}, 409, "more than is left"),
        ({"what": "amount", "amount": "a lot"}, 400, "whole number above zero"),
        ({"what": "amount", "amount": "-5"}, 400, "whole number above zero"),
        ({"what": "tickets"}, 400, "Choose at least one ticket"),
        ({"what": "tickets", "ticket": "7"}, 409, "not valid any more"),
        ({"what": "tickets", "ticket": "x"}, 409, "not valid any more"),
    ],
)
def test_a_refusal_is_a_sentence_and_nothing_typed_is_lost(
    house: House, form: dict[str, str], status: int, says: str
) -> None:
    code, office = code_of(house.buy(day=1)), Office(house)
    answer = office.post(f"/orders/{code}/refund", **form)
    assert answer.status_code == status
    assert says in answer.text
    assert f'value="{form.get("amount", "")}"' in answer.text
    assert re.search(rf'value="{form["what"]}" checked', answer.text)
    assert refunds(house) == []


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


def test_the_order_shows_what_happened_and_who_did_it(house: House) -> None:
    path = house.buy(day=1)
    house.tablet().scan(house.codes(path)[0])
    code, office = code_of(path), Office(house)
    office.confirm(office.post(f"/orders/{code}/refund", what="amount", amount="100"), f"/orders/{code}/refund")
    house.work()
    history = office.get(f"/orders/{code}").text.partition('id="history"')[2]
    for said in (
        "Ordered: 1 tickets",
        "Paid ¥2,000",
        "Ticket 1 came in",
        "Refund of ¥100 asked for",
        "owner@example.com",
    ):
        assert said in history, said
    for lang in ("ja", "en"):
        assert f'<html lang="{lang}"' in office.client.get(f"/office/orders/{code}?lang={lang}").text


def test_an_order_that_does_not_exist_is_told(house: House) -> None:
    answer = Office(house).get("/orders/NOTHING")
    assert (answer.status_code, "There is no order NOTHING" in answer.text) == (404, True)


ROUTES: dict[str, tuple[Callable[[Office, dict[str, str]], TestResponse], set[str]]] = {
    "find": (lambda o, _: o.client.get("/office/orders"), {"owner", "manager", "viewer"}),
    "look": (lambda o, ids: o.client.get(f"/office/orders/{ids['code']}"), {"owner", "manager", "viewer"}),
    "evidence": (lambda o, ids: o.client.get(f"/office/orders/{ids['code']}/evidence.zip"), {"owner", "manager"}),
    "refund": (lambda o, ids: o.client.post(f"/office/orders/{ids['code']}/refund"), {"owner", "manager"}),
    "cancel": (lambda o, ids: o.client.post(f"/office/orders/{ids['code']}/cancel"), {"owner", "manager"}),
    "again": (
        lambda o, ids: o.client.post(f"/office/orders/{ids['code']}/refunds/{ids['refund']}/again"),
        {"owner", "manager"},
    ),
    "letter": (
        lambda o, ids: o.client.post(f"/office/orders/{ids['code']}/letters/{ids['letter']}/again"),
        {"owner", "manager"},
    ),
    "event": (lambda o, _: o.client.get(f"/office/event/cancel?event={SLUG}"), {"owner"}),
    "progress": (lambda o, _: o.client.get(f"/office/event/cancel.json?event={SLUG}"), {"owner"}),
    "call off": (lambda o, _: o.client.post("/office/event/cancel", data={"event": SLUG, "slug": SLUG}), {"owner"}),
}


@pytest.mark.parametrize("route", ROUTES)
def test_each_role_gets_what_the_table_gives_it(house: House, route: str) -> None:
    house.app.config["WTF_CSRF_ENABLED"] = False
    code = code_of(house.buy(day=1))
    with house.app.app_context(), reading() as session:
        ids = {"code": code, "refund": "none", "letter": session.query(Letter).one().id}
    ask, may = ROUTES[route]
    nobody = Office.__new__(Office)
    nobody.client = house.client
    assert ask(nobody, ids).location.startswith("/staff/login")
    for role in ("owner", "manager", "viewer", "boxoffice", "door"):
        status = ask(Office(house, role), ids).status_code
        assert (status != 403) == (role in may), (role, status)


def test_a_viewer_sees_no_button(house: House) -> None:
    code = code_of(house.buy(day=1))
    text = Office(house, "viewer").get(f"/orders/{code}").text
    assert f'action="/office/orders/{code}' not in text
    assert "evidence.zip" not in text


def test_a_form_of_another_site_changes_nothing(house: House) -> None:
    code = code_of(house.buy(day=1))
    form = {"what": "all", "confirm": "yes", "form_key": "x", "expected": "2000"}
    assert Office(house).client.post(f"/office/orders/{code}/refund", data=form).status_code == 400
    assert refunds(house) == []
