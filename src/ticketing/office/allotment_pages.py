"""The view model of allotments: what is set aside, what may be asked about it, and the form to set more aside."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ticketing.core.i18n import gettext as _
from ticketing.core.i18n import pick
from ticketing.events.catalog import Catalog
from ticketing.events.heading import Heading, heading
from ticketing.inventory.allotments import Standing
from ticketing.office.order_rows import moment


@dataclass(frozen=True)
class AllotmentRow:
    """One allotment; `ended` says since when it keeps nothing any more, `typed` how many places were asked for."""

    id: str
    name: str
    tier: str
    sign: int
    count: int
    typed: str
    given: int
    kept: int
    until: str
    ended: str


@dataclass(frozen=True)
class Answer:
    """What the page says to what was done: `values` were typed to set places aside, `sizes` to make the allotment of an
    id larger or smaller; `releasing` is the id of one whose release is asked about."""

    error: str = ""
    done: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    sizes: Mapping[str, str] = field(default_factory=dict)
    releasing: str = ""


@dataclass(frozen=True)
class AllotmentsPage:
    """All that `office/allotments.html` shows."""

    event: Heading
    answer: Answer
    releasing: AllotmentRow | None
    rows: tuple[AllotmentRow, ...]
    tiers: tuple[tuple[str, str], ...]
    form_key: str
    zone: str
    may_manage: bool


def allotments_page(catalog: Catalog, found: Sequence[Standing], answer: Answer, *, may_manage: bool) -> AllotmentsPage:
    """The page; what is released already is not asked about again."""
    rows = tuple(_row(catalog, one, answer) for one in found)
    return AllotmentsPage(
        event=heading(catalog),
        answer=answer,
        releasing=next((row for row in rows if row.id == answer.releasing and not row.ended), None),
        rows=rows,
        tiers=tuple((tier.code, pick(tier.name)) for tier in catalog.tiers),
        form_key=str(uuid.uuid4()),
        zone=str(catalog.zone),
        may_manage=may_manage,
    )


def _row(catalog: Catalog, one: Standing, answer: Answer) -> AllotmentRow:
    tier, ended = catalog.tier_by_id(one.row.tier_id), one.row.released_at
    return AllotmentRow(
        id=one.row.hold_id,
        name=one.row.name,
        tier=pick(tier.name),
        sign=tier.sign,
        count=one.row.count,
        typed=answer.sizes.get(one.row.hold_id, str(one.row.count)),
        given=one.given,
        kept=one.kept,
        until=moment(one.until, catalog.zone) if one.until else _("released by hand"),
        ended=moment(ended, catalog.zone) if ended else "",
    )
