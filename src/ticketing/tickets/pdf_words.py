"""What stands on a printed ticket, in words; the sheets set it, each in its own way."""

from dataclasses import dataclass

from ticketing.tickets.pdf_tags import Box, Element


@dataclass(frozen=True, slots=True)
class EventTexts:
    """What stands on every ticket of an event in one language; plain texts, ready to print.

    `title_lines` are lines from the top in English and columns from the right in Japanese; `other_title` is the
    title in the other language (may be empty). `rehearsal`, when not empty, is printed in a black band. `art_alt`
    tells the art to who does not see it.
    """

    language: str
    title_lines: tuple[str, ...]
    other_title: str
    date: str
    weekday: str
    times: str
    doors: str
    venue: str
    order_label: str
    admits_label: str
    access_label: str
    access: tuple[str, ...]
    notes_label: str
    notes: tuple[str, ...]
    organizer: str
    rehearsal: str = ""
    art_alt: str = ""

    @property
    def title(self) -> str:
        """The title in one line."""
        return ("" if self.language == "ja" else " ").join(self.title_lines)


@dataclass(frozen=True, slots=True)
class TierTexts:
    """What stands on every ticket of one tier: its sign (one of ● ◐ ▲ ■ ◆), its name, what it admits to."""

    sign: str
    name: str
    admits: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TicketPage:
    """One ticket. `count` is "1 of 3" and `price` "¥2,000, tax included" in the language of the event's texts.

    `code_alt` tells what the QR symbol is to those who do not see it.
    """

    event: EventTexts
    tier: TierTexts
    attendee: str
    order_code: str
    number: int
    count: str
    price: str
    code: str
    code_alt: str = ""


def read_aloud(page: TicketPage, art: Box, qr: Box) -> Element:
    """A ticket as a screen reader tells it: what, when, where, which, whose, its code, then the small print.

    `art` and `qr` are where the two figures stand on the sheet. What a sheet leaves out is left out here too.
    """
    event = page.event
    columns = ("admits", "access", "notes")
    parts = (
        Element("P", "band"),
        Element("H1", "title", actual=event.title),
        Element("P", "other title", lang="en" if event.language == "ja" else "ja"),
        Element("Figure", "art", alt=event.art_alt or event.title, box=art),
        *(Element("P", name) for name in ("date", "times", "doors", "venue")),
        Element("H2", "tier"),
        *(Element("P", name) for name in ("holder", "count")),
        Element("Figure", "qr", alt=page.code_alt or f"{page.order_code}-{page.number}", box=qr),
        Element("P", "order"),
        *(Element(tag, name) for column in columns for tag, name in (("H2", column), ("P", f"{column} text"))),
        *(Element("P", name) for name in ("organizer", "code")),
    )
    return Element("Sect", kids=parts)
