"""The office's page of guests, for tests: a list that is looked at, then given."""

from __future__ import annotations

import html
import re
from typing import Any

from werkzeug.test import TestResponse

from back_office import Office
from factories import SLUG, House
from ticketing.core.db import reading
from ticketing.orders.models import Order


def give(office: Office, **form: Any) -> TestResponse:
    return office.post("/guests", event=SLUG, tier="1-DAY", **form)


def confirm(office: Office, page: TestResponse) -> TestResponse:
    """Press the button under the list."""
    asked = re.search(r'<section class="summary-box confirm.*?</section>', page.text, re.S)
    assert asked, page.text
    form = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', asked[0]))
    listed = re.search(r'<textarea name="list"[^>]*>\n(.*?)</textarea>', asked[0], re.S)
    assert listed
    return office.client.post("/office/guests?lang=en", data={**form, "list": html.unescape(listed[1])})


def orders(house: House) -> list[Order]:
    with house.app.app_context(), reading() as session:
        return session.query(Order).order_by(Order.created_at, Order.buyer_name).all()
