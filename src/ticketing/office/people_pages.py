"""What the page of people shows: only those buttons that would work for whoever looks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ticketing.core import i18n
from ticketing.core.errors import Refused
from ticketing.core.i18n import gettext as _
from ticketing.events.catalog import Catalog
from ticketing.events.heading import Heading, heading
from ticketing.staff import people
from ticketing.staff.accounts import SignedIn
from ticketing.staff.models import Invitation
from ticketing.staff.people import Place
from ticketing.staff.role_words import PERMISSION_WORDS, ROLE_WORDS
from ticketing.staff.roles import PERMISSIONS, ROLES, covers, may

Choice = tuple[str, str]


@dataclass(frozen=True)
class Said:
    """What an answer tells: what was done, what was wrong, what was typed, who is about to be removed."""

    done: str = ""
    error: str = ""
    email: str = ""
    role: str = ""
    scope: str = ""
    removing: int = 0


@dataclass(frozen=True)
class PersonRow:
    """One person in one role. `roles` are those to choose from, empty where whoever looks may not change this one."""

    grant_id: int
    email: str
    me: bool
    scope: str
    role: str
    role_word: str
    roles: tuple[Choice, ...]


@dataclass(frozen=True)
class InvitationRow:
    """An open invitation; `may_end`: whether whoever looks may withdraw it."""

    id: str
    email: str
    scope: str
    role: str
    until: str
    may_end: bool


@dataclass(frozen=True)
class PeoplePage:
    """All that `office/people.html` shows. `table`: who may do what, in order of `roles`."""

    event: Heading
    said: Said
    done: str
    people: tuple[PersonRow, ...]
    invited: tuple[InvitationRow, ...]
    choices: tuple[Choice, ...]
    scopes: tuple[Choice, ...]
    removing: PersonRow | None
    has_log: bool
    roles: tuple[str, ...]
    table: tuple[tuple[str, tuple[bool, ...]], ...]


def people_page(
    catalog: Catalog, me: SignedIn, places: Sequence[Place], invited: Sequence[Invitation], said: Said
) -> PeoplePage:
    """The page as this person sees it."""
    rows = tuple(_person(me, place) for place in places)
    return PeoplePage(
        event=heading(catalog),
        said=said,
        done=_done(said.done),
        people=rows,
        invited=tuple(_invited(catalog, me, one) for one in invited),
        choices=_choices(people.authority(me, catalog.id)),
        scopes=_scopes(me, catalog),
        removing=next((row for row in rows if row.grant_id == said.removing and row.roles), None),
        has_log=may(people.authority(me, None), "see_audit"),
        roles=tuple(str(ROLE_WORDS[role]) for role in ROLES),
        table=tuple(
            (str(PERMISSION_WORDS[name]), tuple(role in roles for role in ROLES)) for name, roles in PERMISSIONS.items()
        ),
    )


def _done(what: str) -> str:
    said = {
        "invited": _("The invitation is on its way. Its link works once and for seven days."),
        "withdrawn": _("The invitation is withdrawn: its link does not work any more."),
        "changed": _("The role is changed. They were signed out and get a letter about it."),
        "removed": _("Removed. They were signed out and get a letter about it."),
        "signed_out": _("All of their sign-ins are ended."),
    }
    return said.get(what, "")


def _choices(mine: str | None) -> tuple[Choice, ...]:
    return tuple((role, str(ROLE_WORDS[role])) for role in ROLES if covers(mine, role))


def _scopes(me: SignedIn, catalog: Catalog) -> tuple[Choice, ...]:
    """For which events somebody may be invited from here."""
    here = ("event", _("This event only"))
    everywhere = ("all", _("All events"))
    return (here, everywhere) if may(people.authority(me, None), "manage_people") else (here,)


def _person(me: SignedIn, place: Place) -> PersonRow:
    return PersonRow(
        grant_id=place.grant_id,
        email=place.email,
        me=place.person_id == me.person_id,
        scope=_scope(place.event_id),
        role=place.role,
        role_word=str(ROLE_WORDS[place.role]),
        roles=_choices(people.authority(me, place.event_id)) if _may(me, place.event_id, place.role) else (),
    )


def _invited(catalog: Catalog, me: SignedIn, one: Invitation) -> InvitationRow:
    return InvitationRow(
        id=one.id,
        email=one.email,
        scope=_scope(one.event_id),
        role=str(ROLE_WORDS[one.role]),
        until=i18n.date_time(one.expires_at, catalog.zone),
        may_end=_may(me, one.event_id, one.role),
    )


def _scope(event_id: int | None) -> str:
    return _("All events") if event_id is None else _("This event only")


def _may(me: SignedIn, event_id: int | None, role: str) -> bool:
    try:
        people.check(me, event_id, role)
    except Refused:
        return False
    return True
