"""What the entries of the audit log are called. Those about orders have their words in `reports.words`."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

KINDS: Mapping[str, LazyString] = {
    "staff": _("People"),
    "order": _("Orders"),
    "ticket": _("Tickets"),
    "address": _("Addresses"),
    "event": _("The event"),
    "device": _("Tablets"),
    "room": _("Rooms"),
    "supervisor": _("Supervisors"),
    "conflict": _("Conflicts"),
    "paper": _("List on paper"),
    "draft": _("Draft"),
    "waiting": _("Waiting list"),
    "token": _("Programs"),
}
ACTION_WORDS: Mapping[str, LazyString] = {
    "staff.add": _("Account set by command"),
    "staff.sign_in": _("Signed in"),
    "staff.invite": _("Invited"),
    "staff.uninvite": _("Invitation withdrawn"),
    "staff.join": _("Joined"),
    "staff.role_change": _("Role changed"),
    "staff.remove": _("Removed"),
    "staff.sign_out_all": _("Signed out everywhere"),
    "staff.sign_in_ended": _("Sign-ins ended"),
    "staff.password": _("Password changed"),
    "staff.factor_on": _("Second factor set up"),
    "staff.factor_off": _("Second factor switched off"),
    "staff.factor_reset": _("Second factor reset"),
    "staff.recovery_codes": _("New recovery codes"),
    "staff.strict_roles": _("Roles that need a second factor"),
    "event.import": _("Event imported"),
    "event.published": _("Event published"),
    "draft.begun": _("Draft of a new event begun"),
    "draft.changed": _("Draft changed"),
    "draft.moved": _("Draft moved in time"),
    "draft.caught_up": _("Draft took in what was changed elsewhere"),
    "draft.discarded": _("Draft given up"),
    "event.export": _("Table taken out"),
    "event.told": _("Ticket holders were written to"),
    "device.code": _("Pairing code made"),
    "device.pair": _("Tablet paired"),
    "device.revoke": _("Tablet taken off"),
    "device.write_off": _("Tablet written off"),
    "room.limit": _("Room's limit changed"),
    "room.empty": _("Room declared empty"),
    "supervisor.add": _("Supervisor added"),
    "supervisor.end": _("Supervisor's PIN ended"),
    "conflict.close": _("Conflict closed"),
    "paper.key_in": _("Line of the paper list keyed in"),
    "waiting.ended": _("Taken off the waiting list"),
    "ticket.name": _("Name on a ticket changed"),
    "ticket.transfer": _("Ticket passed on"),
    "token.make": _("Token of a program made"),
    "token.revoke": _("Token of a program ended"),
    "ticket.return": _("Ticket went back to the buyer"),
    "ticket.reissue": _("New code for a ticket"),
}
