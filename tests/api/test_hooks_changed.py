"""A webhook that stopped by itself is told where people look; one that moved is changed, and keeps its secret."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from back_office import Office
from factories import SLUG, House
from receiver import Receiver, all_deliveries, hook_of, make_hook, receiver, secret_of, states, tell
from ticketing import cli_house
from ticketing.cli import main
from ticketing.core.audit import AuditEntry
from ticketing.core.db import reading

OFF = "The webhook tests is switched off."


@pytest.fixture
def there() -> Iterator[Receiver]:
    with receiver() as made:
        yield made


def gone(house: House, there: Receiver) -> str:
    """A webhook that was switched off because its program said so; its id."""
    there.usual = 410
    hook = make_hook(house, there.address, ("order.paid",))
    house.buy(day=1)
    tell(house)
    return hook.id


def test_a_webhook_that_was_switched_off_shows_on_the_first_page_until_somebody_acts(
    house: House, there: Receiver
) -> None:
    hook_id, office = gone(house, there), Office(house)
    page = office.get("").text
    assert f"{OFF} It answered that it is gone (410)." in page
    assert f'href="/office/api/hooks/{hook_id}?event={SLUG}"' in page
    assert OFF not in Office(house, "viewer").get("").text
    office.post(f"/api/hooks/{hook_id}/switch", to="on", event=SLUG)
    assert OFF not in office.get("").text
    office.post(f"/api/hooks/{hook_id}/switch", to="off", event=SLUG)
    assert OFF not in office.get("").text  # somebody wanted that


def test_the_doctor_tells_a_webhook_that_was_switched_off(
    house: House, there: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cli_house, "house", lambda: house.app)
    assert CliRunner().invoke(main, ["doctor"]).exit_code == 0
    hook_id = gone(house, there)
    said = CliRunner().invoke(main, ["doctor"])
    assert (said.exit_code, said.stdout) == (1, f"hook_off: tests ({hook_id}): gone\n")


def test_a_changed_webhook_is_told_at_its_new_address_under_its_old_secret(house: House, there: Receiver) -> None:
    hook = make_hook(house, "https://127.0.0.1:9/nobody", ("order.paid",))
    secret, office = secret_of(house, hook), Office(house)
    house.buy(day=1)
    tell(house)
    assert states(house) == ["queued"]
    form = {"name": " Accounts  2 ", "address": there.address, "type": ["order.paid", "ticket.scanned"]}
    answer = office.post(f"/api/hooks/{hook.id}/change", event=SLUG, **form)
    assert answer.status_code == 303
    assert "The changes are saved." in office.get(f"/api/hooks/{hook.id}?event={SLUG}&done=changed").text
    changed = hook_of(house)
    assert (changed.name, changed.types) == ("Accounts 2", ["order.paid", "ticket.scanned"])
    assert (changed.failing_since, changed.rest_until) == (None, None)
    house.clock.advance(timedelta(seconds=6))
    tell(house)
    assert (states(house), there.types()) == (["delivered"], ["order.paid"])
    assert secret_of(house, changed) == secret
    with house.app.app_context(), reading() as session:
        noted = session.scalars(select(AuditEntry).where(AuditEntry.action == "hook.change")).one()
    assert noted.facts["types"] == ["order.paid", "ticket.scanned"]
    assert "key=1" not in str(noted.facts)


def test_a_change_that_lacks_something_keeps_what_was_typed_and_changes_nothing(house: House, there: Receiver) -> None:
    hook, office = make_hook(house, there.address, ("order.paid",)), Office(house)
    page = office.post(
        f"/api/hooks/{hook.id}/change", event=SLUG, name="Moved", address="https://10.0.0.1/", type="order.paid"
    )
    assert (page.status_code, "open internet" in page.text, 'value="Moved"' in page.text) == (400, True, True)
    assert (hook_of(house).name, hook_of(house).address) == ("tests", there.address)
    assert all_deliveries(house) == []


def test_a_removed_webhook_cannot_be_changed(house: House, there: Receiver) -> None:
    hook, office = make_hook(house, there.address), Office(house)
    for act in ({"to": "off"}, {}):
        office.post(f"/api/hooks/{hook.id}/{'switch' if act else 'remove'}", event=SLUG, **act)
    form = {"name": "Moved", "address": there.address, "type": "order.paid"}
    assert office.post(f"/api/hooks/{hook.id}/change", event=SLUG, **form).status_code == 404
    assert hook_of(house).name == "tests"
