"""The view model of programs: the token just made, the form, the tokens."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import current_app

from ticketing.core import i18n
from ticketing.core.i18n import gettext as _
from ticketing.core.settings import Settings
from ticketing.events.catalog import Catalog
from ticketing.events.heading import Heading, heading
from ticketing.staff.models import ApiToken
from ticketing.staff.roles import SCOPES


@dataclass(frozen=True)
class ScopeRow:
    """Something that a token may be made for."""

    code: str
    text: str
    chosen: bool


@dataclass(frozen=True)
class TokenRow:
    """One token; `state` is nothing while it works, else when it ended."""

    id: str
    name: str
    tail: str
    scopes: str
    reach: str
    by: str
    made: str
    used: str
    until: str
    state: str


@dataclass(frozen=True)
class Typed:
    """What the form holds."""

    name: str = ""
    scopes: Collection[str] = ("events:read",)
    reach: str = "event"
    life: str = "90"


@dataclass(frozen=True)
class ApiPage:
    """All that `office/api.html` shows. `token` is there once, right after it was made."""

    event: Heading
    address: str
    token: str
    error: str
    typed: Typed
    scopes: tuple[ScopeRow, ...]
    lives: tuple[tuple[str, str], ...]
    tokens: tuple[TokenRow, ...]


def api_page(
    catalog: Catalog,
    tokens: Sequence[tuple[ApiToken, str]],
    now: datetime,
    typed: Typed,
    *,
    token: str = "",
    error: str = "",
) -> ApiPage:
    """The tokens that reach an event, those that work first."""
    settings: Settings = current_app.extensions["ticketing.settings"]
    rows = [_row(catalog, row, email, now) for row, email in tokens]
    return ApiPage(
        event=heading(catalog),
        address=f"{settings.public_url}/api/v1",
        token=token,
        error=error,
        typed=typed,
        scopes=tuple(ScopeRow(code, text, code in typed.scopes) for code, text in scope_texts().items()),
        lives=(("30", _("30 days")), ("90", _("90 days")), ("365", _("1 year")), ("", _("until it is ended"))),
        tokens=tuple(sorted(rows, key=lambda row: bool(row.state))),
    )


def scope_texts() -> dict[str, str]:
    """What each scope allows, in words, in the order of the table."""
    texts = {
        "events:read": _("Events, and how many places are left"),
        "orders:read": _("Orders, without names and addresses"),
        "orders:write": _("Refund and cancel orders, send tickets again"),
        "tickets:read": _("Tickets, without names and codes"),
        "scans:read": _("Scans at the door"),
        "reports:read": _("Sales, attendance, money"),
        "hooks:read": _("Webhooks, and what they were told"),
        "hooks:write": _("Have webhooks told again"),
        "personal:read": _("Names and e-mail addresses, where orders and tickets are shown"),
    }
    return {scope: texts[scope] for scope in SCOPES}


def _row(catalog: Catalog, row: ApiToken, email: str, now: datetime) -> TokenRow:
    def at(when: datetime | None) -> str:
        return f"{i18n.date(when, catalog.zone)} {i18n.clock_time(when, catalog.zone)}" if when else ""

    state = ""
    if row.revoked_at:
        state = _("ended %(time)s", time=at(row.revoked_at))
    elif row.expires_at and row.expires_at <= now:
        state = _("ran out %(time)s", time=at(row.expires_at))
    return TokenRow(
        id=row.id,
        name=row.name,
        tail=row.tail,
        scopes=", ".join(row.scopes),
        reach=_("this event") if row.event_id else _("all events"),
        by=email,
        made=at(row.created_at),
        used=at(row.used_at),
        until=at(row.expires_at),
        state=state,
    )
