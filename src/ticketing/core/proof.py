"""A proof of work for who does much from one address: it needs no third party, and nobody is shut out.

Phones of one carrier share addresses, so a count of an address can be no wall. What a client does at first goes free;
then the form asks for a proof that costs the browser a second, and more the more comes from there. Who can give none
(no script, an old browser) goes a slow way instead: once in a while it goes without.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from ticketing.core import limits
from ticketing.core.errors import Refused
from ticketing.core.keys import keys

FIELD, SLOW = "proof", "slow"
"""The fields of a form with a proof, and with the word that there can be none."""

EASIEST = 1000
"""Rounds of PBKDF2 for one guess; 256 guesses are needed on average: a sixth of a second of a computer's core."""
MOST_DOUBLINGS = 6
VALID_SECONDS = 20 * 60
LONGEST = 4000
ALGORITHM = "PBKDF2/SHA-256"


def needed(kind: str) -> bool:
    """Whether this client has to prove the next thing of this kind."""
    return limits.left(f"{kind}_free", limits.client()) <= 0


def beyond(kind: str) -> int:
    """How many things of this kind came from this client after those that go free."""
    return max(0, -limits.left(f"{kind}_free", limits.client()))


def check(kind: str, form: Mapping[str, str], doublings: Callable[[str], int]) -> None:
    """Let this client do one more thing of this kind, an order or another one that has rules in `limits`.

    `doublings` says how often the work is doubled by now. Raises Refused("proof_needed", 429), and
    Refused("proof_slow", 429) with `seconds` to wait for who can give none.
    """
    client = limits.client()
    if needed(kind) and not _proven(kind, form.get(FIELD, ""), doublings):
        if not form.get(SLOW):
            raise Refused("proof_needed", 429)
        seconds = limits.wait(f"{kind}_slow", client)
        if seconds:
            raise Refused("proof_slow", 429, seconds=seconds)
    limits.count(f"{kind}_free", client)


def challenge(kind: str, doublings: int) -> dict[str, Any]:
    """A new piece of work, as the widget wants it: signed by us, and good for one thing of this kind."""
    from altcha import create_challenge  # noqa: PLC0415 (few processes ever need it)

    until = int(time.time()) + VALID_SECONDS
    cost, asked = _cost(doublings), {"kind": kind}
    made = create_challenge(ALGORITHM, cost, expires_at=until, data=asked, hmac_secret=keys().proof)
    told: dict[str, Any] = made.to_dict()
    return told


def _cost(doublings: int) -> int:
    return EASIEST << min(doublings, MOST_DOUBLINGS)


def _proven(kind: str, text: str, doublings: Callable[[str], int]) -> bool:
    """Whether this is the work that we asked for, done, and not used before.

    Easier work than is asked for by now passes where it is half of it: it may have been begun a while ago.
    """
    if not 0 < len(text) <= LONGEST:
        return False
    from altcha import Payload, verify_solution  # noqa: PLC0415 (as above)

    try:
        given = Payload.from_base64(text)
        done = verify_solution(given, keys().proof).verified
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return False
    asked = given.challenge.parameters
    right = done and asked.data == {"kind": kind} and asked.cost * 2 >= _cost(doublings(kind))
    return right and limits.once("proof_once", asked.nonce)
