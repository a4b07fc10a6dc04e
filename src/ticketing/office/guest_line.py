"""One line of a list of guests: what each column means, and what is wrong with it."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ticketing.core.addresses import read_email
from ticketing.core.errors import Refused
from ticketing.core.i18n import gettext as _
from ticketing.events.catalog import Catalog, TierInfo
from ticketing.office.guest_words import LANGUAGES, PURPOSE_WORDS, column_word
from ticketing.orders.buyer import LONGEST_NAME, read_kana
from ticketing.payments.comps import MOST_EACH, Guest


@dataclass(frozen=True)
class Standard:
    """What holds for lines that do not say otherwise."""

    tier: TierInfo
    count: str
    language: str
    purpose: str


@dataclass(frozen=True)
class Fault:
    """What is wrong with which line, and in which column of it."""

    line: int
    column: str
    value: str
    text: str


@dataclass
class GuestLine:
    """The cells of a line by column, under "" what stands beyond the last one. `faults` fills while it is read."""

    catalog: Catalog
    number: int
    row: Mapping[str, str]
    standard: Standard
    faults: list[Fault] = field(default_factory=list)

    def guest(self) -> Guest | None:
        """Whom the line means; None where it has faults."""
        if self.row[""]:
            more = _("This line has more columns than there are.")
            self.faults.append(Fault(self.number, "", self.row[""], more))
        name = self._read("name", _name)
        kana, email = self._read("kana", _kana), self._read("email", _email)
        tier, count = self._tier(), self._count()
        language = self._word("language", LANGUAGES, self.standard.language, _("Use ja or en."))
        purposes = _("Use guest, press, speaker, partner or team.")
        purpose = self._word("purpose", PURPOSE_WORDS, self.standard.purpose, purposes)
        return None if self.faults else Guest(name, kana, email, language, tier, count, purpose)

    def _fault(self, column: str, text: str) -> None:
        self.faults.append(Fault(self.number, column_word(column), self.row.get(column, ""), text))

    def _read(self, column: str, how: Callable[[str], str]) -> str:
        try:
            return how(self.row.get(column, ""))
        except Refused as refused:
            self._fault(column, refused.text())
            return ""

    def _word(self, column: str, words: Mapping[str, str], standard: str, otherwise: str) -> str:
        found = words.get(plain(self.row.get(column) or standard))
        if found is None:
            self._fault(column, otherwise)
        return found or ""

    def _tier(self) -> TierInfo:
        wanted = plain(self.row.get("tier", ""))
        if not wanted:
            return self.standard.tier
        for tier in self.catalog.tiers:
            if wanted in {plain(tier.code), *map(plain, tier.name.values())}:
                return tier
        known = ", ".join(tier.code for tier in self.catalog.tiers)
        self._fault("tier", _("There is no such ticket type. Known are: %(known)s.", known=known))
        return self.standard.tier

    def _count(self) -> int:
        text = plain(self.row.get("count") or self.standard.count).removesuffix("枚").removesuffix("名")
        if text.isascii() and text.isdecimal() and len(text) < 4 and 1 <= int(text) <= MOST_EACH:
            return int(text)
        self._fault("count", _("Use a whole number from 1 to %(most)s.", most=MOST_EACH))
        return 0


def plain(text: str) -> str:
    """Width, spaces and capital letters do not matter."""
    return "".join(unicodedata.normalize("NFKC", text).lower().split())


def _name(text: str) -> str:
    if not text:
        raise Refused("guest_nameless", 400)
    if len(text) > LONGEST_NAME:
        raise Refused("name_too_long", 400)
    return text


def _kana(text: str) -> str:
    return read_kana(text) if text else ""


def _email(text: str) -> str:
    return read_email(unicodedata.normalize("NFKC", text)) if text else ""
