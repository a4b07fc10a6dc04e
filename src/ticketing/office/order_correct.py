"""The page on which the office puts an order right: the buyer's name and address, the names on the tickets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from ticketing.core import clock
from ticketing.core.addresses import read_email_once_asked, typed_email
from ticketing.core.db import reading, writing
from ticketing.core.errors import Refused
from ticketing.core.i18n import gettext as _
from ticketing.core.i18n import pick
from ticketing.core.typos import suggestion
from ticketing.events.heading import Heading, heading
from ticketing.office import order_file
from ticketing.office.access import actor
from ticketing.orders import correcting
from ticketing.orders.buyer import LONGEST_NAME, read_kana
from ticketing.orders.changes import Act, Name
from ticketing.orders.correcting import Particulars
from ticketing.orders.reading import get
from ticketing.orders.states import PAID, PARTLY
from ticketing.reports.dossier import Dossier
from ticketing.staff.views import signed_in_only

bp = Blueprint("office_order_correct", __name__, url_prefix="/office/orders/<code>/correct")
Texts = Mapping[str, str]


@dataclass(frozen=True)
class Box:
    """One field: what stands in it, what is wrong with it, and what was probably meant."""

    name: str
    label: str
    value: str
    error: str
    hint: str = ""
    suggestion: str = ""


@dataclass(frozen=True)
class CorrectPage:
    """All that `office/order_correct.html` shows; `mark` is that of what was looked at."""

    event: Heading
    code: str
    mark: str
    error: str
    asked: str
    buyer: tuple[Box, ...]
    names: tuple[tuple[Box, Box], ...]
    can_renew: bool
    new_link: bool


@bp.get("")
@signed_in_only
def form(code: str) -> str:
    """What stands there now, as a form."""
    with reading() as session:
        file, now = _opened(session, code)
    return _page(file, now.mark, _values(now), now, {})


@bp.post("")
@signed_in_only
def correct(code: str) -> BaseResponse | tuple[str, int]:
    """Put it right, or say what needs a look with everything that was typed."""
    with reading() as session:
        file, now = _opened(session, code)
    wanted, faults = _read(request.form, now)
    if faults:
        return _page(file, request.form.get("mark", ""), request.form, now, faults), 400
    act, new_link = Act(actor(), clock.now()), request.form.get("new_link") == "yes"
    try:
        with writing() as session:
            order = get(session, file.order.id)
            correcting.correct(session, order, wanted, request.form.get("mark", ""), act, new_link=new_link)
    except Refused as error:
        with reading() as session:
            file, now = _opened(session, code)
        return _page(file, now.mark, _values(now), now, {"": error}), error.status
    return redirect(url_for("office_orders.order", code=code, done="correct", _anchor="about"), 303)


def _opened(session: Session, code: str) -> tuple[Dossier, Particulars]:
    file = order_file.opened(session, code, "manage_orders")
    return file, correcting.particulars(session, file.order)


def _values(now: Particulars) -> dict[str, str]:
    values = {"name": now.name, "kana": now.kana, "email": now.email}
    for number, one in now.names.items():
        values |= {f"attendee-{number}": one.name, f"kana-{number}": one.kana or ""}
    return values


def _read(form: Texts, now: Particulars) -> tuple[Particulars, dict[str, Refused]]:
    faults: dict[str, Refused] = {}

    def read(name: str, how: Callable[[str], str]) -> str:
        try:
            return how(form.get(name, ""))
        except Refused as fault:
            faults[name] = fault
            return ""

    names = {}
    for number in now.names:
        missing = "attendee_missing" if number in now.held else ""
        name = read(f"attendee-{number}", partial(_name, missing=missing))
        names[number] = Name(name, read(f"kana-{number}", _kana) if name else "")
    name, kana = read("name", partial(_name, missing="name_missing")), read("kana", _kana)
    keeps_none = not now.email and not typed_email(form)  # sold at a till, without an address
    email = "" if keeps_none else read("email", lambda _text: read_email_once_asked(form))
    return Particulars(name, kana, email, names, now.held), faults


def _kana(text: str) -> str:
    return read_kana(text) if text.strip() else ""


def _name(text: str, missing: str) -> str:
    name = " ".join(text.split())
    if not name and missing:
        raise Refused(missing, 400)
    if len(name) > LONGEST_NAME:
        raise Refused("name_too_long", 400)
    return name


def _page(file: Dossier, mark: str, values: Texts, now: Particulars, faults: Mapping[str, Refused]) -> str:
    def box(name: str, label: str, hint: str = "") -> Box:
        return Box(name, label, values.get(name, ""), faults[name].text() if name in faults else "", hint)

    typed = typed_email(values)
    email = Box("email", _("E-mail"), typed, box("email", "").error, "", suggestion(typed) if "email" in faults else "")
    page = CorrectPage(
        event=heading(file.catalog),
        code=file.order.code,
        mark=mark,
        error=faults[""].text() if "" in faults else "",
        asked=typed if email.suggestion else "",
        buyer=(box("name", _("Buyer's name")), box("kana", _("In kana")), email),
        names=tuple(_boxes(file, number, number in now.held, box) for number in now.names),
        can_renew=file.order.state in (PAID, PARTLY) and bool(file.order.buyer_email),
        new_link=values.get("new_link") == "yes",
    )
    return render_template("office/order_correct.html", page=page)


def _boxes(file: Dossier, number: int, held: bool, box: Callable[..., Box]) -> tuple[Box, Box]:
    tiers = [pick(line.tier.name) for line in file.view.lines for _one in range(line.quantity)]
    facts = {"number": number, "tier": tiers[number - 1]}
    hint = _("Passed on: its holder gets a letter.") if held else _("Left empty, this is the buyer's name.")
    return (
        box(f"attendee-{number}", _("Name on ticket %(number)s (%(tier)s)", **facts), hint),
        box(f"kana-{number}", _("In kana: ticket %(number)s", **facts)),
    )
