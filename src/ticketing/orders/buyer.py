"""Who buys: what people type into the form, checked field by field, with every fault at once."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

from ticketing.core.addresses import read_email_once_asked
from ticketing.core.errors import Refused
from ticketing.core.ids import new_id

LONGEST_NAME = 100
ASK, DEMAND, OFF = "optional", "required", "off"
"""Whether the form asks for the names on the tickets: `attendee_names` of the event's file."""
# Hiragana; a small tsu stands before a sound that it can double, else it came from Latin letters that are no Japanese.
READ = re.compile("(?:[ぁ-ゖー・ ](?<!っ)|っ(?=[か-ぢつ-どば-ぽっ]))*")


@dataclass(frozen=True)
class Buyer:
    """Who buys, checked; `attendees` maps ticket numbers (from 1) to names where given, `readings` to how they are
    read; `kana` is how the buyer's own name is read, in hiragana, or empty."""

    name: str
    email: str
    language: str
    form_key: str
    attendees: Mapping[int, str] = field(default_factory=dict)
    kana: str = ""
    readings: Mapping[int, str] = field(default_factory=dict)


class BadForm(Exception):
    """Fields of the buyer's form that need a look: field name to refusal."""

    def __init__(self, faults: Mapping[str, Refused]) -> None:
        super().__init__(", ".join(faults))
        self.faults = faults


def read_buyer(form: Mapping[str, str], count: int, language: str, names: str = ASK) -> Buyer:
    """Check the buyer's fields; raises BadForm naming every field at fault, not just the first.

    Where names are demanded, each ticket but the first has to have one: the first is the buyer's, if nothing else is
    typed there.
    """
    faults: dict[str, Refused] = {}
    name = _name(form, "name", faults, missing="name_missing")
    email = _email(form, faults)
    kana = _kana(form, "kana", faults)
    attendees, readings = {}, {}
    for number in range(1, count + 1 if names != OFF else 1):
        missing = "attendee_missing" if names == DEMAND and number > 1 else ""
        attendees[number] = _name(form, f"attendee-{number}", faults, missing)
        readings[number] = _kana(form, f"kana-{number}", faults)
    if faults:
        raise BadForm(faults)
    given = {number: attendee for number, attendee in attendees.items() if attendee}
    read = {number: readings[number] for number in given if readings[number]}
    form_key = form.get("form_key", "").strip()[:64] or new_id()
    return Buyer(name, email, language, form_key, given, kana, read)


def read_kana(text: str) -> str:
    """How a name is read, in hiragana, from kana of any kind or from Latin letters; empty for nothing.

    Raises Refused("kana_unreadable", 400) where there is anything else in it, and Refused("name_too_long", 400).
    """
    import jaconv  # noqa: PLC0415 (for who types kana only)

    plain = " ".join(unicodedata.normalize("NFKC", text).split())
    if any(letter.isascii() and letter.isalpha() for letter in plain):
        plain = jaconv.alphabet2kana(plain.lower())
    kana: str = jaconv.kata2hira(plain)
    if not READ.fullmatch(kana):
        raise Refused("kana_unreadable", 400)
    if len(kana) > LONGEST_NAME:
        raise Refused("name_too_long", 400)
    return kana


def _name(form: Mapping[str, str], name: str, faults: dict[str, Refused], missing: str) -> str:
    text = " ".join(form.get(name, "").split())
    if not text and missing:
        faults[name] = Refused(missing, 400)
    elif len(text) > LONGEST_NAME:
        faults[name] = Refused("name_too_long", 400)
    return text


def _kana(form: Mapping[str, str], name: str, faults: dict[str, Refused]) -> str:
    try:
        return read_kana(form[name]) if form.get(name, "").strip() else ""
    except Refused as fault:
        faults[name] = fault
        return ""


def _email(form: Mapping[str, str], faults: dict[str, Refused]) -> str:
    try:
        return read_email_once_asked(form)
    except Refused as fault:
        faults["email"] = fault
        return ""
