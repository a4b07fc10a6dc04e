"""The view models of the guest list: what was given, and a list before it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from ticketing.core.i18n import gettext as _
from ticketing.core.i18n import pick
from ticketing.core.typos import suggestion
from ticketing.events.catalog import Catalog
from ticketing.events.heading import Heading, heading
from ticketing.inventory.allotments import Standing
from ticketing.office.guest_file import Listed
from ticketing.office.guest_line import Fault
from ticketing.office.guest_words import PURPOSES, purpose_word, standing_word
from ticketing.office.order_rows import moment
from ticketing.orders.lookup import Found
from ticketing.orders.models import Order
from ticketing.payments.comps import Line
from ticketing.reports.words import ORDERS, look

Choices = tuple[tuple[str, str], ...]
_LANGUAGE_NAMES = {"ja": "日本語", "en": "English"}


@dataclass(frozen=True)
class GuestRow:
    """One line before it is given. `note` is what to look at once more; `made`: it was given already."""

    line: int
    name: str
    kana: str
    email: str
    tier: str
    count: int
    language: str
    purpose: str
    note: str
    made: bool


@dataclass(frozen=True)
class Preview:
    """A list as it was read; `short` says which tiers have too few places. It can be given without faults only."""

    rows: tuple[GuestRow, ...]
    faults: tuple[Fault, ...]
    tickets: int
    to_make: int
    short: tuple[str, ...]

    @property
    def is_right(self) -> bool:
        """Whether it may be given, or was."""
        return not self.faults and not self.short

    @property
    def is_ready(self) -> bool:
        """Whether there is somebody to give tickets to."""
        return self.is_right and self.to_make > 0


@dataclass(frozen=True)
class Wanted:
    """Which guests are looked for: what was typed, and a purpose; empty for all."""

    text: str = ""
    purpose: str = ""

    def query(self, slug: str) -> str:
        """The same as the query of an address."""
        fields = {"event": slug, "q": self.text, "for": self.purpose}
        return urlencode({name: value for name, value in fields.items() if value})


@dataclass(frozen=True)
class GivenRow:
    """Somebody who was given tickets."""

    code: str
    name: str
    email: str
    purpose: str
    given: str
    look: str
    state: str


@dataclass(frozen=True)
class GuestsPage:
    """All that `office/guests.html` shows. `values` is what was typed; `query` asks for the same guests again."""

    event: Heading
    error: str
    done: int
    preview: Preview | None
    values: Mapping[str, str]
    batch: str
    tiers: Choices
    languages: Choices
    purposes: Choices
    allotments: Choices
    counts: tuple[tuple[str, int, int], ...]
    wanted: Wanted
    query: str
    given: tuple[GivenRow, ...]
    count: int
    page: int
    pages: int
    may_manage: bool


def preview_of(listed: Listed, lines: Sequence[Line], made: set[int], has: Mapping[str, int]) -> Preview:
    """A list as it would be given; `made` are the lines that were, `has` how many tickets an address has already."""
    to_make = [line for line in lines if line.number not in made]
    return Preview(
        rows=tuple(_row(line, line.number in made, has) for line in lines),
        faults=tuple(sorted(listed.faults, key=lambda fault: fault.line)),
        tickets=sum(line.guest.count for line in to_make),
        to_make=len(to_make),
        short=(),
    )


@dataclass(frozen=True)
class Given:
    """What was given so far: a page of what was looked for, with whom each order is for, orders and tickets by purpose,
    and what is set aside."""

    wanted: Wanted
    found: Found
    purposes: Mapping[str, str]
    counts: Mapping[str, tuple[int, int]]
    standing: Sequence[Standing]


def guests_page(catalog: Catalog, so_far: Given, asked: Asked, *, may_manage: bool) -> GuestsPage:
    """The page, with a list before it is given where there is one."""
    return GuestsPage(
        event=heading(catalog),
        error=asked.error,
        done=asked.done,
        preview=asked.preview,
        values=asked.values,
        batch=asked.batch,
        tiers=tuple((tier.code, pick(tier.name)) for tier in catalog.tiers),
        languages=tuple(_LANGUAGE_NAMES.items()),
        purposes=tuple((purpose, str(words)) for purpose, words in PURPOSES.items()),
        allotments=tuple(_source(catalog, one) for one in so_far.standing if one.kept),
        counts=tuple((purpose_word(one), *so_far.counts[one]) for one in PURPOSES if one in so_far.counts),
        wanted=so_far.wanted,
        query=so_far.wanted.query(catalog.slug),
        given=tuple(_given(catalog, order, so_far.purposes[order.id]) for order in so_far.found.orders),
        count=so_far.found.count,
        page=so_far.found.page,
        pages=so_far.found.pages,
        may_manage=may_manage,
    )


@dataclass(frozen=True)
class Asked:
    """What somebody wants, and what the page says to it."""

    values: Mapping[str, str]
    batch: str
    error: str = ""
    done: int = 0
    preview: Preview | None = None


def _source(catalog: Catalog, one: Standing) -> tuple[str, str]:
    facts = {"name": one.row.name, "tier": pick(catalog.tier_by_id(one.row.tier_id).name), "count": one.kept}
    return one.row.hold_id, _("%(name)s (%(tier)s, left: %(count)s)", **facts)


def _row(line: Line, made: bool, has: Mapping[str, int]) -> GuestRow:
    guest = line.guest
    notes = []
    if meant := suggestion(guest.email):
        notes.append(_("Did you mean %(email)s?", email=meant))
    if not guest.email:
        notes.append(_("No letter: there is no address."))
    if guest.email in has and not made:
        notes.append(_("Tickets that this address has already: %(count)s.", count=has[guest.email]))
    if line.again:
        notes.append(_("The same stands above."))
    return GuestRow(
        line=line.number,
        name=guest.name,
        kana=guest.kana,
        email=guest.email,
        tier=pick(guest.tier.name),
        count=guest.count,
        language=_LANGUAGE_NAMES[guest.language],
        purpose=purpose_word(guest.purpose),
        note=" ".join(notes),
        made=made,
    )


def _given(catalog: Catalog, order: Order, purpose: str) -> GivenRow:
    return GivenRow(
        code=order.code,
        name=order.buyer_name,
        email=order.buyer_email,
        purpose=purpose_word(purpose),
        given=moment(order.created_at, catalog.zone),
        look=look(ORDERS, order.state),
        state=standing_word(order.state),
    )
