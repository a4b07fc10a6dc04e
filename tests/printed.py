"""Tickets to print for tests: the first event in both languages, without a database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from ticketing.events.art import ArtData, generate
from ticketing.tickets.code import derive
from ticketing.tickets.pdf import EventTexts, TicketPage, TierTexts

START = datetime(2025, 10, 26, 1, tzinfo=UTC)
ART = generate(ArtData("future-of-filmmaking-with-ai", START, START + timedelta(minutes=180)))
JA = EventTexts(
    language="ja",
    title_lines=("AIと映画", "制作の未来"),
    other_title="The Future of Filmmaking with AI",
    date="2025.10.26",
    weekday="（日）",
    times="10:00–13:00",
    doors="開場 9:30",
    venue="赤坂インターシティコンファレンス the AIR",
    order_label="注文番号",
    admits_label="入場できるプログラム",
    access_label="会場への行き方",
    access=("東京都港区赤坂1-8-1", "赤坂インターシティAIR 4階"),
    notes_label="ご案内",
    notes=("このコードは1名さま1回限り有効です。写真をネットに載せないでください。",),
    organizer="主催：株式会社パシフィックボイス",
)
EN = EventTexts(
    language="en",
    title_lines=("The Future", "of Filmmaking", "with AI"),
    other_title="",
    date="Sun 26 Oct 2025",
    weekday="",
    times="10:00–13:00",
    doors="Doors open 9:30",
    venue="the AIR, Akasaka Intercity Conference, Tokyo",
    order_label="Order",
    admits_label="Admits to",
    access_label="Getting there",
    access=("Akasaka Intercity AIR, 4F",),
    notes_label="Please note",
    notes=("This code lets one person in. Keep it off social media.",),
    organizer="Pacific Voice Co., Ltd.",
)
ONE_DAY = TierTexts("●", "1 DAY", ("カンファレンス 10:00–13:00", "再入場できます。"))
EVENT_ONLY = TierTexts("◐", "EVENT ONLY", ("Conference 10:00–13:00 only.",))


def ticket(
    attendee: str, number: int = 1, event: EventTexts = JA, tier: TierTexts = ONE_DAY, count: str = ""
) -> TicketPage:
    """A ticket with a code of its own."""
    count = count or (f"3枚中{number}枚目" if event.language == "ja" else f"{number} of 3")
    price = "2,000円（税込）" if event.language == "ja" else "¥1,000, tax included"
    code = derive(b"a key of the tests", attendee, number)
    return TicketPage(event, tier, attendee, "K7M2QFX", number, count, price, code)
