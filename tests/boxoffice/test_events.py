"""Which event a till sells for, where a house has several."""

from __future__ import annotations

import pytest
from counter import Counter
from sqlalchemy import select, update

from factories import SEED, SLUG, House
from ticketing.core.db import writing
from ticketing.staff.models import Grant, Person

OTHER = "spring-screening-2025"


@pytest.fixture
def two(house: House) -> House:
    """A house with an event tomorrow beside the one today."""
    later = SEED.read_text(encoding="utf-8").replace(SLUG, OTHER).replace("2025-10-26", "2025-10-27")
    house.publish(later)
    return house


def sells_only_at_the_other(house: House, email: str) -> None:
    """Their role is for the later event alone."""
    other = house.catalog(OTHER).id
    with house.app.app_context(), writing() as session:
        person = session.scalars(select(Person.id).where(Person.email == email)).one()
        session.execute(update(Grant).where(Grant.person_id == person).values(event_id=other))


def test_who_sells_at_one_event_comes_to_its_till(two: House) -> None:
    till = Counter(two)
    sells_only_at_the_other(two, "sato@example.com")
    assert f'name="event" value="{OTHER}"' in till.page()
    assert till.client.get(f"/boxoffice?event={SLUG}").status_code == 403


def test_the_next_event_is_offered_first_and_others_as_links(two: House) -> None:
    page = Counter(two).page()
    assert f'name="event" value="{SLUG}"' in page
    assert f'href="/boxoffice?event={OTHER}"' in page


def test_a_till_stays_where_its_drawer_is_open(two: House) -> None:
    till = Counter(two)
    assert till.client.post("/boxoffice/shifts", data=opening(till)).status_code == 303
    assert f'name="event" value="{OTHER}"' in till.page()


def opening(till: Counter) -> dict[str, str]:
    """The form that opens a shift at the later event."""
    token = till.page().partition('name="csrf_token" value="')[2].partition('"')[0]
    return {"csrf_token": token, "event": OTHER, "till": "Till 1"}
