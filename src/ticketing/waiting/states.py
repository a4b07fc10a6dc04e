"""How an entry of the waiting list may move. For each state, the states it may be entered from."""

from __future__ import annotations

from ticketing.core.states import Transitions

WAITING = "waiting"
OFFERED = "offered"
TAKEN = "taken"
LAPSED = "lapsed"
LEFT = "left"
CLOSED = "closed"

ENTRY_STATES = (WAITING, OFFERED, TAKEN, LAPSED, LEFT, CLOSED)
OPEN = frozenset({WAITING, OFFERED})
"""The states of an entry that can still come to places."""

TRANSITIONS: Transitions = {
    OFFERED: frozenset({WAITING}),
    TAKEN: frozenset({OFFERED}),
    LAPSED: frozenset({OFFERED}),
    LEFT: OPEN,
    CLOSED: OPEN,
}
