"""The scanner page. It holds no data of its own: everything comes by the JSON behind a paired tablet's token."""

from __future__ import annotations

from flask import Blueprint, render_template

from ticketing.core.i18n import language
from ticketing.door.screen_texts import screen_texts
from ticketing.events.catalog import all_rehearse

bp = Blueprint("door", __name__)


@bp.get("/door")
def scanner() -> str:
    """The page that a tablet opens; it pairs itself, then scans."""
    return render_template("door/index.html", lang=language(), texts=screen_texts(), rehearsal=all_rehearse())
