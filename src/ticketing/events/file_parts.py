"""The sections of an event file as frozen values. What is written here is the form of the file: its keys, their kinds,
their defaults and their rules; reader, writer and database columns follow from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from ticketing.events.art import FIGURES, PAIRS
from ticketing.events.file_faults import say as _
from ticketing.events.file_rules import (
    CODE,
    CURRENCY,
    EMAIL,
    NOT_BLANK,
    NOT_EMPTY,
    REGISTRATION,
    SLUG,
    WEB_ADDRESS,
    ZONE,
    at_most,
    between,
    one_of,
)

Line = Annotated[str, NOT_BLANK, at_most(4000)]
Code = Annotated[str, CODE]
Count = Annotated[int, between(0, 100_000)]
AtLeastOne = Annotated[int, between(1, 100_000)]
Percent = Annotated[int, between(0, 100, _("percent"))]
Days = Annotated[int, between(0, 3650, _("days"))]


@dataclass(frozen=True)
class Texts:
    """A text in both languages."""

    ja: Line
    en: Line


@dataclass(frozen=True)
class TitleLines:
    """The title as the poster breaks it: Japanese in columns from the right, English in lines from the top."""

    ja: Annotated[tuple[Line, ...], NOT_EMPTY]
    en: Annotated[tuple[Line, ...], NOT_EMPTY]


@dataclass(frozen=True)
class Theme:
    """A question that the event asks."""

    title: Texts
    line: Texts


@dataclass(frozen=True)
class Speaker:
    """Somebody on stage."""

    name: Texts
    country: Texts | None = None
    line: Texts | None = None


@dataclass(frozen=True)
class Premiere:
    """Something elsewhere or on another day that the page tells of; no ticket of ours."""

    title: Texts
    on: date
    place: Texts
    line: Texts | None = None


@dataclass(frozen=True)
class Art:
    """The organizer's choice for the picture; what is None is chosen from the event's data."""

    figure: Annotated[str, one_of(*FIGURES)] | None = None
    pair: Annotated[str, one_of(*PAIRS)] | None = None


@dataclass(frozen=True)
class EventPart:
    """`[event]`: what it is and when, and all that only the event page shows."""

    slug: Annotated[str, SLUG]
    title: Texts
    summary: Texts
    starts_at: datetime
    ends_at: datetime
    timezone: Annotated[str, ZONE, at_most(60)] = "Asia/Tokyo"
    currency: Annotated[str, CURRENCY] = "jpy"
    places_warning: Count = 20
    series: Texts | None = None
    title_lines: TitleLines | None = None
    art: Art = Art()
    organizers: tuple[Texts, ...] = ()
    supporters: tuple[Texts, ...] = ()
    themes: tuple[Theme, ...] = ()
    speakers: tuple[Speaker, ...] = ()
    premieres: tuple[Premiere, ...] = ()


@dataclass(frozen=True)
class VenuePart:
    """`[venue]`. Events whose venues have the same English name share its rooms."""

    name: Texts
    address: Texts
    access: Texts
    map_url: Annotated[str, WEB_ADDRESS, at_most(500)]


@dataclass(frozen=True)
class RoomPart:
    """One of `[[rooms]]`: a hall and its legal head-count."""

    code: Code
    name: Texts
    capacity: AtLeastOne


@dataclass(frozen=True)
class GatePart:
    """One of `[[gates]]`: a way in or out of the room with the code `room`."""

    code: Code
    name: Texts
    room: str


@dataclass(frozen=True)
class ProgramPart:
    """One of `[[programs]]`. `places` is the room's capacity where the file leaves it out."""

    code: Code
    title: Texts
    room: str
    starts_at: datetime
    ends_at: datetime
    doors_open_at: datetime
    last_entry_at: datetime | None = None
    places: Count | None = None
    sample: bool = False


@dataclass(frozen=True)
class TierPart:
    """One of `[[tiers]]`. `price` is in whole yen, tax included; `admits` are codes of programs. Until
    `door_sale_ends_at` the till sells it, even where its sale online is over."""

    code: Code
    name: Texts
    price: Annotated[int, between(0, 9_999_999, _("whole yen"))]
    tax_percent: Percent
    admits: Annotated[tuple[str, ...], NOT_EMPTY]
    reentry: bool
    sale_starts_at: datetime
    sale_ends_at: datetime
    max_per_order: Annotated[int, between(1, 100, _("tickets"))]
    quota: Count | None = None
    door_sale_ends_at: datetime | None = None


@dataclass(frozen=True)
class RefundRule:
    """Up to `until` a buyer may cancel and gets the price back less `fee_percent`."""

    until: datetime
    fee_percent: Percent


@dataclass(frozen=True)
class Konbini:
    """Whether and when paying at a convenience store is offered."""

    enabled: bool = False
    off_days_before: Annotated[int, between(0, 60, _("days"))] = 4
    off_below_places: Count = 0


@dataclass(frozen=True)
class WaitingList:
    """Whether people may wait for places that become free, and how long an offered place is kept for one of them."""

    enabled: bool = True
    offer_minutes: Annotated[int, between(15, 10_080, _("minutes"))] = 720


@dataclass(frozen=True)
class PolicyPart:
    """`[policy]`. No refund rule: no refund unless the event is called off."""

    hold_minutes: Annotated[int, between(10, 60, _("minutes"))] = 30
    change_until: datetime | None = None
    max_per_email: AtLeastOne | None = None
    attendee_names: Annotated[str, one_of("optional", "required", "off")] = "optional"
    door_names: bool = False
    offline: Annotated[str, one_of("lenient", "strict")] = "lenient"
    disputes: Annotated[str, one_of("block", "keep")] = "block"
    keep_personal_data_days: Days = 90
    reminder: bool = True
    reminder_at: datetime | None = None
    konbini: Konbini = Konbini()
    waiting_list: WaitingList = WaitingList()
    refunds: tuple[RefundRule, ...] = ()


@dataclass(frozen=True)
class Statement:
    """One row of the page that the Act on Specified Commercial Transactions asks for."""

    title: Texts
    text: Texts


@dataclass(frozen=True)
class SellerPart:
    """`[seller]`. `registration_number` is empty while the seller issues no qualified invoices; `confirmed` says that
    the organizer has read the legal page and stands by it."""

    name: Texts
    address: Texts
    phone: Texts
    responsible: Texts
    email: Annotated[str, EMAIL]
    registration_number: Annotated[str, REGISTRATION] = ""
    statements: tuple[Statement, ...] = ()
    confirmed: bool = False


@dataclass(frozen=True)
class EventFile:
    """One event as one file. Programs stand in the order of their time, rooms in the order of their codes."""

    event: EventPart
    venue: VenuePart
    rooms: Annotated[tuple[RoomPart, ...], NOT_EMPTY]
    gates: Annotated[tuple[GatePart, ...], NOT_EMPTY]
    programs: Annotated[tuple[ProgramPart, ...], NOT_EMPTY]
    tiers: Annotated[tuple[TierPart, ...], NOT_EMPTY]
    policy: PolicyPart
    seller: SellerPart
