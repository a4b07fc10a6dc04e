"""The audit log is only added to: the database itself refuses anything else."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from factories import House
from ticketing.core.audit import AuditEntry
from ticketing.core.db import db, reading, writing
from ticketing.staff import accounts


def entries(house: House) -> list[tuple[int, str, str]]:
    with house.app.app_context(), reading() as session:
        return [(one.id, one.actor, one.action) for one in session.query(AuditEntry).order_by(AuditEntry.id)]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET actor = 'nobody'",
        "UPDATE audit_entry SET facts = '{}' WHERE id = 1",
        "DELETE FROM audit_entry",
        "DELETE FROM audit_entry WHERE id = 1",
    ],
)
def test_no_entry_is_changed_or_deleted_by_any_statement(house: House, statement: str) -> None:
    before = entries(house)
    assert before != []
    with house.app.app_context(), pytest.raises(DatabaseError, match="append-only"), db.engine.begin() as connection:
        connection.execute(text(statement))
    assert entries(house) == before


def test_an_entry_says_by_which_sign_in_it_was_made(house: House) -> None:
    house.app.config["WTF_CSRF_ENABLED"] = False
    client = house.staff("manager")
    client.post("/office/devices/codes", data={"gate": "A"})
    with house.app.app_context(), writing() as session:
        accounts.add(session, "cli@example.com", "door", "correct horse battery", house.clock.now())
    with house.app.app_context(), reading() as session:
        noted = session.query(AuditEntry).filter(AuditEntry.action.not_like("event.%"))
        made = {one.action: one.sign_in for one in noted}
        found = accounts.signed_in(session, client.get_cookie("staff").value, house.clock.now())  # type: ignore[union-attr]
    assert found
    assert made == {"device.code": found.sign_in_id, "staff.add": None, "staff.sign_in": None}
