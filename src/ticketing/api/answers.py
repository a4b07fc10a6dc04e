"""What programs get, in form. The description (`/api/v1/openapi.json`) is made from these very structs."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

Cursor = str | None
Whole = Annotated[int, Meta(ge=0)]
OrderState = Literal["pending", "awaiting_payment", "paid", "expired", "canceled", "refunded", "partially_refunded"]
TicketState = Literal["valid", "revoked"]
DeliveryState = Literal["queued", "sending", "delivered", "failed"]
SaleState = Literal["upcoming", "open", "over"]
ScanKind = Literal["entry", "exit"]
Decision = Literal["admit", "refuse"]
Mode = Literal["online", "offline"]


class MoneyFacts(Struct):
    """An amount in minor units (yen for JPY), and its ISO 4217 currency in small letters."""

    amount: int
    currency: str


class Problem(Struct, omit_defaults=True):
    """What went wrong (RFC 9457). `code` is stable; `title` follows the language asked for."""

    type: str
    title: str
    status: int
    code: str
    request_id: str | None = None


class Texts(Struct):
    """A text in both languages."""

    ja: str = ""
    en: str = ""


class ProgramFacts(Struct):
    """A part of the day in one room."""

    code: str
    title: Texts
    room: str
    starts_at: datetime
    ends_at: datetime
    doors_open_at: datetime
    places: Whole


class TierFacts(Struct):
    """A sold kind of ticket; `admits` are codes of programs, the price includes `tax_percent`."""

    code: str
    name: Texts
    price: MoneyFacts
    tax_percent: Whole
    admits: list[str]
    reentry: bool
    sale_starts_at: datetime
    sale_ends_at: datetime


class EventFacts(Struct):
    """An event. `rehearsal`: a copy with all times moved."""

    slug: str
    title: Texts
    starts_at: datetime
    ends_at: datetime
    timezone: str
    currency: str
    venue: Texts
    rehearsal: bool
    canceled_at: datetime | None
    programs: list[ProgramFacts]
    tiers: list[TierFacts]


class EventList(Struct):
    """The events that the token reaches, the soonest first."""

    events: list[EventFacts]


class TierLevel(Struct):
    """One tier now. `left` is how many anybody could buy, `waiting` how many places people wait for."""

    code: str
    sale: SaleState
    left: Whole
    sold: Whole
    held: Whole
    waiting: Whole


class ProgramLevel(Struct):
    """One program now."""

    code: str
    capacity: Whole
    sold: Whole
    held: Whole
    left: Whole


class Availability(Struct):
    """How many places there are at this moment."""

    event: str
    tiers: list[TierLevel]
    programs: list[ProgramLevel]


class LineFacts(Struct):
    """So many of one tier, at this price each."""

    tier: str
    quantity: Annotated[int, Meta(ge=1)]
    unit: MoneyFacts
    tax_percent: Whole


class Person(Struct):
    """Who bought; only with the scope `personal:read`."""

    name: str
    email: str
    language: str


class OrderFacts(Struct):
    """One order. `buyer` is null without the scope `personal:read`."""

    code: str
    event: str
    state: OrderState
    total: MoneyFacts
    tax: MoneyFacts
    lines: list[LineFacts]
    created_at: datetime
    expires_at: datetime
    paid_at: datetime | None
    ended_at: datetime | None
    buyer: Person | None


class OrderPage(Struct):
    """Some orders, the newest first; `next_cursor` is null on the last page."""

    orders: list[OrderFacts]
    next_cursor: Cursor


class TicketFacts(Struct):
    """One ticket; its code is never told here. `attendee` is null without the scope `personal:read`."""

    order: str
    number: Annotated[int, Meta(ge=1)]
    tier: str
    state: TicketState
    issue: Annotated[int, Meta(ge=1)]
    issued_at: datetime
    revoked_at: datetime | None
    attendee: str | None


class TicketList(Struct):
    """The tickets of one order, by number."""

    tickets: list[TicketFacts]


class TicketPage(Struct):
    """Some tickets, the newest first; `next_cursor` is null on the last page."""

    tickets: list[TicketFacts]
    next_cursor: Cursor


class ScanFacts(Struct):
    """One scan. `order`, `number` and `tier` are null for a code that is no ticket of this event."""

    id: str
    kind: ScanKind
    decision: Decision
    reason: str | None
    mode: Mode
    gate: str
    device: str
    order: str | None
    number: int | None
    tier: str | None
    scanned_at: datetime
    received_at: datetime
    undoes: str | None


class ScanPage(Struct):
    """Some scans, those that reached us last first; `next_cursor` is null on the last page."""

    scans: list[ScanFacts]
    next_cursor: Cursor


class RefundFacts(Struct):
    """What goes back now; `refund` is null where tickets were revoked and no money was left."""

    order: str
    state: OrderState
    tickets: list[int]
    amount: MoneyFacts
    refund: str | None


class Done(Struct):
    """The order after it was canceled, or its tickets sent again."""

    order: str
    state: OrderState
