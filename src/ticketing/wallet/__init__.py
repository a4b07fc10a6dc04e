"""Wallet: a ticket as a pass for the wallets of phones, signed with the organizer's own keys.

Promises to give passes of valid tickets only, and that nothing of it is there while the keys are not set. Never keeps
anything, and never tells a wallet anything later: who is let in is decided by the code at the door."""
