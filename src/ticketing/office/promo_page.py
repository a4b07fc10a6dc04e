"""The view model of the promo codes: what each takes off, how often it was used, and what that gave away."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlencode

from ticketing.core import i18n
from ticketing.core.errors import Refused
from ticketing.core.i18n import gettext as _
from ticketing.core.i18n import pick
from ticketing.core.money import Money
from ticketing.events.catalog import Catalog
from ticketing.events.heading import Heading, heading
from ticketing.office.order_rows import moment
from ticketing.office.typed import write_moment
from ticketing.orders.links import public_url
from ticketing.promos.finding import check_left, check_open
from ticketing.promos.models import PromoCode
from ticketing.reports.promo_codes import Done


@dataclass(frozen=True)
class Answer:
    """What the page says to what was done: a refusal with what was typed, `about` a code or a new one, or that it is
    done."""

    error: str = ""
    done: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    tiers: Sequence[str] = ()
    about: str = ""


@dataclass(frozen=True)
class PromoRow:
    """One code. `state` says in words how it stands, `look` is its badge; `values` fill the form for its limits, which
    is open where they were refused. `link` is empty where nobody can use the code any more."""

    id: str
    word: str
    off: str
    tiers: str
    look: str
    state: str
    used: str
    has_orders: bool
    sold: int
    away: str
    per_order: str
    window: str
    note: str
    made: str
    link: str
    values: Mapping[str, str]
    open: bool
    withdrawn: bool


@dataclass(frozen=True)
class PromoPage:
    """All that `office/promo_codes.html` shows. `values` and `chosen` are what was typed for a new code."""

    event: Heading
    error: str
    done: str
    rows: tuple[PromoRow, ...]
    tiers: tuple[tuple[str, str], ...]
    values: Mapping[str, str]
    chosen: Sequence[str]
    form_key: str
    zone: str
    may_manage: bool


def promo_page(
    catalog: Catalog,
    found: Sequence[Done],
    makers: Mapping[str, str],
    answer: Answer,
    now: datetime,
    *,
    may_manage: bool,
) -> PromoPage:
    """The codes of an event; `makers` are e-mails by what `made_by` says."""
    return PromoPage(
        event=heading(catalog),
        error=answer.error,
        done=answer.done,
        rows=tuple(_row(catalog, one, makers, answer, now) for one in found),
        tiers=tuple((tier.code, pick(tier.name)) for tier in catalog.tiers),
        values={"kind": "percent"} if answer.about else {"kind": "percent", **answer.values},
        chosen=answer.tiers,
        form_key=str(uuid.uuid4()),
        zone=str(catalog.zone),
        may_manage=may_manage,
    )


def _row(catalog: Catalog, one: Done, makers: Mapping[str, str], answer: Answer, now: datetime) -> PromoRow:
    row, typed = one.row, answer.about == one.row.id
    look, state = _state(row, now)
    return PromoRow(
        id=row.id,
        word=row.word,
        off=_off(catalog, row),
        tiers=_tiers(catalog, row),
        look=look,
        state=state,
        used=_("%(used)s of %(limit)s", used=row.used, limit=row.max_uses) if row.max_uses else str(row.used),
        has_orders=row.used > 0,
        sold=one.sold,
        away=i18n.money(Money(one.away_minor, catalog.currency)),
        per_order=str(row.max_per_order or ""),
        window=_window(catalog, row),
        note=row.note,
        made=" · ".join(filter(None, (moment(row.made_at, catalog.zone), makers.get(row.made_by, "")))),
        link="" if look == "" else _link(catalog, row),
        values=answer.values if typed else _values(catalog, row),
        open=typed,
        withdrawn=row.withdrawn_at is not None,
    )


def _state(row: PromoCode, now: datetime) -> tuple[str, str]:
    """How it looks and stands; no look where it is over for good."""
    if row.withdrawn_at is not None:
        return "", _("withdrawn")
    try:
        check_open(row, now)
        check_left(row, 1)
    except Refused as refused:
        states = {
            "promo_early": ("wait", _("not yet")),
            "promo_over": ("", _("over")),
            "promo_used_up": ("warn", _("used up")),
        }
        return states[refused.code]
    return "good", _("in force")


def _off(catalog: Catalog, row: PromoCode) -> str:
    if row.percent is not None:
        return _("%(percent)s%% off each ticket", percent=row.percent)
    return _("%(amount)s off each ticket", amount=i18n.money(Money(row.amount_minor or 0, catalog.currency)))


def _tiers(catalog: Catalog, row: PromoCode) -> str:
    """The names of its tiers; one that the event has no more is told by its code."""
    names = {tier.code: pick(tier.name) for tier in catalog.tiers}
    comma = "、" if i18n.language() == "ja" else ", "
    return comma.join(names.get(code, code) for code in row.tiers) or _("All ticket types")


def _window(catalog: Catalog, row: PromoCode) -> str:
    starts, ends = (moment(at, catalog.zone) if at else "" for at in (row.starts_at, row.ends_at))
    if starts and ends:
        return f"{starts} – {ends}"
    return _("from %(at)s", at=starts) if starts else _("until %(at)s", at=ends) if ends else ""


def _link(catalog: Catalog, row: PromoCode) -> str:
    return f"{public_url()}/e/{catalog.slug}?{urlencode({'code': row.word})}"


def _values(catalog: Catalog, row: PromoCode) -> dict[str, str]:
    return {
        "max_uses": str(row.max_uses or ""),
        "max_per_order": str(row.max_per_order or ""),
        "starts_at": write_moment(catalog, row.starts_at),
        "ends_at": write_moment(catalog, row.ends_at),
        "note": row.note,
    }
