"""A link that puts a ticket into Google Wallet: event and ticket in one signed token, no call to Google by us.

The token has the form of Google's "savetowallet" JWT. Google takes each class and object in once and knows it by its
id from then on, so an id holds a digest of what it stands for: what has changed is another one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from ticketing.core.i18n import pick
from ticketing.wallet.facts import PassFacts
from ticketing.wallet.faults import BadKeys

SAVE = "https://pay.google.com/gp/v/save/"
LONGEST = 1800
"""Browsers may cut longer addresses off, says Google."""
GROUND = "#0a0b0d"


class GoogleKeys(NamedTuple):
    """The issuer's number and the service account that signs for it."""

    issuer: str
    account: str
    key: RSAPrivateKey


@lru_cache(maxsize=2)
def read_keys(issuer: str, account: str) -> GoogleKeys:
    """Read the JSON file that Google gives for a service account. Raises BadKeys."""
    try:
        facts = json.loads(account)
        key = load_pem_private_key(facts["private_key"].encode(), None)
        name = str(facts["client_email"])
    except (ValueError, TypeError, KeyError) as error:
        raise BadKeys("GOOGLE_WALLET_KEY is no JSON key of a service account") from error
    if not isinstance(key, RSAPrivateKey):
        raise BadKeys("GOOGLE_WALLET_KEY holds no RSA key")
    return GoogleKeys(issuer, name, key)


def save_link(facts: PassFacts, keys: GoogleKeys, language: str, now: datetime) -> str:
    """Return the address that offers to save this ticket, in one language: two do not fit, an RSA signature is long.

    What a link has no room for is left out, the least first: colour, end and the number under the symbol, then where
    it is, then the end of a very long name.
    """
    for payload in _payloads(facts, keys.issuer, language):
        claims = {"iss": keys.account, "aud": "google", "typ": "savetowallet", "iat": int(now.timestamp())}
        body = _json({**claims, "payload": payload})
        token = jwt.PyJWS().encode(body, keys.key, algorithm="RS256", headers={"typ": "JWT"})
        if len(SAVE + token) <= LONGEST:
            break
    return SAVE + token


def _json(value: Any) -> bytes:
    """Compact, and as UTF-8: escapes would double the room that Japanese takes."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _payloads(facts: PassFacts, issuer: str, language: str) -> Iterator[dict[str, Any]]:
    """The same ticket, ever shorter."""
    yield _payload(facts, issuer, language, full=True, where=True)
    yield _payload(facts, issuer, language, full=False, where=True)
    yield _payload(facts, issuer, language, full=True, where=False)
    yield _payload(replace(facts, holder=f"{facts.holder[:30]}…"), issuer, language, full=False, where=False)


def _payload(facts: PassFacts, issuer: str, language: str, *, full: bool, where: bool) -> dict[str, Any]:
    event = _class(facts, language, full=full, where=where)
    event = {"id": f"{issuer}.e{facts.event}-{_digest(event)}", **event}
    ticket = _object(facts, language, full=full)
    number = f"{issuer}.{facts.number}-{_digest(ticket)}"
    return {"eventTicketClasses": [event], "eventTicketObjects": [{"id": number, "classId": event["id"], **ticket}]}


def _class(facts: PassFacts, language: str, *, full: bool, where: bool) -> dict[str, Any]:
    title = " ".join(filter(None, (pick(facts.rehearsal, language), pick(facts.title, language))))
    made: dict[str, Any] = {
        "issuerName": pick(facts.organizer, language)[:40],
        "reviewStatus": "UNDER_REVIEW",
        "eventName": _said(title, language),
        "dateTime": {
            "doorsOpen": facts.doors_open_at.isoformat(),
            "start": facts.starts_at.isoformat(),
        },
    }
    if full:
        made["hexBackgroundColor"] = GROUND
        made["dateTime"]["end"] = facts.ends_at.isoformat()
    if where:
        places = {"name": facts.venue, "address": facts.address}  # Google wants both of a venue
        made["venue"] = {name: _said(pick(texts, language), language) for name, texts in places.items()}
    return made


def _object(facts: PassFacts, language: str, *, full: bool) -> dict[str, Any]:
    symbol = {"type": "QR_CODE", "value": facts.code}
    return {
        "state": "ACTIVE",
        "barcode": {**symbol, "alternateText": facts.number} if full else symbol,
        "ticketHolderName": facts.holder,
        "ticketNumber": facts.number,
        "ticketType": _said(pick(facts.tier, language), language),
    }


def _said(text: str, language: str) -> dict[str, Any]:
    """A text as Google writes it."""
    return {"defaultValue": {"language": language, "value": text}}


def _digest(value: Any) -> str:
    return hashlib.sha256(_json(value)).hexdigest()[:8]
