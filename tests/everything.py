"""A house with something behind every address of the office, for tests that go to all of them."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

import promo_codes
from back_office import code_of
from factories import SLUG, House
from ticketing.api import hooks
from ticketing.core.db import reading, writing
from ticketing.events import drafts
from ticketing.events.catalog import Catalog
from ticketing.inventory import allotments
from ticketing.messages import writing as messages
from ticketing.messages.audience import Audience
from ticketing.payments.cash_shifts import Drawer, open_shift
from ticketing.staff import accounts
from ticketing.staff.models import Device, Grant
from ticketing.waiting.models import WaitingEntry


def ids_of_everything(house: House) -> dict[str, str]:
    """Make one of each at the first event: an order, a tablet, a draft, …; what fills the addresses, secrets apart."""
    code = code_of(house.buy(day=1))
    house.tablet()
    now, catalog = house.clock.now(), house.catalog()
    ids = {"slug": SLUG, "code": code, "order_code": code, "kind": "order", "lang": "en", "name": "about"}
    with house.app.app_context(), writing() as session:
        somebody = accounts.add(session, "somebody@example.com", "viewer", "correct horse battery", now)
        ids["entry_id"] = _who_left(session, catalog, now)
        ids["allotment_id"] = str(uuid.uuid4())
        aside = allotments.Aside("Press", catalog.tiers[0], 1)
        allotments.set_aside(session, catalog, aside, ids["allotment_id"], "cli", now)
        ids["draft_id"] = drafts.open_for(session, catalog, now, "cli")
        text = messages.Text({"en": "News"}, {"en": "Doors open at ten."})
        ids["message_id"] = messages.begin(session, catalog.id, text, Audience(), "cli", now)
    with house.app.app_context(), writing() as session:
        wish = hooks.Wish("accounts", "https://example.com/", ("order.paid",))
        ids["hook_id"] = hooks.make(session, catalog.id, somebody, wish, now).id
        ids["shift_id"] = open_shift(session, Drawer(catalog.id, somebody, "Till 1", "jpy", {}), "cli", now).id
    with house.app.app_context(), reading() as session:
        ids["device_id"] = session.query(Device).one().id
        ids["grant_id"] = str(session.query(Grant).filter_by(person_id=somebody).one().id)
    return {**ids, "promo_id": promo_codes.make(house, "EARLY", percent=10), "secret": "a" * 26}


def _who_left(session: Session, catalog: Catalog, now: object) -> str:
    """Somebody who is not on the waiting list any more."""
    entry = WaitingEntry(id=str(uuid.uuid4()), event_id=catalog.id, tier_id=catalog.tiers[0].id, quantity=1)
    entry.together, entry.email, entry.language = False, "waits@example.com", "en"
    entry.state, entry.stocks, entry.joined_at = "left", [], now
    session.add(entry)
    return entry.id
