"""The list to find an order in: what may be asked for, and the page that answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode

from ticketing.core import i18n
from ticketing.core.i18n import pick
from ticketing.core.money import Money
from ticketing.events.catalog import Catalog
from ticketing.events.heading import Heading, heading
from ticketing.office.guest_words import purpose_word, standing_word
from ticketing.office.order_rows import moment
from ticketing.orders.lookup import Asked, Found
from ticketing.orders.models import Order
from ticketing.orders.search_key import LONGEST
from ticketing.orders.states import ORDER_STATES
from ticketing.payments import comps
from ticketing.reports import promo_codes
from ticketing.reports.absent import somebody_still_to_come
from ticketing.reports.undelivered import somebody_not_reached
from ticketing.reports.words import ORDERS, look, word

TICKED = ("absent", "unreached", "complimentary")


@dataclass(frozen=True)
class Wanted:
    """What was typed and chosen, as text; what is no choice of the form counts as not chosen. `day` is when it was
    ordered, in the event's zone, `promo` the id of a promo code; `absent`: only orders of which somebody is still to
    come, `unreached`: only those of which somebody does not get our letters, `complimentary`: only those that nobody
    pays."""

    text: str = ""
    state: str = ""
    tier: str = ""
    day: str = ""
    promo: str = ""
    absent: bool = False
    unreached: bool = False
    complimentary: bool = False

    @property
    def is_filtered(self) -> bool:
        """Whether anything but the text was chosen."""
        return bool(self.state or self.tier or self.day or self.promo or any(self._ticked().values()))

    def query(self, slug: str) -> str:
        """The same as the query of an address."""
        fields = {"event": slug, "q": self.text, "state": self.state, "tier": self.tier, "day": self.day}
        fields["promo"] = self.promo
        ticked = {name: "1" for name, is_ticked in self._ticked().items() if is_ticked}
        return urlencode({name: value for name, value in (fields | ticked).items() if value})

    def _ticked(self) -> dict[str, bool]:
        return {name: getattr(self, name) for name in TICKED}


@dataclass(frozen=True)
class Choice:
    """One choice of a list: what is sent, what it is called."""

    value: str
    name: str


@dataclass(frozen=True)
class FoundRow:
    """One order in the list; `purpose` says whom a complimentary one is for."""

    code: str
    name: str
    kana: str
    email: str
    placed: str
    tickets: int
    total: str
    look: str
    state: str
    purpose: str


@dataclass(frozen=True)
class OrdersPage:
    """All that `office/orders.html` shows; `query` asks for the same again."""

    event: Heading
    wanted: Wanted
    query: str
    states: tuple[Choice, ...]
    tiers: tuple[Choice, ...]
    promos: tuple[Choice, ...]
    rows: tuple[FoundRow, ...]
    count: int
    page: int
    pages: int
    may_call_off: bool


@dataclass(frozen=True)
class Seen:
    """What other rooms know of these orders, by their ids: how each stands, whom a complimentary one is for. `promos`
    are the words of the event's promo codes, by their ids."""

    standings: Mapping[str, str]
    purposes: Mapping[str, str]
    promos: Mapping[str, str]


def wanted(catalog: Catalog, form: Mapping[str, str]) -> Wanted:
    """What the fields `q`, `state`, `tier`, `day` and `promo` ask for, and those that are ticked."""
    state, tier, day = (form.get(name, "") for name in ("state", "tier", "day"))
    return Wanted(
        text=form.get("q", "")[:LONGEST],
        state=state if state in ORDER_STATES else "",
        tier=tier if tier in [one.code for one in catalog.tiers] else "",
        day=day if _day(day) else "",
        promo=form.get("promo", "")[:36],
        **{name: form.get(name) == "1" for name in TICKED},
    )


def asked(catalog: Catalog, wanted: Wanted) -> Asked:
    """The same for the room of orders."""
    day = _day(wanted.day)
    since = datetime.combine(day, time(), catalog.zone) if day else None
    return Asked(
        text=wanted.text,
        states=(wanted.state,) if wanted.state else (),
        tier_id=next((tier.id for tier in catalog.tiers if tier.code == wanted.tier), None),
        since=since,
        before=since + timedelta(days=1) if since else None,
        also=(
            *((somebody_still_to_come(),) if wanted.absent else ()),
            *((somebody_not_reached(),) if wanted.unreached else ()),
            *((comps.among(catalog.id),) if wanted.complimentary else ()),
            *((promo_codes.among(wanted.promo),) if wanted.promo else ()),
        ),
    )


def orders_page(catalog: Catalog, found: Found, seen: Seen, wanted: Wanted, *, may_call_off: bool) -> OrdersPage:
    """A page of orders."""
    return OrdersPage(
        event=heading(catalog),
        wanted=wanted,
        query=wanted.query(catalog.slug),
        states=tuple(Choice(state, word(ORDERS, state)) for state in ORDER_STATES),
        tiers=tuple(Choice(tier.code, pick(tier.name)) for tier in catalog.tiers),
        promos=tuple(Choice(key, text) for key, text in seen.promos.items()),
        rows=tuple(_found(catalog, order, seen) for order in found.orders),
        count=found.count,
        page=found.page,
        pages=found.pages,
        may_call_off=may_call_off,
    )


def _day(text: str) -> date | None:
    """A day as browsers send it; the last days that a calendar knows have no next one."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if date(2000, 1, 1) <= day < date(9999, 1, 1) else None


def _found(catalog: Catalog, order: Order, seen: Seen) -> FoundRow:
    standing, purpose = seen.standings[order.id], seen.purposes.get(order.id)
    return FoundRow(
        code=order.code,
        name=order.buyer_name,
        kana=order.buyer_kana,
        email=order.buyer_email,
        placed=moment(order.created_at, catalog.zone),
        tickets=sum(line.quantity for line in order.lines),
        total=i18n.money(Money(order.total_minor, order.currency)),
        look=look(ORDERS, standing),
        state=standing_word(standing) if purpose else word(ORDERS, standing),
        purpose=purpose_word(purpose) if purpose else "",
    )
