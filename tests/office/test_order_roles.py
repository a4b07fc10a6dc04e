"""What each role may do with orders, and that no other site can borrow it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from werkzeug.test import TestResponse

from back_office import Office, code_of, refunds
from factories import SLUG, House
from ticketing.core.db import reading
from ticketing.mail.models import Letter

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
    "outside": (
        lambda o, ids: o.client.post(f"/office/orders/{ids['code']}/refunds/{ids['refund']}/outside"),
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
