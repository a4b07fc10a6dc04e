"""Who asks, and for which event: what every page of the office looks at first."""

from __future__ import annotations

from flask import g, request
from sqlalchemy.orm import Session

from ticketing.core.errors import Refused
from ticketing.events.catalog import Catalog, load, slugs
from ticketing.staff.accounts import SignedIn
from ticketing.staff.roles import may
from ticketing.staff.views import who


def person() -> SignedIn:
    """Who is signed in; raises Refused("forbidden")."""
    found = who()
    if found is None:
        raise Refused("forbidden", 403)
    return found


def actor() -> str:
    """The same for the audit log."""
    return f"person:{person().person_id}"


def asked_event(session: Session, permission: str) -> Catalog:
    """The event asked for with `?event=`, else the first one; raises Refused("forbidden") for who may not."""
    catalog = event_asked_for(session)
    check(catalog.id, permission)
    return catalog


def event_asked_for(session: Session) -> Catalog:
    """The same before it is known what one may do there."""
    known = slugs(session)
    slug = request.values.get("event") or (known[0] if known else "")
    catalog = load(session, slug)
    g.office_event_id = catalog.id
    return catalog


def allowed(event_id: int, permission: str) -> bool:
    """Whether who is signed in may do this at this event."""
    return may(person().role(event_id), permission)


def may_here(permission: str) -> bool:
    """The same for templates, at the event that this request is about; links to what one may not do are not shown."""
    event_id: int | None = g.get("office_event_id")
    return event_id is not None and allowed(event_id, permission)


def check(event_id: int, permission: str) -> None:
    """Raises Refused("forbidden") for who may not do this at this event."""
    g.office_event_id = event_id
    if not allowed(event_id, permission):
        raise Refused("forbidden", 403)
