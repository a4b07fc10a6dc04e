"""A story in which every letter to guests is written, by what buyers, banks and the office do; some to staff too."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

from flask.testing import FlaskClient
from pyotp import TOTP

from back_office import fail_refund
from changes import holder_path, text_of
from factories import SEED, SLUG, House
from ticketing.api import hooks
from ticketing.api.hooks import Wish
from ticketing.core.clock import SetClock
from ticketing.core.db import reading, writing
from ticketing.mail.models import Letter
from ticketing.mail.transports import Never
from ticketing.messages.models import Message
from ticketing.office.publish import publish, tell
from ticketing.payments.calling_off import call_off
from ticketing.payments.outcome import StripeDispute
from ticketing.staff.models import Grant, Person

BEGIN = datetime(2025, 10, 18, 3, 0, tzinfo=UTC)
"""A week before the event, while tickets may still be changed and given back for a fee."""

FULL = ("capacity = 300", "capacity = 9")


@dataclass
class Story:
    """What happens, in one language, to people of these names."""

    house: House
    lang: str
    buyer: str = "山田 花子"
    friend: str = "佐藤 葵"
    domain: str = "example.com"
    office: FlaskClient = field(init=False)

    def __post_init__(self) -> None:
        house = self.house
        house.clock = house.app.extensions["ticketing.clock"] = SetClock(BEGIN)
        house.gateway.now = house.clock.now
        house.app.config["WTF_CSRF_ENABLED"] = False
        self.office = house.staff()
        self.office.set_cookie("lang", self.lang)

    def tell(self) -> dict[str, EmailMessage]:
        """Let everything happen; the last letter of each kind."""
        self.bought_and_changed()
        self.paid_at_a_store()
        self.desk()
        self.guests()
        self.money_back()
        self.a_bank_asks()
        self.waiting()
        self.people()
        self.programs()
        self.message()
        self.event()
        return self.sent()

    def sent(self) -> dict[str, EmailMessage]:
        """What was sent so far, by kind."""
        with self.house.app.app_context(), reading() as session:
            kinds = {one.id: one.kind for one in session.query(Letter)}
        return {kinds[str(one["Message-ID"])[1:].partition("@")[0]]: one for one in self.house.transport.letters}

    def visitor(self) -> FlaskClient:
        client = self.house.client
        client.set_cookie("lang", self.lang)
        return client

    def order(self, email: str, **form: object) -> str:
        """An order that is not paid yet; its session."""
        fields = {"name": self.buyer, "email": f"{email}@{self.domain}", **form}
        return self.house.order(self.visitor(), **fields).location.rpartition("/")[2]

    def buy(self, email: str, **form: object) -> str:
        session_id = self.order(email, **form)
        self.house.gateway.pay(session_id)
        self.house.hook(session_id)
        self.house.work()
        return self.house.path(session_id)

    def post(self, path: str, client: FlaskClient | None = None, **form: object) -> None:
        answer = (client or self.visitor()).post(path, data=form)
        assert answer.status_code == 303, (path, answer.status_code, answer.text)
        self.house.work()

    def pass_on(self, path: str, number: int = 1, issue: int = 1) -> str:
        """The buyer passes a ticket on; the page of who has it now."""
        person = {"name": self.friend, "email": f"aoi@{self.domain}", "language": self.lang}
        self.post(f"{path}/t/{number}/transfer", **person, confirm="yes", issue=issue)
        return holder_path(self.house, path, number)

    def bought_and_changed(self) -> None:
        """Paid, renamed, passed on and back by both; another address; a lost link."""
        path = self.buy("hanako", day=2, conference=1)
        self.post(f"{path}/t/1/name", name=self.friend)
        self.post(f"{self.pass_on(path, issue=1)}/back")
        self.house.transport.answer = Never
        self.pass_on(path, issue=3)
        self.house.transport.answer = None
        self.post(f"{path}/t/1/back")
        self.post(f"{path}/address", email=f"else@{self.domain}")
        confirm = re.search(r"http://localhost(/address/\S+/confirm/\S+)", text_of(self.sent()["address.confirm"]))
        assert confirm
        self.post(confirm[1])
        self.post("/find", email=f"else@{self.domain}")

    def paid_at_a_store(self) -> None:
        """A voucher, which runs out."""
        session_id = self.order("conbini", day=1)
        self.house.gateway.issue_voucher(session_id, self.house.clock.now() + timedelta(days=2))
        self.house.hook(session_id)
        self.house.work()
        self.house.gateway.end_voucher(session_id)
        self.house.hook(session_id, "checkout.session.async_payment_failed")
        self.house.work()

    def desk(self) -> None:
        """The office puts an address right, and makes new codes, for the buyer and for a holder."""
        path = self.buy("typo", day=2)
        here = f"/office/orders/{path.split('/')[2]}"
        mark = re.search(r'name="mark" value="(\w+)"', self.page(f"{here}/correct"))
        assert mark
        self.post(f"{here}/correct", self.office, mark=mark[1], name=self.buyer, email=f"right@{self.domain}")
        self.pass_on(path, number=2)
        self.post(f"{here}/reissue", self.office, ticket=["1.1", "2.2"], confirm="yes")

    def guests(self) -> None:
        """Somebody is given a ticket, which is taken back."""
        guest = {"name": self.friend, "email": f"guest@{self.domain}", "event": SLUG, "language": self.lang}
        self.post("/office/guests", self.office, confirm="yes", **guest)
        here = re.search(r'href="(/office/orders/\w{7})"', self.page("/office/guests").partition('id="given"')[2])
        assert here
        form = {"what": "all", "confirm": "yes", "form_key": "a form", "expected": "0"}
        self.post(f"{here[1]}/refund", self.office, **form)

    def money_back(self) -> None:
        """Tickets go back; the bank does not take the money; it is paid another way."""
        path = self.buy("back", day=1)
        self.give_back(path)
        fail_refund(self.house)
        code = path.split("/")[2]
        note = re.search(r'action="(/office/orders/\w+/refunds/[^"]+/outside)"', self.page(f"/office/orders/{code}"))
        assert note
        self.post(note[1], self.office, how="銀行振込 2025-10-20")

    def page(self, path: str) -> str:
        return self.office.get(path).text

    def give_back(self, path: str) -> None:
        amount = re.search(r'name="amount" value="(\d+)"', self.house.client.get(f"{path}/refund?ticket=1").text)
        assert amount
        self.post(f"{path}/refund", ticket="1", amount=amount[1])

    def a_bank_asks(self) -> None:
        """A ticket that was passed on rests, works again, and is lost in the end."""
        path = self.buy("disputed", day=1)
        self.pass_on(path)
        intent, now = list(self.house.gateway.sessions.values())[-1].payment_intent, self.house.clock.now()
        assert intent
        for number, status in enumerate(("needs_response", "won", "needs_response", "lost")):
            name = f"dp_{number // 2}"
            self.house.gateway.made_disputes[name] = StripeDispute(
                name, status, "fraudulent", 2000, "jpy", intent, now, now
            )
            self.house.hook(name, "charge.dispute.updated")
            self.house.work()

    def waiting(self) -> None:
        """Sold out; three join; a place becomes free, is offered to one and then to the next."""
        self.buy("guest", day=2, conference=1)
        path = self.buy("full", conference=1)
        self.publish(FULL)
        for email in ("first", "second", "third"):
            form = {"tier": "EVENT-ONLY", "quantity": "1", "email": f"{email}@{self.domain}"}
            self.post(f"/e/{SLUG}/waiting", **form)
            self.house.clock.advance(timedelta(seconds=1))
        self.give_back(path)
        self.house.clock.advance(timedelta(hours=13))
        self.house.work()

    def publish(self, *other: tuple[str, str]) -> None:
        text = SEED.read_text(encoding="utf-8")
        for before, after in other:
            assert before in text
            text = text.replace(before, after)
        with self.house.app.app_context(), writing() as session:
            catalog = publish(session, text, None, self.house.clock.now(), "cli")
        with self.house.app.app_context():
            list(tell(catalog, self.house.clock.now(), "cli", 200))
        self.house.work()

    def people(self) -> None:
        """Somebody is invited, gets another role and leaves; the owner takes another password, forgets it, and
        sets up a second factor."""
        self.post("/office/people/invitations", self.office, event=SLUG, email="new@example.com", role="door")
        self.house.staff("door", "door@example.com")
        with self.house.app.app_context(), writing() as session:
            session.query(Person).update({"language": self.lang})
            grant = session.query(Grant).join(Person).filter(Person.email == "door@example.com").one().id
        self.post(f"/office/people/{grant}/role", self.office, event=SLUG, role="boxoffice")
        self.post(f"/office/people/{grant}/remove", self.office, event=SLUG, confirm="yes")
        new = {"present": "correct horse battery", "password": "another long battery"}
        self.post("/staff/account/password", self.office, **new)
        self.post("/staff/forgotten", email="owner@example.com")
        account = "/staff/account/second-factor"
        self.post(f"{account}/begin", self.office, **{"factor-password": new["password"]})
        secret = re.search(r'class="secret">([A-Z2-7 ]+)<', self.page(account))
        assert secret
        code = TOTP(secret[1].replace(" ", "")).at(self.house.clock.now())
        assert self.office.post(account, data={"code": code}).status_code == 200
        self.house.work()

    def programs(self) -> None:
        """A webhook says that it is gone."""
        wish = Wish("会計", "https://example.com/hook", ("order.paid",))
        with self.house.app.app_context(), writing() as session:
            event_id, owner = self.house.catalog().id, session.query(Person).filter_by(email="owner@example.com").one()
            hook = hooks.make(session, event_id, owner.id, wish, self.house.clock.now())
            hooks.switch_off(session, hook, hooks.GONE, self.house.clock.now(), "system")
        self.house.work()

    def message(self) -> None:
        """The office tries a message on itself and writes to everybody."""
        text = {"ja": "開場は午前10時です。\n上着をお持ちください。", "en": "Doors open at ten.\nBring a coat."}
        form = {f"body-{lang}": body for lang, body in text.items()} | {"subject-ja": "開場時刻", "subject-en": "Doors"}
        self.post("/office/messages", self.office, event=SLUG, **form)
        with self.house.app.app_context(), reading() as session:
            here = f"/office/messages/{session.query(Message).one().id}"
        self.post(f"{here}/try", self.office)
        self.post(f"{here}/send", self.office, version=1, **{"no-ad": "yes"})

    def event(self) -> None:
        """It moves, comes near, and is called off."""
        self.publish(
            FULL,
            ("starts_at = 2025-10-26T10:00:00+09:00", "starts_at = 2025-10-26T10:30:00+09:00"),
            ('name = { ja = "the AIR", en = "the AIR" }', 'name = { ja = "ホールB", en = "Hall B" }'),
        )
        self.house.clock.advance(BEGIN + timedelta(days=7) - self.house.clock.now())
        self.house.work()
        with self.house.app.app_context(), writing() as session:
            call_off(session, self.house.catalog().id, "cli", self.house.clock.now())
        self.house.work()
