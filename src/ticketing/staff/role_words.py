"""What roles and permissions are called."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

ROLE_WORDS: Mapping[str, LazyString] = {
    "owner": _("Owner"),
    "manager": _("Manager"),
    "boxoffice": _("Box office"),
    "door": _("Door staff"),
    "viewer": _("Viewer"),
}
PERMISSION_WORDS: Mapping[str, LazyString] = {
    "see_office": _("See today's figures and the money"),
    "see_orders": _("Look at orders and the waiting list"),
    "export": _("Take tables of orders, tickets, scans and letters out"),
    "manage_orders": _("Refund and cancel orders, send letters again"),
    "write_messages": _("Write to attendees"),
    "edit_events": _("Write events and publish them"),
    "call_off": _("Call the event off"),
    "pair_devices": _("Pair tablets with a gate"),
    "manage_door": _("Change a room's limit, give supervisors their PINs"),
    "run_door": _("Run the door: tablets, conflicts, list on paper"),
    "sell_at_door": _("Sell at the door"),
    "manage_people": _("Invite people, change their roles, remove them"),
    "handle_privacy": _("Give people what is known of them, and erase it"),
    "require_factor": _("Say which roles need a second factor"),
    "manage_api": _("Make and end tokens and webhooks of programs"),
    "see_audit": _("Read the log of everything that was done"),
}
