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
    """What an answer tells: what was done, what was wrong, what was typed, who is about to be removed (`removing`), or
    whose second factor to be reset (`resetting`)."""

    done: str = ""
    error: str = ""
    email: str = ""
    role: str = ""
    scope: str = ""
    removing: int = 0
    resetting: int = 0


@dataclass(frozen=True)
class PersonRow:
    """One person in one role. `roles` are those to choose from, empty where whoever looks may not change this one;
    `factor`: whether they have a second factor."""

    grant_id: int
    email: str
    me: bool
    scope: str
    role: str
    role_word: str
    roles: tuple[Choice, ...]
    factor: bool


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
    """All that `office/people.html` shows. `table`: who may do what, in order of `roles`; `strict`: each role, and
    whether it needs a second factor, where whoever looks may say so."""

    event: Heading
    said: Said
    done: str
    people: tuple[PersonRow, ...]
    invited: tuple[InvitationRow, ...]
    choices: tuple[Choice, ...]
    scopes: tuple[Choice, ...]
    removing: PersonRow | None
    resetting: PersonRow | None
    strict: tuple[tuple[str, str, bool], ...]
    has_log: bool
    has_privacy: bool
    roles: tuple[str, ...]
    table: tuple[tuple[str, tuple[bool, ...]], ...]


@dataclass(frozen=True)
class Known:
    """What stands in the tables: people, open invitations, who has a second factor, which roles need one."""

    places: Sequence[Place]
    invited: Sequence[Invitation]
    with_factor: frozenset[str]
    strict: frozenset[str]


def people_page(catalog: Catalog, me: SignedIn, known: Known, said: Said) -> PeoplePage:
    """The page as this person sees it."""
    rows = tuple(_person(me, place, place.person_id in known.with_factor) for place in known.places)
    return PeoplePage(
        event=heading(catalog),
        said=said,
        done=_done(said.done),
        people=rows,
        invited=tuple(_invited(catalog, me, one) for one in known.invited),
        choices=_choices(people.authority(me, catalog.id)),
        scopes=_scopes(me, catalog),
        removing=_asked_about(rows, said.removing),
        resetting=_asked_about(rows, said.resetting),
        strict=_strict(me, known.strict),
        has_privacy=may(people.authority(me, None), "handle_privacy"),
        has_log=may(people.authority(me, None), "see_audit"),
        roles=tuple(str(ROLE_WORDS[role]) for role in ROLES),
        table=tuple(
            (str(PERMISSION_WORDS[name]), tuple(role in roles for role in ROLES)) for name, roles in PERMISSIONS.items()
        ),
    )


def _asked_about(rows: tuple[PersonRow, ...], grant_id: int) -> PersonRow | None:
    return next((row for row in rows if row.grant_id == grant_id and row.roles), None)


def _strict(me: SignedIn, strict: frozenset[str]) -> tuple[tuple[str, str, bool], ...]:
    if not may(people.authority(me, None), "require_factor"):
        return ()
    return tuple((role, str(ROLE_WORDS[role]), role in strict) for role in ROLES)


def _done(what: str) -> str:
    said = {
        "invited": _("The invitation is on its way. Its link works once and for seven days."),
        "withdrawn": _("The invitation is withdrawn: its link does not work any more."),
        "changed": _("The role is changed. They were signed out and get a letter about it."),
        "removed": _("Removed. They were signed out and get a letter about it."),
        "reset": _("Their second factor is reset. They were signed out and get a letter about it."),
        "strict": _("Saved. Whoever has one of these roles sets up a second factor at the next sign-in."),
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


def _person(me: SignedIn, place: Place, factor: bool) -> PersonRow:
    return PersonRow(
        grant_id=place.grant_id,
        email=place.email,
        me=place.person_id == me.person_id,
        scope=_scope(place.event_id),
        role=place.role,
        role_word=str(ROLE_WORDS[place.role]),
        roles=_choices(people.authority(me, place.event_id)) if _may(me, place.event_id, place.role) else (),
        factor=factor,
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
