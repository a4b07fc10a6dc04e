"""What the parts of a message are called."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from ticketing.messages.audience import BACK, SLIPS, TICKETS
from ticketing.messages.states import DRAFT, SENDING, SENT, STOPPED

LANGUAGE_NAMES: Mapping[str, LazyString] = {"ja": _("Japanese"), "en": _("English")}
GROUP_WORDS: Mapping[str, LazyString] = {
    TICKETS: _("Who has a valid ticket"),
    SLIPS: _("Who still has to pay at a store"),
    BACK: _("Whose order was refunded"),
}
STATE_WORDS: Mapping[str, tuple[str, LazyString]] = {
    DRAFT: ("", _("draft")),
    SENDING: ("wait", _("being sent")),
    SENT: ("good", _("sent")),
    STOPPED: ("warn", _("stopped")),
}
