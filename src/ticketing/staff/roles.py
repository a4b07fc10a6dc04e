"""The one permission table: which role may do what."""

from __future__ import annotations

from collections.abc import Iterable

ROLES = ("owner", "manager", "boxoffice", "door", "viewer")

PERMISSIONS: dict[str, frozenset[str]] = {
    "see_office": frozenset({"owner", "manager", "viewer"}),
    "see_orders": frozenset({"owner", "manager", "viewer"}),
    "manage_orders": frozenset({"owner", "manager"}),
    "export": frozenset({"owner", "manager"}),
    "write_messages": frozenset({"owner", "manager"}),
    "edit_events": frozenset({"owner", "manager"}),
    "call_off": frozenset({"owner"}),
    "pair_devices": frozenset({"owner", "manager"}),
    "manage_door": frozenset({"owner", "manager"}),
    "run_door": frozenset({"owner", "manager", "door"}),
    "sell_at_door": frozenset({"owner", "manager", "boxoffice"}),
    "manage_people": frozenset({"owner", "manager"}),
    "handle_privacy": frozenset({"owner"}),
    "require_factor": frozenset({"owner"}),
    "see_audit": frozenset({"owner"}),
    "manage_api": frozenset({"owner", "manager"}),
}

SCOPES: dict[str, str] = {
    "events:read": "see_office",
    "orders:read": "see_orders",
    "orders:write": "manage_orders",
    "tickets:read": "see_orders",
    "scans:read": "see_office",
    "reports:read": "see_office",
    "hooks:read": "manage_api",
    "hooks:write": "manage_api",
    "personal:read": "see_orders",
}
"""What a program may be allowed to do, and the permission that whoever made its token needs for it, at that moment."""


BEGINNINGS = (("see_office", "/office"), ("run_door", "/office/door"), ("sell_at_door", "/boxoffice"))
"""Where somebody begins after signing in: the first page that they may see."""


def beginning(roles: Iterable[str]) -> str:
    """The page on which somebody with these roles begins."""
    known = list(roles)
    return next((path for need, path in BEGINNINGS if any(may(role, need) for role in known)), "/office")


def may(role: str | None, permission: str) -> bool:
    """Whether somebody with this role may do this; nobody (None) may do nothing."""
    return role in PERMISSIONS[permission]


def covers(mine: str | None, role: str) -> bool:
    """Whether all that this role may, mine may too: nobody gives or takes what they do not have."""
    return all(mine in roles for roles in PERMISSIONS.values() if role in roles) and mine is not None
