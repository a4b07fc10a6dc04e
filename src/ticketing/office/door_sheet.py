"""The one page that the staff get: how to start, what each screen means, when the Wi-Fi dies, whom to call."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template
from flask_babel import lazy_gettext

from ticketing.core.db import reading
from ticketing.core.i18n import gettext as _
from ticketing.core.i18n import language, pick
from ticketing.door import supervisors
from ticketing.door.verdict_texts import WORDS
from ticketing.events.catalog import Catalog
from ticketing.events.heading import Heading, heading
from ticketing.office.access import asked_event
from ticketing.staff.views import signed_in_only

ROWS_TO_CALL = 4  # more of them share a line, so that the sheet stays one page

bp = Blueprint("office_door_sheet", __name__, url_prefix="/office/door")

_TILES = (
    ("go", "tick", "word.go", lazy_gettext("Let the guest in. The screen clears by itself: on to the next ticket.")),
    ("go", "back", "word.back", lazy_gettext("The guest was out and comes back. Let them in.")),
    (
        "ask striped",
        "people",
        "word.already",
        lazy_gettext(
            "Somebody came in with it; the screen says when. Ask the guest; if they left, call the supervisor."
        ),
    ),
    (
        "no",
        "cross",
        "word.no",
        lazy_gettext("Nobody comes in with it. The screen says why, and where to send the guest."),
    ),
    (
        "no",
        "stop",
        "word.full",
        lazy_gettext("The room is at its limit. The guest waits in line until somebody leaves."),
    ),
    (
        "ask",
        "question",
        "word.ask",
        lazy_gettext("This tablet cannot decide. Keep the guest here; call the supervisor."),
    ),
)


@dataclass(frozen=True)
class Tile:
    """A verdict as it looks on the tablet; `word` in the reader's language, `other` in the other one."""

    look: str
    sign: str
    word: str
    other: str
    what_to_do: str


@dataclass(frozen=True)
class SheetPage:
    """All that `office/door_sheet.html` shows. `call` are the supervisors' names; `phone` is the organizer's."""

    event: Heading
    tiles: tuple[Tile, ...]
    start: tuple[str, ...]
    rules: tuple[str, ...]
    offline: tuple[str, ...]
    call: tuple[str, ...]
    phone: str


@bp.get("/sheet")
@signed_in_only
def sheet() -> str:
    """The page, to be printed on one A4 sheet in either language."""
    with reading() as session:
        catalog = asked_event(session, "run_door")
        names = tuple(one.name for one in supervisors.of_event(session, catalog.id))
    return render_template("office/door_sheet.html", page=_page(catalog, names))


def _page(catalog: Catalog, names: tuple[str, ...]) -> SheetPage:
    own = 0 if language() == "ja" else 1
    tiles = (Tile(look, sign, WORDS[key][own], WORDS[key][1 - own], str(text)) for look, sign, key, text in _TILES)
    return SheetPage(
        event=heading(catalog),
        tiles=tuple(tiles),
        start=_start(catalog),
        rules=_rules(),
        offline=_offline(catalog),
        call=names if len(names) <= ROWS_TO_CALL else (*names[:ROWS_TO_CALL], _(", ").join(names[ROWS_TO_CALL:])),
        phone=_number(pick(catalog.seller.get("phone", {}))),
    )


def _number(phone: str) -> str:
    """The organizer's phone; nothing where the seller only says how to ask for it."""
    return phone if sum(sign.isdigit() for sign in phone) > 5 else ""


def _start(catalog: Catalog) -> tuple[str, ...]:
    gates = _(", ").join(pick(gate.name) for gate in catalog.gates)
    return (
        _(
            "Take the tablet of your gate (%(gates)s): charged, charger at hand, no lock screen.",
            gates=gates,
        ),
        _("Open the scanner and press “Start shift”. Allow camera and sound."),
        _("Run the self-test. Every line must say OK; if one does not, call the supervisor."),
        _("Look at the bar on top: WAY IN or WAY OUT. One tablet does one of them."),
        _("Count yourself and the others of the crew in with “Staff or guest”."),
    )


def _rules() -> tuple[str, ...]:
    return (
        _("Hold the code 15 to 40 cm from the tablet, screen or paper."),
        _("Whoever leaves is scanned out, so that somebody else can come in."),
        _("No code, no battery: type the code under the QR, or look for the name if the key is there."),
        _("A wrong tap: press Undo within 10 seconds."),
    )


def _offline(catalog: Catalog) -> tuple[str, ...]:
    strict = catalog.policy.get("offline") == "strict"
    here = _("Guests of the other gate get ASK: send them there.") if strict else _("The same screens mean the same.")
    return (
        _("The tablet says OFFLINE and goes on by itself. Carry on scanning: every scan is kept on the tablet."),
        here,
        _("The number on top is now how many more may come in at this tablet. At 0 it says ASK: call the supervisor."),
        _("Do not close the page, do not restart the tablet, do not let its battery run out."),
        _("Tablet dead too: use the paper list. Tick the name, write the time, count heads with the supervisor."),
        _("When the Wi-Fi is back, wait until “unsent” says 0."),
    )
