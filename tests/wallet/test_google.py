"""Links into Google Wallet, read back with the public key and held to what Google publishes of its JWT."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jwt
import pytest

from factories import SEED, House
from ticketing.core.db import writing
from ticketing.tickets.issue import revoke
from wallets import Organizer

pytestmark = [
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
    pytest.mark.usefixtures("with_wallets"),
]
SAVE = "https://pay.google.com/gp/v/save/"
LONGEST = 1800
CLASS = {"id", "issuerName", "reviewStatus", "eventName", "venue", "dateTime", "hexBackgroundColor"}
OBJECT = {"id", "classId", "state", "barcode", "ticketHolderName", "ticketNumber", "ticketType"}


def link(house: House, path: str, lang: str = "ja") -> str:
    """Where the buyer is sent."""
    answer = house.client.get(f"{path}/t/1/google-wallet?lang={lang}")
    assert answer.status_code == 303
    assert answer.location.startswith(SAVE)
    return answer.location


def claims(house: House, path: str, organizer: Organizer, lang: str = "ja") -> dict[str, Any]:
    """What the token says, its signature checked."""
    token = link(house, path, lang).removeprefix(SAVE)
    assert jwt.get_unverified_header(token) == {"alg": "RS256", "typ": "JWT"}
    read: dict[str, Any] = jwt.decode(
        token,
        organizer.account_key.public_key(),
        algorithms=["RS256"],
        audience="google",
        options={"verify_iat": False},
    )
    return read


def test_the_token_has_the_form_that_google_publishes(house: House, organizer: Organizer) -> None:
    read = claims(house, house.buy(day=1), organizer)
    assert set(read) == {"iss", "aud", "typ", "iat", "payload"}
    assert (read["typ"], read["iat"]) == ("savetowallet", int(house.clock.now().timestamp()))
    assert read["iss"] == "tickets@house-of-the-tests-123456.iam.gserviceaccount.com"
    assert set(read["payload"]) == {"eventTicketClasses", "eventTicketObjects"}
    (event,), (ticket,) = read["payload"]["eventTicketClasses"], read["payload"]["eventTicketObjects"]
    assert {"id", "issuerName", "reviewStatus", "eventName"} <= set(event) <= CLASS
    assert {"id", "classId", "state"} <= set(ticket) <= OBJECT
    assert ticket["classId"] == event["id"]
    for one in (event, ticket):
        issuer, _, rest = one["id"].partition(".")
        assert issuer == "3388000000012345678"
        assert rest.replace("-", "").replace("_", "").isalnum()


def test_the_ticket_is_what_was_bought(house: House, organizer: Organizer) -> None:
    path = house.buy(day=1, name="𠮷田 花子")
    payload = claims(house, path, organizer)["payload"]
    (event,), (ticket,) = payload["eventTicketClasses"], payload["eventTicketObjects"]
    number = f"{path.split('/')[2]}-1"
    assert ticket["barcode"]["type"] == "QR_CODE"
    assert ticket["barcode"]["value"] == house.codes(path)[0]
    assert (ticket["state"], ticket["ticketHolderName"], ticket["ticketNumber"]) == ("ACTIVE", "𠮷田 花子", number)
    assert event["eventName"] == {"defaultValue": {"language": "ja", "value": "AIと映画制作の未来"}}
    assert event["venue"]["name"] == {"defaultValue": {"language": "ja", "value": "赤坂インターシティコンファレンス"}}
    assert claims(house, path, organizer, "en")["payload"]["eventTicketClasses"][0]["eventName"]["defaultValue"] == {
        "language": "en",
        "value": "The Future of Filmmaking with AI",
    }
    times = {"doorsOpen": "2025-10-26T09:30:00+09:00", "start": "2025-10-26T10:00:00+09:00"}
    assert times.items() <= event["dateTime"].items()


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_a_link_is_short_enough_for_every_browser(house: House, organizer: Organizer, lang: str) -> None:
    assert len(link(house, house.buy(day=1), lang)) <= LONGEST
    seed = SEED.read_text(encoding="utf-8").replace("東京都", "東京都の" + "とても長い住所" * 15)
    house.publish(seed.replace("赤坂インターシティコンファレンス", "赤坂インターシティ" * 9))
    path = house.buy(day=1, name="寿限無" * 30)
    assert len(link(house, path, lang)) <= LONGEST
    ticket = claims(house, path, organizer, lang)["payload"]["eventTicketObjects"][0]
    assert ticket["ticketHolderName"].startswith("寿限無" * 10)
    assert ticket["barcode"]["value"] == house.codes(path)[0]


def test_what_changes_gets_another_name_at_google(house: House, organizer: Organizer) -> None:
    path = house.buy(day=1)
    before = claims(house, path, organizer)["payload"]
    assert claims(house, path, organizer)["payload"] == before
    house.publish(SEED.read_text(encoding="utf-8").replace("T09:30:00+09:00", "T09:00:00+09:00"))
    after = claims(house, path, organizer)["payload"]
    assert after["eventTicketClasses"][0]["id"] != before["eventTicketClasses"][0]["id"]


def test_a_revoked_ticket_leads_nowhere(house: House) -> None:
    path = house.buy(day=1)
    assert f"{path}/t/1/google-wallet" in house.client.get(f"{path}/t/1").text
    with house.app.app_context(), writing() as session:
        revoke(session, path.split("/")[2], [1], house.clock.now())
    assert house.client.get(f"{path}/t/1/google-wallet").status_code == 404
    assert "google-wallet" not in house.client.get(f"{path}/t/1").text


@pytest.mark.parametrize("account", ['{"client_email": "a@b"}', '{"client_email": "a@b", "private_key": "no"}', "{"])
def test_a_key_that_is_none_is_told(house: House, set_keys: Callable[..., None], account: str) -> None:
    set_keys(google_wallet_key=account)
    assert house.client.get(f"{house.buy(day=1)}/t/1/google-wallet").status_code == 503
