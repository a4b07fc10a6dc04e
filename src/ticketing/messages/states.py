"""How a message may move. For each state, the states it may be entered from."""

from __future__ import annotations

from ticketing.core.states import Transitions

DRAFT, SENDING, SENT, STOPPED, DISCARDED = "draft", "sending", "sent", "stopped", "discarded"
MESSAGE_STATES = (DRAFT, SENDING, SENT, STOPPED, DISCARDED)
TRANSITIONS: Transitions = {
    SENDING: frozenset({DRAFT}),
    SENT: frozenset({SENDING}),
    STOPPED: frozenset({SENDING, SENT}),  # the last letters may still wait in the outbox
    DISCARDED: frozenset({DRAFT}),
}
