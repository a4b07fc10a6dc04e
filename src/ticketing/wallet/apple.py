"""A pass for Apple Wallet: an event ticket as Apple's "Wallet Passes" describes it, in English with Japanese beside it.

English texts stand in `pass.json` itself; `ja.lproj/pass.strings` says how each reads in Japanese. So a phone in any
other language shows English and never the name of a text.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from ticketing.core.i18n import pick
from ticketing.events.art import Art
from ticketing.events.places import Texts
from ticketing.tickets.code import grouped
from ticketing.wallet.apple_images import images
from ticketing.wallet.apple_signing import AppleKeys, bundle
from ticketing.wallet.facts import PassFacts

MIME = "application/vnd.apple.pkpass"
GROUND, TEXT, SECOND = "rgb(10, 11, 13)", "rgb(245, 239, 230)", "rgb(185, 181, 173)"
_LONGEST_SPAN = timedelta(hours=24)
"""Longer stretches of relevance are refused by iOS."""


def render(facts: PassFacts, art: Art, keys: AppleKeys) -> bytes:
    """Return the signed pass, a zip file. The serial number is the ticket's: taken in again, it replaces the former."""
    files = {"pass.json": _json(_pass(facts, keys)), **images(art)}
    japanese = dict(_translations(facts))
    files["ja.lproj/pass.strings"] = _strings(japanese)
    files["en.lproj/pass.strings"] = _strings({text: text for text in japanese})
    return bundle(files, keys)


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _pass(facts: PassFacts, keys: AppleKeys) -> dict[str, Any]:
    made: dict[str, Any] = {
        "formatVersion": 1,
        "passTypeIdentifier": keys.pass_type,
        "teamIdentifier": keys.team,
        "serialNumber": facts.number,
        "groupingIdentifier": facts.number.partition("-")[0],
        "organizationName": _english(facts.organizer),
        "description": _english(facts.title),
        "logoText": _english(facts.title),
        "backgroundColor": GROUND,
        "foregroundColor": TEXT,
        "labelColor": SECOND,
        "barcodes": [
            {
                "format": "PKBarcodeFormatQR",
                "message": facts.code,
                "messageEncoding": "iso-8859-1",
                "altText": facts.number,
            }
        ],
        "relevantDate": facts.starts_at.isoformat(),
        "relevantDates": [_relevant(facts)],
        "expirationDate": (facts.ends_at + timedelta(hours=12)).isoformat(),
        "semantics": _semantics(facts),
        "eventTicket": _fields(facts),
    }
    if facts.point:
        made["locations"] = [{"latitude": facts.point[0], "longitude": facts.point[1]}]
    return made


def _relevant(facts: PassFacts) -> dict[str, str]:
    """From the doors on the pass comes up by itself on the locked screen."""
    end = min(facts.ends_at, facts.doors_open_at + _LONGEST_SPAN)
    return {"startDate": facts.doors_open_at.isoformat(), "endDate": end.isoformat()}


def _semantics(facts: PassFacts) -> dict[str, Any]:
    """What Siri, calendar and maps understand of it."""
    known: dict[str, Any] = {
        "eventType": "PKEventTypeGeneric",
        "eventName": _english(facts.title),
        "eventStartDate": facts.starts_at.isoformat(),
        "eventEndDate": facts.ends_at.isoformat(),
        "venueName": _english(facts.venue),
        "venueRoom": _english(facts.room),
        "venueDoorsOpenDate": facts.doors_open_at.isoformat(),
        "attendeeName": facts.holder,
        "admissionLevel": _english(facts.tier),
    }
    if facts.point:
        known["venueLocation"] = {"latitude": facts.point[0], "longitude": facts.point[1]}
    return known


def _fields(facts: PassFacts) -> dict[str, Any]:
    """The front says what the door asks for; nothing stands on the art, so there is no primary field."""
    day = {"dateStyle": "PKDateStyleMedium", "timeStyle": "PKDateStyleNone", "ignoresTimeZone": True}
    time = {"dateStyle": "PKDateStyleNone", "timeStyle": "PKDateStyleShort", "ignoresTimeZone": True}
    back = {
        "event": facts.whole_title,
        "where": _where(facts),
        "admits": facts.admits,
        "order": {"en": f"{facts.number}\n{grouped(facts.code)}"},
        "notes": facts.notes,
        "more": {"en": facts.url},
    }
    mark = [{"key": "rehearsal", "value": _english(facts.rehearsal)}] if _english(facts.rehearsal) else []
    return {
        "headerFields": [_field(facts, "date", facts.starts_at.isoformat(), **day)],
        "secondaryFields": [
            _field(facts, "ticket", _english(facts.tier)),
            _field(facts, "name", facts.holder, textAlignment="PKTextAlignmentRight"),
        ],
        "auxiliaryFields": [
            _field(facts, "doors", facts.doors_open_at.isoformat(), **time),
            _field(facts, "start", facts.starts_at.isoformat(), **time),
            _field(facts, "room", _english(facts.room)),
        ],
        "backFields": [*mark, *(_field(facts, key, _english(texts)) for key, texts in back.items())],
    }


def _field(facts: PassFacts, key: str, value: str, **more: object) -> dict[str, object]:
    return {"key": key, "label": _english(facts.labels[key]), "value": value, **more}


def _where(facts: PassFacts) -> Texts:
    return {
        lang: "\n".join((f"{pick(facts.venue, lang)} {pick(facts.room, lang)}", pick(facts.address, lang)))
        for lang in ("ja", "en")
    }


def _english(texts: Texts) -> str:
    return pick(texts, "en")


def _translations(facts: PassFacts) -> Iterator[tuple[str, str]]:
    """Every English text of the pass with the Japanese one, where that is another."""
    shown = (
        *(facts.organizer, facts.title, facts.whole_title, facts.tier, facts.room, facts.venue, facts.admits),
        *(_where(facts), facts.notes, facts.rehearsal, *facts.labels.values()),
    )
    for texts in shown:
        if _english(texts) and pick(texts, "ja") != _english(texts):
            yield _english(texts), pick(texts, "ja")


def _strings(texts: Mapping[str, str]) -> bytes:
    """Write a strings file, in the encoding that Apple names for it."""
    lines = [f'"{_escaped(key)}" = "{_escaped(value)}";\n' for key, value in texts.items()]
    return "".join(lines).encode("utf-16")


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
