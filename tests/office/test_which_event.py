"""Which event a page of the office shows where nobody names one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from back_office import Office
from factories import SEED, SLUG, House
from ticketing.core.db import writing
from ticketing.staff.models import Grant, Person

OTHER = "spring-screening-2025"


@pytest.fixture
def two(house: House) -> House:
    """A house with an event today and one tomorrow."""
    house.publish(SEED.read_text(encoding="utf-8").replace(SLUG, OTHER).replace("2025-10-26", "2025-10-27"))
    return house


def shown(office: Office, path: str) -> str:
    answer = office.client.get(path)
    assert answer.status_code == 200, answer.text
    return OTHER if f"event={OTHER}" in answer.text else SLUG


@pytest.mark.parametrize("path", ["/office", "/office/orders", "/office/money"])
@pytest.mark.parametrize(("days", "slug"), [(0, SLUG), (1, OTHER), (2, SLUG)])
def test_it_is_the_next_one_that_is_not_over(two: House, path: str, days: int, slug: str) -> None:
    two.clock.advance(timedelta(days=days))
    assert shown(Office(two), path) == slug


@pytest.mark.parametrize("path", ["/office", "/office/orders", "/office/money"])
def test_it_is_one_where_somebody_has_a_role(two: House, path: str) -> None:
    office = Office(two, "manager")
    other = two.catalog(OTHER).id
    with two.app.app_context(), writing() as session:
        person = session.scalars(select(Person.id).where(Person.email == "manager@example.com")).one()
        session.execute(update(Grant).where(Grant.person_id == person).values(event_id=other))
    assert shown(office, path) == OTHER
    assert office.client.get(f"{path}?event={SLUG}").status_code == 403
