"""What an order is found by: its code, address and names in every way that people write them, in one small text.

Names stand in it as written, as read, and in Latin letters, so that 山田, やまだ, ヤマダ, yamada find the same order.
It is kept with the order, so that a search looks at one column instead of at every ticket; whoever changes a name or an
address writes it anew (`renew`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import Session

from ticketing.core.db import changed
from ticketing.orders.models import Order, TicketChange
from ticketing.tickets.models import Ticket

MOST_WORDS = 8
LONGEST = 254
_TO_HIRAGANA = {code: code - 0x60 for code in range(ord("ァ"), ord("ヶ") + 1)}
# Forms of one character that people write for one another in names; kept and typed ones become the same.
_ONE_FORM = str.maketrans(
    "髙﨑嵜濱濵邊邉齋齊斎澤廣櫻國德眞惠龍嶋嶌冨塚曾髮藪", "高崎崎浜浜辺辺斉斉斉沢広桜国徳真恵竜島島富塚曽髪薮"
)
_KANA = re.compile("[ぁ-ゖー]+")
_LATIN = re.compile(r"[a-z'\-]+")
# Hepburn, kunrei and what stands in passports become one spelling. It is looser than each, and the same for what
# is kept and for what is typed; a beginning of a word stays a beginning.
_ONE_SPELLING: Sequence[tuple[re.Pattern[str], str]] = tuple(
    (re.compile(pattern), by)
    for pattern, by in (
        (r"['\-]", ""),
        ("tch", "cch"),
        ("sh|sy", "s"),
        ("ch|ty|ts", "t"),
        ("j|dz", "z"),
        ("zy", "z"),
        ("du", "zu"),
        ("f", "h"),
        ("m(?=[bp])", "n"),
        ("o[ou]", "o"),
        ("uu", "u"),
        ("oh(?![aeiouy])", "o"),
    )
)


@dataclass(frozen=True)
class Named:
    """A name and how it is read, in hiragana, empty where nobody said so."""

    name: str
    kana: str = ""


def search_key(code: str, addresses: Iterable[str], names: Iterable[Named]) -> str:
    """The text to look in: one line for each thing that the order is found by, each once."""
    lines = [code.lower(), *(address.lower() for address in addresses)]
    for named in names:
        lines += _ways(named)
    return "\n".join(line for line in dict.fromkeys(lines) if line)


def renew(session: Session, order_id: str) -> None:
    """Write the key of an order anew, from the names and addresses that stand in this transaction."""
    session.flush()
    columns = select(Order.code, Order.buyer_email, Order.buyer_name, Order.buyer_kana, Order.attendees, Order.readings)
    code, email, name, kana, attendees, readings = session.execute(columns.where(Order.id == order_id)).one()
    on_tickets = session.execute(select(Ticket.attendee, Ticket.kana).where(Ticket.order_code == code))
    names = [Named(name, kana), *(Named(*one) for one in on_tickets.all())]
    if len(names) == 1:  # no tickets yet
        names += named_attendees(attendees, readings)
    passed = select(TicketChange.email).where(TicketChange.order_id == order_id, TicketChange.email != "")
    addresses = [email, *session.scalars(passed.order_by(TicketChange.at, TicketChange.id))]
    changed(session, update(Order).where(Order.id == order_id).values(search_key=search_key(code, addresses, names)))


def named_attendees(attendees: dict[str, str], readings: dict[str, str]) -> Iterator[Named]:
    """The names that a buyer gave for the tickets, each with its reading."""
    for number, name in attendees.items():
        yield Named(name, readings.get(number, ""))


def matching(typed: str) -> tuple[ColumnElement[bool], ...]:
    """The conditions on orders that all words of what was typed stand in the key, each anywhere in it; none for an
    empty text. An order code may also be typed as it is said: with spaces, hyphens, small letters."""
    text = _folded(typed.replace("\0", "")[:LONGEST])
    words = text.split(maxsplit=MOST_WORDS - 1)
    if not words:
        return ()
    said = "".join(filter(str.isalnum, text))
    by_words = and_(*(_has_word("".join(word.split())) for word in words))
    return (or_(by_words, Order.code == said.upper()),)


def _has_word(word: str) -> ColumnElement[bool]:
    ways = [word]
    if _LATIN.fullmatch(word) and (spelled := _one_spelling(word)):
        ways.append(spelled)
    return or_(*(Order.search_key.contains(way, autoescape=True) for way in dict.fromkeys(ways)))


def _ways(named: Named) -> Iterator[str]:
    """A name without spaces: as written, as read, as spelled in Latin letters."""
    for text in (named.name, named.kana):
        words = _folded(text).split()
        yield "".join(words)
        yield "".join(_one_spelling(_spelled(word)) for word in words)


def _folded(text: str) -> str:
    """Wide and narrow, large and small letters, both kinds of kana, forms of one kanji: one of each."""
    return unicodedata.normalize("NFKC", text).lower().translate(_TO_HIRAGANA).translate(_ONE_FORM)


def _spelled(word: str) -> str:
    """A word in Latin letters; nothing for kanji."""
    if _LATIN.fullmatch(word):
        return word
    if not _KANA.fullmatch(word):
        return ""
    import jaconv  # noqa: PLC0415 (where there is kana only)

    spelled: str = jaconv.kana2alphabet(word)
    return spelled


def _one_spelling(word: str) -> str:
    for pattern, by in _ONE_SPELLING:
        word = pattern.sub(by, word)
    return word
