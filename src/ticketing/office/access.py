"""Who asks, and for which event: what every page of the office looks at first."""

from __future__ import annotations

from datetime import datetime

from flask import g, request
from sqlalchemy.orm import Session

from ticketing.core import clock
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
    """The event asked for with `?event=`, else the next one where who asks may do this.

    Raises Refused("forbidden") for who may not.
    """
    catalog = event_asked_for(session, permission)
    check(catalog.id, permission)
    return catalog


def event_asked_for(session: Session, permission: str | None = None) -> Catalog:
    """The same, also where they may not; without a permission it is one where they have any role."""
    slug = request.values.get("event")
    if slug:
        catalog = load(session, slug)
    else:
        catalog = next(iter(events_of(session, permission, clock.now())), None) or _first(session)
    g.office_event_id = catalog.id
    return catalog


def events_of(session: Session, permission: str | None, now: datetime) -> list[Catalog]:
    """The events at which who asks may do this, or has any role: the next one first, those that are over last."""
    known = (load(session, slug) for slug in slugs(session))
    mine = [one for one in known if _may_or_is_known(one.id, permission)]
    return sorted(mine, key=lambda catalog: catalog.ends_at < now)


def _may_or_is_known(event_id: int, permission: str | None) -> bool:
    return person().role(event_id) is not None if permission is None else allowed(event_id, permission)


def _first(session: Session) -> Catalog:
    """For who has a role nowhere: refused where it is checked, or not found in a house without events."""
    return load(session, next(iter(slugs(session)), ""))


def allowed(event_id: int, permission: str) -> bool:
    """Whether who is signed in may do this at this event."""
    return may(person().role(event_id), permission)


def allowed_everywhere(permission: str) -> bool:
    """Whether who is signed in may do this at all events, not at one only."""
    return may(person().roles.get(None), permission)


def may_here(permission: str) -> bool:
    """The same for templates, at the event that this request is about; links to what one may not do are not shown."""
    event_id: int | None = g.get("office_event_id")
    return event_id is not None and allowed(event_id, permission)


def check(event_id: int, permission: str) -> None:
    """Raises Refused("forbidden") for who may not do this at this event."""
    g.office_event_id = event_id
    if not allowed(event_id, permission):
        raise Refused("forbidden", 403)
